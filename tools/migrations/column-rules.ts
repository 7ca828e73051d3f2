import type { ColumnDef, Constraint, Node } from 'libpg-query'
import { as, lastName, type Kind } from './statements.ts'

const afterwards = 'add the column without it, and the constraint afterwards with ADD CONSTRAINT … NOT VALID'

/** Says what is wrong with a column that is added to a table in use. */
export function checkNewColumn(column: ColumnDef, table: string): string[] {
  const name = `${table}.${column.colname ?? ''}`
  const constraints = (column.constraints ?? []).flatMap((each) => as(each, 'Constraint') ?? [])
  const faults = constraints.flatMap((constraint) => checkColumnConstraint(constraint, name, table))
  const has = (kind: Constraint['contype']): boolean => constraints.some(({ contype }) => contype === kind)
  const type = lastName(column.typeName?.names)
  if (/^(small|big)?serial\d?$/.test(type))
    faults.push(
      `The type ${type} of ${name} gives every row a number, which writes the whole table anew: ${numberInstead}.`,
    )
  if (has('CONSTR_NOTNULL') && !has('CONSTR_DEFAULT'))
    faults.push(
      `${name} is NOT NULL without a default: the release that still runs does not name it and could not insert any more. Give it a constant default, or leave it nullable.`,
    )
  return faults
}

const numberInstead =
  'add it nullable, have the program fill it, and number new rows from a counter (commonchart.next_id)'

function checkColumnConstraint(constraint: Constraint, name: string, table: string): string[] {
  switch (constraint.contype) {
    case 'CONSTR_DEFAULT':
      return isConstant(constraint.raw_expr)
        ? []
        : [
            `The default of ${name} is not a constant, so that Postgres writes the whole table anew under a lock: add the column without it, SET DEFAULT afterwards, and have the program fill the rows that are there.`,
          ]
    case 'CONSTR_GENERATED':
      return [
        `The generated column ${name} has Postgres write the whole table anew under a lock: add a plain column that the program fills.`,
      ]
    case 'CONSTR_IDENTITY':
      return [
        `The identity ${name} gives every row a number, which writes the whole table anew: ${numberInstead}.`,
      ]
    case 'CONSTR_CHECK':
      return [`The CHECK of ${name} has every row of ${table} read under a lock: ${afterwards}.`]
    case 'CONSTR_FOREIGN':
      return [`The REFERENCES of ${name} locks both tables while every row is read: ${afterwards}.`]
    case 'CONSTR_UNIQUE':
    case 'CONSTR_PRIMARY':
      return [
        `The key of ${name} has its index built under a lock: CREATE UNIQUE INDEX CONCURRENTLY in a migration of its own instead.`,
      ]
    default:
      return []
  }
}

/** Functions whose value is the same for all rows of one statement. */
const sameForAllRows = new Set(['now', 'transaction_timestamp', 'statement_timestamp', 'current_setting'])

const constantParts: Partial<Record<Kind, (node: Node) => boolean>> = {
  A_Const: () => true,
  SQLValueFunction: () => true,
  TypeCast: (node) => isConstant(as(node, 'TypeCast')?.arg),
  CollateClause: (node) => isConstant(as(node, 'CollateClause')?.arg),
  A_ArrayExpr: (node) => (as(node, 'A_ArrayExpr')?.elements ?? []).every(isConstant),
  A_Expr: (node) => {
    const { lexpr, rexpr } = as(node, 'A_Expr') ?? {}
    return (lexpr === undefined || isConstant(lexpr)) && isConstant(rexpr)
  },
  FuncCall: (node) => {
    const { funcname, args = [] } = as(node, 'FuncCall') ?? {}
    return sameForAllRows.has(lastName(funcname)) && args.every(isConstant)
  },
}

/** Tells whether Postgres works out a default once, and not for each row. */
export function isConstant(node: Node | undefined): boolean {
  if (!node) return false
  return constantParts[Object.keys(node)[0] as Kind]?.(node) ?? false
}
