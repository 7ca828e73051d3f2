import { refusal } from '@commonchart/errors'
import { sql, type RawBuilder, type SelectQueryBuilder } from 'kysely'
import { makeCursor, readCursor, sign, type OrderTerm, type Value } from './page-cursors.ts'

/** CHR's page sizes: 50 by default, 100 at most. */
export const defaultPageSize = 50
export const largestPageSize = 100

export interface PageArguments {
  first?: number | null
  last?: number | null
  after?: string | null
  before?: string | null
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
  /** Where the index of this part has a column before the first term that the term itself determines. */
  leading?: LeadingColumn
}

/** A column whose value `of` makes of the first term's, so that ordering by both is ordering by that term. */
export interface LeadingColumn extends Pick<OrderTerm, 'column' | 'type'> {
  of: (first: string) => string
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
  for (const part of parts) {
    let bounded = part.query
    if (after) bounded = bounded.where(beyondIn(part, after, 'after'))
    if (before) bounded = bounded.where(beyondIn(part, before, 'before'))
    for (const term of orderIn(part)) bounded = bounded.orderBy(orderOf(term, fromEnd))
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
    for (const part of parts) {
      const further = await part.query
        .where(beyondIn(part, at, side))
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

type Ordered = Pick<ListPart<unknown, never, object>, 'order' | 'leading'>

/** The order of a part as its index has it. */
function orderIn({ order, leading }: Ordered): OrderTerm[] {
  const [first] = order
  return leading && first
    ? [{ column: leading.column, type: leading.type, name: first.name, direction: first.direction }, ...order]
    : order
}

function beyondIn(part: Ordered, values: Value[], side: 'after' | 'before'): RawBuilder<boolean> {
  const led = part.leading ? [part.leading.of(String(values[0])), ...values] : values
  return beyond(orderIn(part), led, side)
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
