import { createHash } from 'node:crypto'
import { refusal } from '@commonchart/errors'
import { sql, type RawBuilder, type SelectQueryBuilder } from 'kysely'

/** CHR's page sizes: 50 by default, 100 at most. */
export const defaultPageSize = 50
export const largestPageSize = 100

export interface PageArguments {
  first?: number | null
  last?: number | null
  after?: string | null
  before?: string | null
}

/**
 * One term of an order. `column` is the SQL reference (`patient.last_name_key`); `name` the property of the row that
 * holds its value; `type` its Postgres type. A nullable column sorts its nulls last in both directions.
 */
export interface OrderTerm {
  column: string
  name: string
  direction: 'ASC' | 'DESC'
  type: 'text' | 'bigint' | 'integer' | 'date' | 'timestamptz' | 'uuid'
  nullable?: boolean
}

export interface Page<Row> {
  edges: { cursor: string; node: Row }[]
  nodes: Row[]
  pageInfo: {
    startCursor: string | null
    endCursor: string | null
    hasNextPage: boolean
    hasPreviousPage: boolean
  }
  totalCount?: number
}

/** Where a warning goes: the context. */
interface Warned {
  warn(code: string, message: string, facts?: Record<string, unknown>): void
}

type Value = string | number | null

/**
 * Reads one keyset page. The order must end in a unique term; the query must select every term under its `name`, and
 * have an index that serves the order. Cursors are opaque and bound to the order: another's is `INVALID_CURSOR`. A page
 * larger than 100 is clamped with a warning, as in CHR. `count` runs only when `totalCount` is among `fields`.
 */
export function listPage<Tables, Table extends keyof Tables, Row extends object>(
  query: SelectQueryBuilder<Tables, Table, Row>,
  { order, ...options }: { order: OrderTerm[] } & PageOptions,
): Promise<Page<Row>> {
  return listMergedPage([{ query, order }], options)
}

/** How a page is read, whatever it is a page of. */
export interface PageOptions {
  args: PageArguments
  /** The fields asked for of the connection and of its pageInfo. */
  fields: Set<string>
  context: Warned
  count?: () => Promise<number>
}

/** A part of a list: a query with an order of its own, which an index serves. */
export interface ListPart<Tables, Table extends keyof Tables, Row extends object> {
  query: SelectQueryBuilder<Tables, Table, Row>
  order: OrderTerm[]
}

/**
 * Reads one page of a list that lies in several tables, as `listPage` does, and merges the parts: their orders have the
 * same names, directions and types, and in a list of several parts no term may be null or text. Postgres does not merge
 * them by their indexes under row-level security. Cursors are bound to the order of the first part.
 */
export async function listMergedPage<Tables, Table extends keyof Tables, Row extends object>(
  parts: ListPart<Tables, Table, Row>[],
  { args, fields, context, count }: PageOptions,
): Promise<Page<Row>> {
  const order = parts[0]?.order ?? []
  const first = clampPageSize(args.first, 'first', context)
  const last = clampPageSize(args.last, 'last', context)
  const fromEnd = last !== undefined && first === undefined
  const size = first ?? last ?? defaultPageSize
  const signature = sign(order)
  const after = args.after ? readCursor(args.after, signature, order, 'after') : undefined
  const before = args.before ? readCursor(args.before, signature, order, 'before') : undefined

  const found: Row[] = []
  for (const { query, order: own } of parts) {
    let bounded = query
    if (after) bounded = bounded.where(beyond(own, after, 'after'))
    if (before) bounded = bounded.where(beyond(own, before, 'before'))
    for (const term of own) bounded = bounded.orderBy(orderOf(term, fromEnd))
    found.push(...((await bounded.limit(size + 1).execute()) as Row[]))
  }
  const rows = parts.length > 1 ? found.sort(compareBy(order, fromEnd)) : found
  const more = rows.length > size
  let taken = rows.slice(0, size)
  if (fromEnd) taken.reverse()
  const cut = !fromEnd && last !== undefined && taken.length > last
  if (cut) taken = taken.slice(-last)

  const edges = taken.map((node) => ({ cursor: makeCursor(signature, order, node), node }))
  const behind = async (cursor: string | undefined, side: 'after' | 'before') => {
    if (cursor === undefined || !fields.has(side === 'after' ? 'hasNextPage' : 'hasPreviousPage'))
      return false
    const at = readCursor(cursor, signature, order, side)
    for (const { query, order: own } of parts) {
      const further = await query
        .where(beyond(own, at, side))
        .limit(1)
        .execute()
      if (further.length > 0) return true
    }
    return false
  }
  const hasNextPage =
    (!fromEnd && more) || (before !== undefined && (await behind(edges.at(-1)?.cursor, 'after')))
  const hasPreviousPage =
    (fromEnd && more) || cut || (after !== undefined && (await behind(edges[0]?.cursor, 'before')))
  return {
    edges,
    nodes: taken,
    pageInfo: {
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
      hasNextPage,
      hasPreviousPage,
    },
    totalCount: count && fields.has('totalCount') ? await count() : undefined,
  }
}

