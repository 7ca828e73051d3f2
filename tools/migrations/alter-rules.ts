import type { AlterTableCmd, AlterTableStmt, Constraint } from 'libpg-query'
import { checkColumnDrop } from './contract-rules.ts'
import { checkNewColumn } from './column-rules.ts'
import { checkKeyDrop } from './index-rules.ts'
import { isInUse, type Rule, type Setting } from './rule.ts'
import { as, tableName, textOf, type Statement } from './statements.ts'

export const checkAlterTable: Rule<AlterTableStmt> = (stmt, setting, comment) => {
  const table = tableName(stmt.relation)
  const kind = stmt.objtype
  if (kind === 'OBJECT_INDEX') return []
  if (kind !== 'OBJECT_TABLE')
    return [`Nothing is known here of ALTER ${String(kind).slice(7)}: add a rule that says when it is safe.`]
  return (stmt.cmds ?? []).flatMap((each) => {
    const command = as(each, 'AlterTableCmd') ?? {}
    return [
      ...checkOpening(command, table),
      ...checkDomainFirst(as(command.def, 'Constraint'), table, setting),
      ...(isInUse(table, setting) ? checkInUse(command, table, setting, comment) : []),
    ]
  })
}

/** What takes down the wall between domains is refused of new tables, too. */
function checkOpening({ subtype }: AlterTableCmd, table: string): string[] {
  if (subtype !== 'AT_DisableRowSecurity' && subtype !== 'AT_NoForceRowSecurity') return []
  return [
    `This opens ${table} to whoever forgets a condition on the domain: row-level security stays forced. To fill rows of all domains, have the program do it domain by domain.`,
  ]
}

function checkInUse(command: AlterTableCmd, table: string, setting: Setting, comment: string): string[] {
  const name = command.name ?? ''
  const column = `${table}.${name}`
  switch (command.subtype) {
    case 'AT_AddColumn':
      return checkNewColumn(as(command.def, 'ColumnDef') ?? {}, table)
    case 'AT_DropColumn':
      return checkColumnDrop(table, name, command, setting)
    case 'AT_AddConstraint':
      return checkNewConstraint(as(command.def, 'Constraint') ?? {}, table, setting)
    case 'AT_ValidateConstraint':
      return setting.statements.some((each) => locksTable(each, table))
        ? [
            `Validating ${name} reads all of ${table}, and this migration holds a lock on it until its end: validate in a migration of its own.`,
          ]
        : []
    case 'AT_SetNotNull':
      return setting.before.tables.get(table)?.neverNull.has(name)
        ? []
        : [
            `SET NOT NULL on ${column} reads every row under a lock: first CHECK (${name} IS NOT NULL) NOT VALID, then VALIDATE CONSTRAINT in a migration of its own, and this in the next.`,
          ]
    case 'AT_AlterColumnType':
      return [
        `Another type for ${column} writes the whole table anew under a lock, and the release that still runs expects the old one: add a column, write both, fill it, read the new one, and drop the old one in a later release.`,
      ]
    case 'AT_ColumnDefault':
      return command.def || !setting.now.tables.get(table)?.columns.has(name) ? [] : checkNoDefault(column)
    case 'AT_DetachPartition':
      return as(command.def, 'PartitionCmd')?.concurrent
        ? []
        : [
            `DETACH PARTITION waits for every reader of ${table} and has everybody wait behind it: DETACH PARTITION … CONCURRENTLY.`,
          ]
    case 'AT_AttachPartition': {
      const partition = tableName(as(command.def, 'PartitionCmd')?.name)
      return isInUse(partition, setting)
        ? [
            `Attaching ${partition} reads every row of it: first give it a validated CHECK of its bounds, or attach it when it is made.`,
          ]
        : []
    }
    case 'AT_DropConstraint': {
      const isKey = setting.before.tables.get(table)?.keys.has(name) || /_(pkey|key|excl)$/.test(name)
      return isKey ? checkKeyDrop(name, comment) : []
    }
    case 'AT_DropNotNull':
    case 'AT_EnableRowSecurity':
    case 'AT_ForceRowSecurity':
    case 'AT_SetStatistics':
    case 'AT_SetStorage':
    case 'AT_SetRelOptions':
    case 'AT_ResetRelOptions':
      return []
    default:
      return [
        `Nothing is known here of ${String(command.subtype).slice(3)} on a table in use (${table}): find out what it locks and for how long, and add a rule.`,
      ]
  }
}

function checkNoDefault(column: string): string[] {
  return [
    `Without its default the release that still runs could not insert any more where it does not name ${column}: drop NOT NULL in place of the default, or do it when no release that rests on it runs.`,
  ]
}

function checkNewConstraint(constraint: Constraint, table: string, setting: Setting): string[] {
  const name = constraint.conname
  const unnamed = name
    ? []
    : [`A constraint of ${table} has no name: a later migration must name it to validate it.`]
  switch (constraint.contype) {
    case 'CONSTR_CHECK':
    case 'CONSTR_FOREIGN':
      return constraint.skip_validation
        ? unnamed
        : [
            ...unnamed,
            `The constraint has every row of ${table} read under a lock: add it NOT VALID, and VALIDATE CONSTRAINT in a migration of its own.`,
          ]
    case 'CONSTR_UNIQUE':
    case 'CONSTR_PRIMARY':
      return constraint.indexname && setting.before.indexes.get(constraint.indexname)?.table === table
        ? []
        : [
            `The key of ${table} has its index built under a lock: CREATE UNIQUE INDEX CONCURRENTLY in a migration of its own, then ADD CONSTRAINT … USING INDEX.`,
          ]
    default:
      return [
        `A constraint of this kind cannot be added to ${table} without a lock while everything is read: make a new table that has it, write both, and change over in a later release.`,
      ]
  }
}

function checkDomainFirst(constraint: Constraint | undefined, table: string, setting: Setting): string[] {
  const isGlobal = !setting.now.tables.get(table)?.columns.has('domain_id')
  if (!constraint || !setting.tenancy || isGlobal || constraint.indexname) return []
  return checkConstraintColumns(constraint, table)
}

/** Says where a key, reference or exclusion does not begin with the domain. */
export function checkConstraintColumns(constraint: Constraint, table: string): string[] {
  const { contype, keys, fk_attrs: references, exclusions } = constraint
  const excluded = as(as(exclusions?.[0], 'List')?.items?.[0], 'IndexElem')?.name
  const columns =
    contype === 'CONSTR_FOREIGN'
      ? references?.map(textOf)
      : contype === 'CONSTR_EXCLUSION'
        ? [excluded]
        : contype === 'CONSTR_PRIMARY' || contype === 'CONSTR_UNIQUE'
          ? keys?.map(textOf)
          : undefined
  if (!columns || columns[0] === 'domain_id') return []
  return [
    `A key, reference or exclusion of ${table} begins with ${columns[0] ?? 'something else'}: put domain_id first, so that no row speaks of another domain's.`,
  ]
}

/** Tells whether a statement takes a lock on a table that keeps its users out. */
function locksTable({ node }: Statement, table: string): boolean {
  const altered = as(node, 'AlterTableStmt')
  if (!altered || tableName(altered.relation) !== table) return false
  return (altered.cmds ?? []).some((each) => as(each, 'AlterTableCmd')?.subtype !== 'AT_ValidateConstraint')
}
