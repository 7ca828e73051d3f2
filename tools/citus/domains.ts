import { as, isNode, nameOf, textOf, type Node } from './nodes.ts'

/** One mention of a table, or of what stands in the place of one, in a FROM. */
interface Mention {
  table: string
  /** A table of which the domain must be given; what is derived has been looked at where it is made. */
  distributed: boolean
  bound: boolean
  equals: Mention[]
}

/** The members of a query that make its mentions: they are read before the others. */
const read = new Set(['withClause', 'relation', 'fromClause', 'usingClause'])

/** The mentions that a level of a statement sees, and those of the levels around it. */
interface Scope {
  mentions: Map<string, Mention>
  outer: Scope | null
  derived: Set<string>
}

/** Follows which tables of a statement are bound to one domain: by a constant, or by another that is. */
export class Domains {
  readonly tables: Mention[] = []
  readonly #distributed: ReadonlySet<string>

  constructor(distributed: ReadonlySet<string>) {
    this.#distributed = distributed
  }

  /** The tables whose domain is nowhere given. */
  listUnbound(): string[] {
    const reached = new Set<Mention>()
    const follow = (mention: Mention): void => {
      if (reached.has(mention)) return
      reached.add(mention)
      mention.equals.forEach(follow)
    }
    for (const mention of this.tables) if (mention.bound) follow(mention)
    return this.tables
      .filter((mention) => mention.distributed && !reached.has(mention))
      .map(({ table }) => table)
  }

  /** Takes in a statement with all that is inside it. */
  read(node: unknown, outer: Scope | null = null): void {
    if (Array.isArray(node)) return node.forEach((each) => this.read(each, outer))
    if (!isNode(node)) return
    for (const [kind, value] of Object.entries(node))
      if (/^(Select|Insert|Update|Delete)Stmt$/.test(kind)) this.#readQuery(kind, value as Node, outer)
      // Of a statement that is joined by UNION both sides stand without their kind.
      else if (kind === 'larg' || kind === 'rarg') this.#readQuery('SelectStmt', value as Node, outer)
      else this.read(value, outer)
  }

