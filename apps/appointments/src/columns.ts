import { isDeepStrictEqual } from 'node:util'

/**
 * Names the columns that must be read for some fields: those of the same name, those that a field is derived from, and
 * those that are always needed. Sorted, so that the same columns give the same list.
 */
export function pickColumns<Column extends string>(
  fields: Set<string>,
  known: {
    always: readonly Column[]
    plain: readonly Column[]
    derived?: Record<string, readonly Column[]>
  },
): Column[] {
  const picked = new Set<Column>(known.always)
  for (const column of known.plain) if (fields.has(column)) picked.add(column)
  for (const [field, columns] of Object.entries(known.derived ?? {}))
    if (fields.has(field)) for (const column of columns) picked.add(column)
  return [...picked].sort()
}

/** Names the columns in which new values differ from those of a row; what is undefined leaves its column as it is. */
export function changedColumns<Row extends object>(row: Row, values: Partial<Row>): (keyof Row & string)[] {
  const names = Object.keys(values) as (keyof Row & string)[]
  return names.filter((name) => values[name] !== undefined && !isDeepStrictEqual(row[name], values[name]))
}

/** Leaves out search keys, which follow from other columns. */
export function withoutKeys<Column extends string>(columns: Column[]): Column[] {
  return columns.filter((column) => !column.endsWith('Key'))
}
