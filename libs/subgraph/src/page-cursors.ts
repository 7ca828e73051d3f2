import { createHash } from 'node:crypto'
import { refusal } from '@commonchart/errors'

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

/** The value of a term at a place in a list. */
export type Value = string | number | null

/** Stands in each cursor for the order that it was made for. */
export function sign(order: OrderTerm[]): string {
  const text = order.map((term) => `${term.column} ${term.direction}`).join()
  return createHash('sha256').update(text).digest('base64url').slice(0, 8)
}

export function makeCursor(signature: string, order: OrderTerm[], row: object): string {
  const values = order.map((term) => {
    const value = (row as Record<string, unknown>)[term.name]
    if (value === undefined) throw new Error(`the query does not select ${term.name}, which its order needs`)
    return value instanceof Date ? value.toISOString() : (value as Value)
  })
  return Buffer.from(JSON.stringify([signature, ...values])).toString('base64url')
}

/** Reads where a cursor stands. Throws `INVALID_CURSOR` for one that was not made in this order. */
export function readCursor(cursor: string, signature: string, order: OrderTerm[], path: string): Value[] {
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
  if (term.type === 'bigint') return /^-?\d{1,18}$/.test(text)
  if (term.type === 'integer') return /^-?\d{1,10}$/.test(text) && (Number(text) | 0) === Number(text)
  if (term.type === 'uuid') return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
  if (term.type === 'date') return isDay(text)
  if (term.type === 'timestamptz')
    return text[10] === 'T' && isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text))
  return !text.includes('\0')
}

/** Whether Postgres takes it for a day: in a year of four digits, and on the calendar. */
function isDay(text: string): boolean {
  const time = /^(?!0000)\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

function badCursor(path: string) {
  return refusal('INVALID_CURSOR', `The cursor in ${path} was not made by this list in this order.`, { path })
}
