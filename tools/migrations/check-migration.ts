import type { Node } from 'libpg-query'
import { checkAlterTable } from './alter-rules.ts'
import { checkFunction, checkGrant, checkOwner, checkPolicy } from './access-rules.ts'
import { Catalogue } from './catalogue.ts'
import { checkDrop, checkRename } from './contract-rules.ts'
import { checkDelete, checkInsert, checkSelect, checkTruncate, checkUpdate } from './data-rules.ts'
import { checkIndex, outsideMarker } from './index-rules.ts'
import type { ReleasedNames, Rule, Setting } from './rule.ts'
import { readStatements, type Kind, type Of, type Statement } from './statements.ts'
import { checkNewTable } from './table-rules.ts'

/** Something in a migration that would block or break the release that runs while it is applied. */
export interface Fault {
  line: number
  message: string
}

const rules: { [Name in Kind]?: Rule<Of<Name>> } = {
  AlterOwnerStmt: checkOwner,
  AlterTableStmt: checkAlterTable,
  CreateFunctionStmt: checkFunction,
  CreatePolicyStmt: checkPolicy,
  CreateStmt: checkNewTable,
  DeleteStmt: checkDelete,
  DropStmt: checkDrop,
  GrantStmt: checkGrant,
  IndexStmt: checkIndex,
  InsertStmt: checkInsert,
  RenameStmt: checkRename,
  SelectStmt: checkSelect,
  TruncateStmt: checkTruncate,
  UpdateStmt: checkUpdate,
  VacuumStmt: ({ is_vacuumcmd: isVacuum }) =>
    isVacuum
      ? [
          'VACUUM is no migration, and VACUUM FULL takes a table away from everybody: autovacuum does it, and pg_repack where a table must shrink while it is used.',
        ]
      : [],
}

/** What is safe whatever it says. */
const harmless = new Set<Kind>([
  'CommentStmt',
  'CreateSchemaStmt',
  'CreateSeqStmt',
  'CreateStatsStmt',
  'CreateExtensionStmt',
])

/** Why what is well known is refused, and what to do instead. */
const refused: Partial<Record<Kind, string>> = {
  AlterPolicyStmt: 'Another policy may open a table: commonchart.protect(…) makes the only one there is.',
  CreateTrigStmt:
    'No trigger: it runs with every write of the release that knows nothing of it, and a distributed table takes none. Have the program do it.',
  DoStmt: 'A DO block hides from this lint what it does: write its statements out.',
  LockStmt:
    'LOCK TABLE has everybody wait until the migration ends: no statement that is allowed here needs it.',
  ReindexStmt:
    'REINDEX is no migration: it makes nothing that a new database lacks. Run REINDEX … CONCURRENTLY by hand where an index has grown.',
  TransactionStmt: 'A migration is one transaction and is not ended halfway: split it into two migrations.',
  VariableSetStmt:
    'A migration changes no setting: neither how long it waits for a lock nor whom it acts as.',
  ClusterStmt:
    'CLUSTER takes a table away from everybody while it is written anew: make the index that serves the order.',
  CreateTableAsStmt:
    'A table made of a query has neither keys nor row-level security: CREATE TABLE, protect it, and have the program fill it.',
}

/** How a migration is looked at. */
export interface Surroundings {
  /** What the migrations before it made. It is brought forward by this one. */
  catalogue: Catalogue
  released: ReleasedNames
  /** Whether the tables hold domains' data. */
  tenancy: boolean
}

/** Looks at one migration and gives what would block or break the release that runs while it is applied. */
export function checkMigration(text: string, { catalogue, released, tenancy }: Surroundings): Fault[] {
  let statements: Statement[]
  try {
    statements = readStatements(text)
  } catch (error) {
    return [{ line: 1, message: `PostgreSQL does not read this: ${(error as Error).message}` }]
  }
  const outside = text.startsWith(`${outsideMarker}\n`)
  const setting: Setting = {
    ...{ now: catalogue, before: copyOf(catalogue), statements, outside, released, tenancy },
  }
  const faults = checkWhole(statements, outside)
  for (const statement of statements) {
    faults.push(...checkStatement(statement, setting).map((message) => ({ line: statement.line, message })))
    catalogue.apply(statement)
  }
  return faults
}

function checkWhole(statements: Statement[], outside: boolean): Fault[] {
  const mayRunTwice: Kind[] = ['IndexStmt', 'DropStmt']
  if (!outside || (statements.length === 1 && statements.every(({ kind }) => mayRunTwice.includes(kind))))
    return []
  return [
    {
      line: 1,
      message:
        'What runs outside a transaction is one statement that may run twice after a crash, namely of an index, CONCURRENTLY: anything else belongs in a transaction, without this mark.',
    },
  ]
}

function checkStatement({ kind, node, comment }: Statement, setting: Setting): string[] {
  const rule = rules[kind] as Rule<Node> | undefined
  if (rule) return rule((node as Record<Kind, Node>)[kind], setting, comment)
  if (harmless.has(kind)) return []
  return [
    refused[kind] ??
      `Nothing is known here of ${kind.replace(/Stmt$/, '')}: find out what it locks and for how long, and add a rule.`,
  ]
}

function copyOf({ tables, indexes, functions }: Catalogue): Catalogue {
  const copy = new Catalogue()
  for (const [name, table] of tables)
    copy.tables.set(name, {
      ...table,
      columns: new Map(table.columns),
      neverNull: new Set(table.neverNull),
      unchecked: new Map(table.unchecked),
      keys: new Set(table.keys),
    })
  for (const [name, table] of indexes) copy.indexes.set(name, table)
  for (const [name, body] of functions) copy.functions.set(name, body)
  return copy
}
