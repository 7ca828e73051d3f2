import type { AlterTableStmt, Constraint, CreateFunctionStmt, CreateStmt } from 'libpg-query'
import { as, lastName, objectName, tableName, textOf, type Statement } from './statements.ts'

/** What is known of a table from the migrations that made it. */
export interface Table {
  /** By name, whether it refuses null and has no default: what a release that does not name it cannot write. */
  columns: Map<string, { required: boolean }>
  /** Columns that a validated constraint keeps from being null. */
  neverNull: Set<string>
  /** Such constraints that are not validated yet, with their column. */
  unchecked: Map<string, string>
  /** Keys and exclusions that were given a name. */
  keys: Set<string>
  partitioned: boolean
}

/** What a database has after some migrations. */
export class Catalogue {
  readonly tables = new Map<string, Table>()
  readonly indexes = new Map<string, { table: string; unique: boolean }>()
  /** The bodies of functions by name and types. */
  readonly functions = new Map<string, string>()

  /** Takes in what a statement makes, changes or takes away. */
  apply({ node }: Statement): void {
    const table = as(node, 'CreateStmt')
    if (table) return this.addTable(table)
    const altered = as(node, 'AlterTableStmt')
    if (altered) return this.alterTable(altered)
    const made = as(node, 'CreateFunctionStmt')
    if (made) return void this.functions.set(signatureOf(made), bodyOf(made))
    const index = as(node, 'IndexStmt')
    if (index?.idxname)
      return void this.indexes.set(index.idxname, {
        table: tableName(index.relation),
        unique: index.unique ?? false,
      })
    const dropped = as(node, 'DropStmt')
    for (const object of dropped?.objects ?? []) {
      if (dropped?.removeType === 'OBJECT_TABLE') this.tables.delete(objectName(object))
      if (dropped?.removeType === 'OBJECT_INDEX') this.indexes.delete(objectName(object))
      if (dropped?.removeType === 'OBJECT_FUNCTION') this.functions.delete(droppedFunction(object))
    }
  }

  private addTable(stmt: CreateStmt): void {
    const table: Table = {
      columns: new Map(),
      neverNull: new Set(),
      unchecked: new Map(),
      keys: new Set(),
      partitioned: stmt.partspec !== undefined,
    }
    for (const each of stmt.tableElts ?? []) {
      addKey(table, as(each, 'Constraint'))
      const column = as(each, 'ColumnDef')
      for (const of of column?.constraints ?? []) addKey(table, as(of, 'Constraint'))
      if (!column?.colname) continue
      const kinds = (column.constraints ?? []).map((of) => as(of, 'Constraint')?.contype)
      table.columns.set(column.colname, { required: isRequired(kinds) })
    }
    this.tables.set(tableName(stmt.relation), table)
  }

  private alterTable(stmt: AlterTableStmt): void {
    const table = this.tables.get(tableName(stmt.relation))
    if (!table) return
    for (const each of stmt.cmds ?? []) {
      const { subtype, name = '', def } = as(each, 'AlterTableCmd') ?? {}
      const column = as(def, 'ColumnDef')
      if (subtype === 'AT_AddColumn' && column?.colname) {
        const kinds = (column.constraints ?? []).map((of) => as(of, 'Constraint')?.contype)
        table.columns.set(column.colname, { required: isRequired(kinds) })
      }
      if (subtype === 'AT_DropColumn') table.columns.delete(name)
      if (subtype === 'AT_SetNotNull') table.columns.set(name, { required: true })
      if (subtype === 'AT_DropNotNull') table.columns.set(name, { required: false })
      const constraint = as(def, 'Constraint')
      addKey(table, constraint)
      const nonNull = constraint?.contype === 'CONSTR_CHECK' && columnThatIsNotNull(constraint.raw_expr)
      if (subtype === 'AT_AddConstraint' && nonNull) {
        if (constraint.skip_validation) table.unchecked.set(constraint.conname ?? '', nonNull)
        else table.neverNull.add(nonNull)
      }
      if (subtype === 'AT_ValidateConstraint' && table.unchecked.has(name))
        table.neverNull.add(table.unchecked.get(name) ?? '')
    }
  }
}

const keyKinds: unknown[] = ['CONSTR_PRIMARY', 'CONSTR_UNIQUE', 'CONSTR_EXCLUSION']

function addKey(table: Table, constraint: Constraint | undefined): void {
  if (constraint?.conname && keyKinds.includes(constraint.contype)) table.keys.add(constraint.conname)
}

function isRequired(kinds: readonly unknown[]): boolean {
  const refusesNull = kinds.includes('CONSTR_NOTNULL') || kinds.includes('CONSTR_PRIMARY')
  return (
    refusesNull &&
    !['CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED'].some((kind) => kinds.includes(kind))
  )
}

/** The column of `CHECK (column IS NOT NULL)`. */
function columnThatIsNotNull(expression: Parameters<typeof as>[0]): string | undefined {
  const test = as(expression, 'NullTest')
  if (test?.nulltesttype !== 'IS_NOT_NULL') return undefined
  return textOf(as(test.arg, 'ColumnRef')?.fields?.[0]) || undefined
}

/** A function by its name and the types that it takes. */
export function signatureOf({ funcname, parameters = [] }: CreateFunctionStmt): string {
  const taken = parameters
    .map((each) => as(each, 'FunctionParameter'))
    .filter((each) => !['FUNC_PARAM_OUT', 'FUNC_PARAM_TABLE'].includes(each?.mode ?? ''))
  return `${lastName(funcname)}(${taken.map((each) => lastName(each?.argType?.names)).join()})`
}

/** A function as `DROP FUNCTION` names it. */
export function droppedFunction(object: Parameters<typeof as>[0]): string {
  const { objname, objargs = [] } = as(object, 'ObjectWithArgs') ?? {}
  return `${lastName(objname)}(${objargs.map((each) => lastName(as(each, 'TypeName')?.names)).join()})`
}

function bodyOf({ options = [] }: CreateFunctionStmt): string {
  const body = options.map((each) => as(each, 'DefElem')).find((each) => each?.defname === 'as')
  return (as(body?.arg, 'List')?.items ?? []).map(textOf).join('\n')
}
