/** `patients:read`, `care-plans:write`: by the name of a subgraph, so that those to come need nothing here. */
const areaForm = /^[a-z][a-z0-9]*(-[a-z0-9]+)*:(read|write)$/

/** What is so consequential that the right to write does not bring it along. */
const ownScopes: readonly string[] = ['appointments:skip-validations']

const longestScope = 128

/** Tells whether a text is a scope by its form: `AREA:read`, `AREA:write`, or one of those that stand by themselves. */
export function isScope(text: string): boolean {
  return text.length <= longestScope && (areaForm.test(text) || ownScopes.includes(text))
}

/** The scopes that are needed and not held, sorted. Nothing is missing where `held` is null: unrestricted. */
export function findMissingScopes(held: readonly string[] | null, needed: Iterable<string>): string[] {
  if (held === null) return []
  return [...new Set(needed)].filter((scope) => !held.includes(scope)).sort()
}
