import type { CreateStmt } from 'libpg-query'
import { checkConstraintColumns } from './alter-rules.ts'
import { type Rule, type Setting } from './rule.ts'
import { as, lastName, tableName, type Statement } from './statements.ts'

export const checkNewTable: Rule<CreateStmt> = (stmt, setting, comment) => {
  const table = tableName(stmt.relation)
  const faults: string[] = []
  if (stmt.if_not_exists)
    faults.push(
      `IF NOT EXISTS takes whatever table ${table} is there for this one: leave it out, a migration runs once.`,
    )
  if (stmt.inhRelations?.length)
    faults.push(
      `Making ${table} as a part of another table locks that one: make it with LIKE, and ATTACH PARTITION afterwards.`,
    )
  if (stmt.relation?.relpersistence !== 'p')
    faults.push(
      `After a crash ${table} would be empty, or it would be gone with the connection: make it a plain table.`,
    )
  return setting.tenancy ? [...faults, ...checkTenancy(stmt, table, setting, comment)] : faults
}

function checkTenancy(stmt: CreateStmt, table: string, setting: Setting, comment: string): string[] {
  if (/^global: \S/im.test(comment)) return []
  const elements = stmt.tableElts ?? []
  if (elements.some((each) => as(each, 'TableLikeClause'))) return []
  const faults: string[] = []
  const columns = elements.flatMap((each) => as(each, 'ColumnDef') ?? [])
  const domain = columns.find(({ colname }) => colname === 'domain_id')
  const constraints = elements.flatMap((each) => as(each, 'Constraint') ?? [])
  const ofDomain = (domain?.constraints ?? []).map((each) => as(each, 'Constraint')?.contype)
  if (
    lastName(domain?.typeName?.names) !== 'int4' ||
    !(ofDomain.includes('CONSTR_NOTNULL') || ofDomain.includes('CONSTR_PRIMARY'))
  )
    faults.push(
      `${table} has no column "domain_id integer NOT NULL": every table of domains' data has one. Say "-- global: why" above it when it holds none.`,
    )
  for (const { colname, constraints: own = [] } of columns)
    for (const each of own) {
      const { contype } = as(each, 'Constraint') ?? {}
      if (
        ['CONSTR_PRIMARY', 'CONSTR_UNIQUE', 'CONSTR_FOREIGN'].includes(contype ?? '') &&
        colname !== 'domain_id'
      )
        faults.push(
          `A key or reference of ${table} is of ${colname ?? ''} alone: write it behind the columns, domain_id first.`,
        )
    }
  const primary = constraints.some(({ contype }) => contype === 'CONSTR_PRIMARY')
  if (
    !primary &&
    !columns.some(({ constraints: own = [] }) =>
      own.some((each) => as(each, 'Constraint')?.contype === 'CONSTR_PRIMARY'),
    )
  )
    faults.push(`${table} has no primary key: PRIMARY KEY (domain_id, …).`)
  faults.push(...constraints.flatMap((constraint) => checkConstraintColumns(constraint, table)))
  if (!setting.statements.some((each) => protects(each, table)))
    faults.push(
      `Nothing keeps the domains of ${table} apart: SELECT commonchart.protect('${table}') in the same migration.`,
    )
  return faults
}

/** Tells whether a statement is `SELECT commonchart.protect('table'…)`. */
function protects({ node }: Statement, table: string): boolean {
  return (as(node, 'SelectStmt')?.targetList ?? []).some((each) => {
    const call = as(as(each, 'ResTarget')?.val, 'FuncCall')
    return lastName(call?.funcname) === 'protect' && as(call?.args?.[0], 'A_Const')?.sval?.sval === table
  })
}