/** Reads a page size: a larger one than 100 is clamped with a warning, a negative one refused. */
export function clampPageSize(
  asked: number | null | undefined,
  name: string,
  context: Warned,
): number | undefined {
  if (asked === null || asked === undefined) return undefined
  if (asked < 0) throw refusal('BAD_USER_INPUT', `The argument ${name} must not be negative.`, { path: name })
  if (asked <= largestPageSize) return asked
  context.warn('PAGE_CLAMPED', `A page has at most ${largestPageSize} records.`, {
    path: name,
    asked,
    given: largestPageSize,
  })
  return largestPageSize
}

/** The rows that come after (or before) a position in the order, written so that a btree of the order serves it. */
function beyond(order: OrderTerm[], values: Value[], side: 'after' | 'before'): RawBuilder<boolean> {
  const directions = new Set(order.map((term) => term.direction))
  if (directions.size === 1 && !order.some((term) => term.nullable)) {
    const columns = sql.join(order.map((term) => sql.raw(term.column)))
    const bounds = sql.join(order.map((term, at) => cast(term, values[at] ?? null)))
    const ascending = (order[0]?.direction === 'ASC') === (side === 'after')
    return ascending ? sql<boolean>`(${columns}) > (${bounds})` : sql<boolean>`(${columns}) < (${bounds})`
  }
  const alternatives = order.map((term, at) => {
    const equal = order.slice(0, at).map((earlier, index) => same(earlier, values[index] ?? null))
    return sql<boolean>`(${sql.join([...equal, further(term, values[at] ?? null, side)], sql` AND `)})`
  })
  return sql<boolean>`(${sql.join(alternatives, sql` OR `)})`
}

function same(term: OrderTerm, value: Value): RawBuilder<boolean> {
  const column = sql.raw(term.column)
  return value === null ? sql<boolean>`${column} IS NULL` : sql<boolean>`${column} = ${cast(term, value)}`
}

function further(term: OrderTerm, value: Value, side: 'after' | 'before'): RawBuilder<boolean> {
  const column = sql.raw(term.column)
  if (value === null) return side === 'after' ? sql<boolean>`false` : sql<boolean>`${column} IS NOT NULL`
  const greater = (term.direction === 'ASC') === (side === 'after')
  const compared = greater
    ? sql<boolean>`${column} > ${cast(term, value)}`
    : sql<boolean>`${column} < ${cast(term, value)}`
  return term.nullable && side === 'after' ? sql<boolean>`(${compared} OR ${column} IS NULL)` : compared
}

function cast(term: OrderTerm, value: Value): RawBuilder<unknown> {
  return sql`${value}::${sql.raw(term.type)}${term.type === 'text' ? sql` COLLATE "C"` : sql``}`
}

function orderOf(term: OrderTerm, reversed: boolean): RawBuilder<unknown> {
  const descending = (term.direction === 'DESC') !== reversed
  const nulls = term.nullable ? (reversed ? ' NULLS FIRST' : ' NULLS LAST') : ''
  return sql.raw(`${term.column} ${descending ? 'DESC' : 'ASC'}${nulls}`)
}

/** Compares rows as Postgres orders instants, numbers and UUIDs. */
function compareBy(order: OrderTerm[], reversed: boolean): (one: object, other: object) => number {
  return (one, other) => {
    for (const { name, direction } of order) {
      const [left, right] = [one, other].map((row) => (row as Record<string, Date | number | string>)[name])
      if (left === undefined || right === undefined || Number(left > right) === Number(left < right)) continue
      return left > right === ((direction === 'ASC') !== reversed) ? 1 : -1
    }
    return 0
  }
}

function sign(order: OrderTerm[]): string {
  const text = order.map((term) => `${term.column} ${term.direction}`).join()
  return createHash('sha256').update(text).digest('base64url').slice(0, 8)
}

function makeCursor(signature: string, order: OrderTerm[], row: object): string {
  const values = order.map((term) => {
    const value = (row as Record<string, unknown>)[term.name]
    if (value === undefined) throw new Error(`the query does not select ${term.name}, which its order needs`)
    return value instanceof Date ? value.toISOString() : (value as Value)
  })
  return Buffer.from(JSON.stringify([signature, ...values])).toString('base64url')
}

function readCursor(cursor: string, signature: string, order: OrderTerm[], path: string): Value[] {
  let content: unknown
  try {
    content = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    throw badCursor(path)
  }
  if (!Array.isArray(content) || content[0] !== signature || content.length !== order.length + 1)
    throw badCursor(path)
  const values = content.slice(1) as unknown[]
  if (!values.every((value, at) => fits(order[at] as OrderTerm, value))) throw badCursor(path)
  return values as Value[]
}

function fits(term: OrderTerm, value: unknown): boolean {
  if (value === null) return term.nullable === true
  const text = String(value)
  if (typeof value !== 'string' && typeof value !== 'number') return false
  if (term.type === 'bigint' || term.type === 'integer') return /^-?\d{1,18}$/.test(text)
  if (term.type === 'uuid') return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
  if (term.type === 'date') return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))
  if (term.type === 'timestamptz')
    return /^[-+\d]\d+-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text))
  return !text.includes('\0')
}

function badCursor(path: string) {
  return refusal('INVALID_CURSOR', `The cursor in ${path} was not made by this list in this order.`, { path })
}
