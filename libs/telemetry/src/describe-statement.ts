import type { Attributes } from './span.ts'

const prepared = /^\s*\/\* prepare (\w+) \*\//
const literal = /'(?:[^']|'')*'/g
const comment = /\/\*.*?\*\//gs
const target = /\b(?:from|into|update)\s+"?(\w+)"?(?:\."?(\w+)"?)?/i

/**
 * Says of a statement what it is, by the conventions for databases: its own name where it has one, else its first keyword and
 * the first table. Nothing else of its text, and no value.
 */
export function describeStatement(text: string): { name: string; attributes: Attributes } {
  const own = prepared.exec(text)?.[1]
  const bare = text.replace(comment, ' ').replace(literal, '?')
  const operation = /[a-z]+/i.exec(bare)?.[0].toUpperCase() ?? 'SQL'
  const [, first, second] = target.exec(bare) ?? []
  const table = second ?? first
  const name = own ?? (table ? `${operation} ${table}` : operation)
  return {
    name,
    attributes: {
      'db.system.name': 'postgresql',
      'db.operation.name': operation,
      'db.collection.name': table,
      'db.query.summary': name,
    },
  }
}
