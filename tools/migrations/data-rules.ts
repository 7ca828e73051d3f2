import type { DeleteStmt, InsertStmt, SelectStmt, TruncateStmt, UpdateStmt } from 'libpg-query'
import { isInUse, type Rule } from './rule.ts'
import { as, lastName, tableName } from './statements.ts'

const inBatches =
  'one transaction over all rows keeps their locks until its end, and the migrator sees no rows of any domain: have the program do it, domain by domain, in batches'

export const checkUpdate: Rule<UpdateStmt> = ({ relation }, setting) =>
  isInUse(tableName(relation), setting) ? [`UPDATE of ${tableName(relation)}: ${inBatches}.`] : []

export const checkDelete: Rule<DeleteStmt> = ({ relation }, setting) =>
  isInUse(tableName(relation), setting) ? [`DELETE of ${tableName(relation)}: ${inBatches}.`] : []

export const checkTruncate: Rule<TruncateStmt> = ({ relations = [] }, setting) =>
  relations
    .map((each) => tableName(as(each, 'RangeVar')))
    .filter((table) => isInUse(table, setting))
    .map(
      (table) =>
        `TRUNCATE takes ${table} away from everybody who uses it: have the program delete in batches, or drop it in the release after the one that stops using it.`,
    )

export const checkInsert: Rule<InsertStmt> = ({ selectStmt, relation, withClause }) =>
  as(selectStmt, 'SelectStmt')?.valuesLists?.length && !withClause
    ? []
    : [`INSERT into ${tableName(relation)} of what is read elsewhere: ${inBatches}.`]

/** Functions that a migration may call: what they do is known. */
const known = new Set(['protect'])

export const checkSelect: Rule<SelectStmt> = ({
  targetList = [],
  fromClause,
  intoClause,
  withClause,
  valuesLists,
  op,
}) => {
  const isPlain =
    !fromClause && !intoClause && !withClause && !valuesLists && (op ?? 'SETOP_NONE') === 'SETOP_NONE'
  const calls = targetList.map((each) => as(as(each, 'ResTarget')?.val, 'FuncCall'))
  if (isPlain && calls.every((call) => known.has(lastName(call?.funcname)))) return []
  return [
    'A migration only asks for commonchart.protect(…): what else a SELECT calls or reads is hidden from this lint. Write the statements out, or have the program do it.',
  ]
}
