import type { DropStmt, IndexStmt } from 'libpg-query'
import { isInUse, type Rule, type Setting } from './rule.ts'
import { as, objectName, tableName } from './statements.ts'

/** The line that has a migration run outside a transaction, as libs/database reads it. */
export const outsideMarker = '-- outside a transaction'
const alone = `in a migration of its own that begins with "${outsideMarker}"`

export const checkIndex: Rule<IndexStmt> = (stmt, setting) => {
  const table = tableName(stmt.relation)
  return [...checkMaking(stmt, table, setting), ...checkIndexColumns(stmt, setting)]
}

function checkMaking(stmt: IndexStmt, table: string, setting: Setting): string[] {
  const name = stmt.idxname
  const faults: string[] = []
  if (!name)
    faults.push(`An index of ${table} has no name: give it one, so that a later migration can speak of it.`)
  if (stmt.if_not_exists)
    faults.push(
      `IF NOT EXISTS takes an index that a crash left invalid for a good one: leave it out; ${outsideMarker.slice(3)} the migrator looks itself.`,
    )
  if (name && setting.now.indexes.has(name))
    faults.push(
      `There is an index ${name} already: give the new one a name of its own, and drop the old one afterwards.`,
    )
  if (!isInUse(table, setting))
    return stmt.concurrent
      ? [
          ...faults,
          `The table ${table} is new and empty: make its index without CONCURRENTLY, in the same migration.`,
        ]
      : faults
  if (setting.before.tables.get(table)?.partitioned) {
    if (stmt.relation?.inh)
      faults.push(
        `An index of the partitioned table ${table} locks all its partitions: make it ON ONLY ${table}, then CONCURRENTLY on each partition, and attach those.`,
      )
  } else if (!stmt.concurrent)
    faults.push(
      `CREATE INDEX on ${table} keeps everybody from writing until it is built: make it CONCURRENTLY, ${alone}.`,
    )
  if (stmt.concurrent && !setting.outside)
    faults.push(`CONCURRENTLY is refused inside a transaction: put this statement ${alone}.`)
  return faults
}

function checkIndexColumns({ indexParams = [], relation }: IndexStmt, setting: Setting): string[] {
  const table = tableName(relation)
  const isGlobal = !setting.now.tables.get(table)?.columns.has('domain_id')
  if (!setting.tenancy || isGlobal) return []
  const first = as(indexParams[0], 'IndexElem')?.name
  if (first === 'domain_id') return []
  return [
    `The first column of an index of ${table} is domain_id: everything that is looked for is looked for in one domain.`,
  ]
}

/** Nothing here knows whether a statement of the release rests on a key: whoever drops it says why none does. */
export function checkKeyDrop(key: string, comment: string): string[] {
  if (/^contract: \S+ \S+/im.test(comment)) return []
  return [
    `The release that still runs may say ON CONFLICT of ${key}, and rest on it to keep values single: make what takes its place first, release what uses that, and say above this "-- contract: why nothing rests on it".`,
  ]
}

export const checkIndexDrop: Rule<DropStmt> = (stmt, setting, comment) =>
  (stmt.objects ?? []).map(objectName).flatMap((index) => {
    const known = setting.before.indexes.get(index)
    if (known === undefined) return []
    const { table, unique } = known
    const faults = unique ? checkKeyDrop(index, comment) : []
    if (!stmt.concurrent)
      faults.push(
        `DROP INDEX ${index} waits for every reader of ${table} and has everybody else wait behind it: drop it CONCURRENTLY, ${alone}.`,
      )
    else if (!setting.outside)
      faults.push(`CONCURRENTLY is refused inside a transaction: put this statement ${alone}.`)
    if (stmt.concurrent && !stmt.missing_ok)
      faults.push(
        `A migration outside a transaction may run twice: DROP INDEX CONCURRENTLY IF EXISTS ${index}.`,
      )
    if (stmt.behavior === 'DROP_CASCADE') faults.push('CASCADE takes away what nobody named: leave it out.')
    return faults
  })
