type Fields = Record<string, unknown>

/** Tells whether a value is an object with fields, as opposed to a list or a leaf. */
export function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/**
 * Merges what one subgraph answered into what others did, field by field. Names come from the operation, which has no
 * `__proto__`.
 */
export function mergeInto(target: Fields, source: Fields): void {
  for (const name in source) {
    const added = source[name]
    if (added === undefined) continue
    const known = target[name]
    if (isFields(known) && isFields(added)) mergeInto(known, added)
    else if (Array.isArray(known) && Array.isArray(added) && known.length === added.length)
      mergeLists(known, added)
    else target[name] = added
  }
}

function mergeLists(target: unknown[], source: unknown[]): void {
  for (const [index, added] of source.entries()) {
    const known = target[index]
    if (isFields(known) && isFields(added)) mergeInto(known, added)
    else if (Array.isArray(known) && Array.isArray(added) && known.length === added.length)
      mergeLists(known, added)
    else target[index] = added
  }
}

/** Calls `visit` with every object at a path of a query plan, in which `@` stands for each element of a list. */
export function forEachAt(
  value: unknown,
  path: readonly (string | number)[],
  visit: (found: Fields) => void,
  depth = 0,
): void {
  if (value === null || value === undefined) return
  if (depth === path.length) {
    if (isFields(value)) visit(value)
    return
  }
  const step = path[depth] as string
  if (step !== '@') return forEachAt((value as Fields)[step], path, visit, depth + 1)
  for (const element of value as unknown[]) forEachAt(element, path, visit, depth + 1)
}

/** Finds the response paths of every object at a path of a query plan, in the order in which `forEachAt` visits them. */
export function listPathsAt(value: unknown, path: readonly (string | number)[]): (string | number)[][] {
  const found: (string | number)[][] = []
  const walk = (current: unknown, depth: number, trail: (string | number)[]): void => {
    if (current === null || current === undefined) return
    if (depth === path.length) {
      if (isFields(current)) found.push(trail)
      return
    }
    const step = path[depth] as string
    if (step !== '@') return walk((current as Fields)[step], depth + 1, [...trail, step])
    for (const [index, element] of (current as unknown[]).entries())
      walk(element, depth + 1, [...trail, index])
  }
  walk(value, 0, [])
  return found
}
