/** A node of the tree that PostgreSQL's own parser makes: the kind of each, and its members. */
export type Node = Record<string, unknown>

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Takes the members of a node of one kind out of its wrapping, or gives undefined for another kind. */
export function as(kind: string, value: unknown): Node | undefined {
  const inner = isNode(value) ? value[kind] : undefined
  return isNode(inner) ? inner : undefined
}

/** The members of a node that are nodes or lists, by name. */
export function listChildren(node: Node): unknown[] {
  return Object.values(node).filter((value) => typeof value === 'object' && value !== null)
}

/** The last part of a name, which may bear a schema. */
export function nameOf(parts: unknown): string {
  return textOf((parts as unknown[] | undefined)?.at(-1))
}

export function textOf(value: unknown): string {
  return String(as('String', value)?.sval ?? '')
}
