import { loadModule, parseSync, type Node, type RangeVar } from 'libpg-query'

await loadModule()

type Kinds<Union> = Union extends unknown ? keyof Union : never
export type Kind = Kinds<Node>
export type Of<Name extends Kind> = Extract<Node, Record<Name, unknown>>[Name]

/** One statement of a migration, as PostgreSQL's own parser reads it. */
export interface Statement {
  kind: Kind
  node: Node
  /** The comment lines before it, without their dashes. */
  comment: string
  /** On which line of the file it begins. */
  line: number
}

/** Reads the statements of a migration in their order. Throws what PostgreSQL says of text that is no SQL. */
export function readStatements(text: string): Statement[] {
  const bytes = Buffer.from(text)
  const { stmts = [] } = parseSync(text) as {
    stmts?: { stmt: Node; stmt_location?: number; stmt_len?: number }[]
  }
  let ended = 0
  return stmts.map(({ stmt, stmt_location: at = 0, stmt_len: length }) => {
    const end = length === undefined ? bytes.length : at + length
    // A statement's place may begin with its comment or behind it.
    const whole = bytes.subarray(ended, end).toString()
    const [lead = ''] = /^(?:[\s;]|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)*/.exec(whole) ?? []
    const before = bytes.subarray(0, ended).toString() + lead
    ended = end
    return {
      kind: Object.keys(stmt)[0] as Kind,
      node: stmt,
      comment: [...lead.matchAll(/^\s*--\s?(.*)$/gm)].map(([, words = '']) => words).join('\n'),
      line: before.split('\n').length,
    }
  })
}

/** Takes a node for one of a kind; undefined when it is of another. */
export function as<Name extends Kind>(node: Node | undefined, name: Name): Of<Name> | undefined {
  return node && name in node ? (node as unknown as Record<Name, Of<Name>>)[name] : undefined
}

/** The text of a node that is a name. */
export function textOf(node: Node | undefined): string {
  return as(node, 'String')?.sval ?? ''
}

/** The last part of a name that may have a schema. */
export function lastName(names: readonly Node[] | undefined): string {
  return textOf(names?.at(-1))
}

/** A table by the name under which the lint knows it: without the schema `public`. */
export function tableName(relation: RangeVar | undefined): string {
  const { schemaname, relname = '' } = relation ?? {}
  return !schemaname || schemaname === 'public' ? relname : `${schemaname}.${relname}`
}

/** A table, index or column as `DROP` names it. */
export function objectName(object: Node | undefined): string {
  const names = (as(object, 'List')?.items ?? []).map(textOf)
  return (names[0] === 'public' ? names.slice(1) : names).join('.')
}

/** Tells whether an option of a statement, such as `concurrently`, is there and not turned off. */
export function hasOption(options: readonly Node[] | undefined, name: string): boolean {
  const option = options?.map((each) => as(each, 'DefElem')).find((each) => each?.defname === name)
  if (!option) return false
  const value = as(option.arg, 'String')?.sval ?? String(as(option.arg, 'Boolean')?.boolval ?? true)
  return !['false', 'off', '0'].includes(value)
}
