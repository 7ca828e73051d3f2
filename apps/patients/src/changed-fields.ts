import { isDeepStrictEqual } from 'node:util'
import { detailOf, type AuditDetail } from '@commonchart/audit'

/** Leaves out the members that are undefined. */
export function given<Values extends object>(values: Values): Partial<Values> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<Values>
}

/** Names what new values make different in a row, search keys aside, and gives the values before and after. */
export function detailOfChange(row: object, values: object): AuditDetail & { fields: string[] } {
  const was = new Map<string, unknown>(Object.entries(row))
  const fields = Object.entries(values)
    .filter(([name, value]) => !isKey(name) && !isDeepStrictEqual(was.get(name), value))
    .map(([name]) => name)
  return { fields, ...detailOf(row, values, fields) }
}

/** The names of values that were set, search keys aside. */
export function fieldsSet(values: object): string[] {
  return Object.keys(values).filter((name) => !isKey(name))
}

function isKey(name: string): boolean {
  return /(?:Key|Digits)$/.test(name)
}
