import { isDeepStrictEqual } from 'node:util'
import { detailOf, type AuditDetail } from '@commonchart/audit'

/** Leaves out the members that are undefined: what an input does not say. */
export function given<Values extends object>(values: Values): Partial<Values> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<Values>
}

/** Names what new values make different in a row, and gives the values before and after: for an audit event. */
export function detailOfChange(row: object, values: object): AuditDetail & { fields: string[] } {
  const was = new Map<string, unknown>(Object.entries(row))
  const fields = Object.entries(values)
    .filter(([name, value]) => !isDeepStrictEqual(was.get(name), value))
    .map(([name]) => name)
  return { fields, ...detailOf(row, values, fields) }
}
