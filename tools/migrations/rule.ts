import type { Catalogue } from './catalogue.ts'
import type { Statement } from './statements.ts'

/** What the last release named of a database: nothing of it may be taken away. */
export interface ReleasedNames {
  /** The columns of each table that the program's own types have. */
  tables: Record<string, string[]>
  functions: string[]
}

/** What a rule knows beside the statement that it looks at. */
export interface Setting {
  /** What the database has before the statement runs. */
  now: Catalogue
  /** What it had before this migration: what the release still running uses. */
  before: Catalogue
  /** All statements of this migration. */
  statements: readonly Statement[]
  /** Whether its file says that it runs outside a transaction. */
  outside: boolean
  released: ReleasedNames
  /** Whether the tables hold domains' data. */
  tenancy: boolean
}

/** Looks at a statement of its kind and gives a sentence for each thing that is wrong, saying what to do instead. */
export type Rule<Statement> = (statement: Statement, setting: Setting, comment: string) => string[]

/** Tells whether a table was there before this migration, so that somebody may be using it while it runs. */
export function isInUse(table: string, { before }: Setting): boolean {
  return before.tables.has(table)
}