  #readQuery(kind: string, query: Node, outer: Scope | null): void {
    const scope: Scope = { mentions: new Map(), outer, derived: new Set() }
    for (const cte of (isNode(query.withClause) ? (query.withClause.ctes as unknown[]) : []) ?? [])
      scope.derived.add(String(as('CommonTableExpr', cte)?.ctename))
    this.read(query.withClause, scope)
    if (isNode(query.relation)) this.#mention(query.relation, scope)
    for (const item of [query.fromClause, query.usingClause].flat()) this.#readFrom(item, scope)
    this.#readCondition(query.whereClause, scope)
    if (kind === 'InsertStmt') this.#readInsert(query, scope)
    // Queries inside of conditions, columns and values see what this level sees.
    for (const [member, value] of Object.entries(query))
      if (!read.has(member)) this.read({ [member]: value }, scope)
  }

  #mention(range: Node, scope: Scope): void {
    const table = String(range.relname)
    const name = isNode(range.alias) ? String(range.alias.aliasname) : table
    const isDerived = isDerivedIn(scope, table) && !range.schemaname
    this.#add(scope, name, {
      table,
      distributed: !isDerived && this.#distributed.has(table),
      bound: isDerived,
      equals: [],
    })
  }

  #add(scope: Scope, name: string, mention: Mention): void {
    scope.mentions.set(name, mention)
    this.tables.push(mention)
  }

  #readFrom(item: unknown, scope: Scope): void {
    const range = as('RangeVar', item)
    if (range) return this.#mention(range, scope)
    const join = as('JoinExpr', item)
    if (join) {
      const before = new Set(scope.mentions.values())
      this.#readFrom(join.larg, scope)
      const left = [...scope.mentions.values()].filter((each) => !before.has(each))
      this.#readFrom(join.rarg, scope)
      const right = [...scope.mentions.values()].filter((each) => !before.has(each) && !left.includes(each))
      const using = (join.usingClause as unknown[] | undefined)?.map(textOf) ?? []
      if (using.includes('domain_id')) for (const one of left) for (const other of right) equate(one, other)
      this.#readCondition(join.quals, scope)
      return this.read(join.quals, scope)
    }
    const subselect = as('RangeSubselect', item)
    if (subselect) {
      this.read(subselect.subquery, scope)
      this.#addDerived(subselect, scope, true)
    }
    const call = as('RangeFunction', item)
    if (call) {
      this.read(call.functions, scope)
      this.#addDerived(call, scope, false)
    }
  }

  #addDerived(item: Node, scope: Scope, bound: boolean): void {
    const name = isNode(item.alias) ? String(item.alias.aliasname) : ''
    this.#add(scope, name, { table: name, distributed: false, bound, equals: [] })
  }

  /** Takes in what a condition says of domains, as far as it holds for every row: what stands under AND. */
  #readCondition(condition: unknown, scope: Scope): void {
    const all = as('BoolExpr', condition)
    if (all?.boolop === 'AND_EXPR') for (const each of all.args as unknown[]) this.#readCondition(each, scope)
    const comparison = as('A_Expr', condition)
    if (comparison?.kind !== 'AEXPR_OP' || nameOf(comparison.name) !== '=') return
    const [left, right] = [listParts(comparison.lexpr), listParts(comparison.rexpr)]
    left.forEach((one, at) => this.#readEquality(one, right[at], scope))
  }

  #readEquality(one: unknown, other: unknown, scope: Scope): void {
    const [left, right] = [this.#findDomain(one, scope), this.#findDomain(other, scope)]
    if (left && right) equate(left, right)
    if (left && isConstant(other)) left.bound = true
    if (right && isConstant(one)) right.bound = true
  }

  /** The mention whose `domain_id` an expression is. */
  #findDomain(expression: unknown, scope: Scope): Mention | undefined {
    const fields = as('ColumnRef', expression)?.fields as unknown[] | undefined
    if (!fields || textOf(fields.at(-1)) !== 'domain_id') return undefined
    if (fields.length > 1) return findMention(scope, textOf(fields.at(-2)))
    const own = [...scope.mentions.values()].filter(({ distributed }) => distributed)
    return own.length > 0 ? own[0] : scope.outer ? this.#findDomain(expression, scope.outer) : undefined
  }

  #readInsert(query: Node, scope: Scope): void {
    const target = [...scope.mentions.values()][0]
    if (!target?.distributed) return
    const at = ((query.cols as unknown[] | undefined) ?? []).findIndex(
      (column) => as('ResTarget', column)?.name === 'domain_id',
    )
    const source = as('SelectStmt', query.selectStmt)
    if (at < 0 || !source) return
    const rows = source.valuesLists as unknown[] | undefined
    const values = rows
      ? rows.map((row) => ((as('List', row)?.items as unknown[] | undefined) ?? [])[at])
      : [as('ResTarget', ((source.targetList as unknown[] | undefined) ?? [])[at])?.val]
    target.bound = values.every(
      // Without a FROM, a name in VALUES is a variable of the function around it.
      (value) => isConstant(value) || (rows ? isVariable(value) : this.#isBoundColumn(value, source, scope)),
    )
  }

  /** Whether a value is the domain of a distributed or derived table that its own SELECT reads, which is judged there. */
  #isBoundColumn(value: unknown, source: Node, scope: Scope): boolean {
    const fields = as('ColumnRef', value)?.fields as unknown[] | undefined
    if (!fields || textOf(fields.at(-1)) !== 'domain_id') return false
    const inner: Scope = { mentions: new Map(), outer: scope, derived: new Set() }
    const judge = new Domains(this.#distributed)
    for (const item of (source.fromClause as unknown[] | undefined) ?? []) judge.#readFrom(item, inner)
    const found =
      fields.length > 1 ? findMention(inner, textOf(fields.at(-2))) : [...inner.mentions.values()][0]
    return found !== undefined && (found.distributed || found.bound)
  }
}

function isDerivedIn(scope: Scope | null, name: string): boolean {
  return scope !== null && (scope.derived.has(name) || isDerivedIn(scope.outer, name))
}

function findMention(scope: Scope | null, name: string): Mention | undefined {
  return scope === null ? undefined : (scope.mentions.get(name) ?? findMention(scope.outer, name))
}

function equate(one: Mention, other: Mention): void {
  one.equals.push(other)
  other.equals.push(one)
}

/** The parts of a row, or the one that is none. */
function listParts(expression: unknown): unknown[] {
  return (as('RowExpr', expression)?.args as unknown[] | undefined) ?? [expression]
}

function isVariable(expression: unknown): boolean {
  return ((as('ColumnRef', expression)?.fields as unknown[] | undefined) ?? []).length === 1
}

/** A value that is known before the statement is planned. */
function isConstant(expression: unknown): boolean {
  const cast = as('TypeCast', expression)
  if (cast) return isConstant(cast.arg)
  return as('ParamRef', expression) !== undefined || as('A_Const', expression) !== undefined
}
