import type { AuditDetail } from '@commonchart/audit'
import { detailOfChange as detailOfValues } from '@commonchart/subgraph'

/** Names what new values make different in a row, search keys aside, and gives the values before and after. */
export function detailOfChange(row: object, values: object): AuditDetail & { fields: string[] } {
  return detailOfValues(row, withoutKeys(values))
}

/** The names of values that were set, search keys aside. */
export function fieldsSet(values: object): string[] {
  return Object.keys(withoutKeys(values))
}

function withoutKeys(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !/(?:Key|Digits)$/.test(name)))
}
