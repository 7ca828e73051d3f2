import { refusal } from '@commonchart/errors'
import { GraphQLScalarType, Kind, type ValueNode } from 'graphql'
import sanitizeHtml from 'sanitize-html'
import { phoneDigits, searchKey } from './search-key.ts'

type Read = (text: string) => unknown

const offset = /(?:Z|[+-]\d{2}:?\d{2})$/
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?$/

/**
 * Makes the resolvers of CHR's scalars (shared/reference: "Conventions of the graph"). Inputs come out ready to use:
 * `SearchString` as its search key, `PhoneSearchString` as digits, times as `Date`, dates as `YYYY-MM-DD`.
 */
export function createScalars({ now = Date.now }: { now?: () => number } = {}): Record<
  string,
  GraphQLScalarType
> {
  const list = [
    scalar('ISO8601Date', readDate, (value) =>
      value instanceof Date ? value.toISOString().slice(0, 10) : String(value),
    ),
    scalar('ISO8601DateTime', (text) => readInstant(text, 'ISO8601DateTime'), writeInstant),
    scalar('DateTimeWithTimezone', readOffsetInstant, writeInstant),
    scalar('UpcomingDateTime', (text) => readUpcoming(text, now()), writeInstant),
    scalar('SearchString', searchKey),
    scalar('PhoneSearchString', phoneDigits),
    scalar('Email', (text) =>
      match(text.trim(), /^[^\s@<>"]{1,64}@[^\s@<>"]+\.[^\s@<>".]+$/, 'an e-mail address'),
    ),
    scalar('Phone', (text) => match(text.trim(), /^\+?[\d\s().x#*/-]{3,40}$/i, 'a phone number')),
    scalar('HtmlFragment', (text) => sanitizeHtml(text)),
    scalar('NumericString', (text) => match(text, /^\d+$/, 'digits')),
    scalar('PartialDate', readPartialDate),
    scalar('TimeWithoutOffset', (text) => match(text, /^([01]\d|2[0-3]):[0-5]\d$/, 'a time HH:MM')),
  ]
  return Object.fromEntries(list.map((each) => [each.name, each]))
}

function scalar(name: string, read: Read, write: (value: unknown) => unknown = String): GraphQLScalarType {
  const parse = (value: unknown): unknown => {
    if (typeof value !== 'string') throw wrong(name, 'a string')
    if (value.includes('\0')) throw wrong(name, 'text without the character U+0000')
    return read(value)
  }
  return new GraphQLScalarType({
    name,
    serialize: write,
    parseValue: parse,
    parseLiteral: (node: ValueNode) => parse(node.kind === Kind.STRING ? node.value : undefined),
  })
}

function wrong(name: string, expected: string) {
  return refusal('BAD_USER_INPUT', `A ${name} must be ${expected}.`)
}

function match(text: string, pattern: RegExp, expected: string): string {
  if (!pattern.test(text)) throw refusal('BAD_USER_INPUT', `The value must be ${expected}.`)
  return text
}

/** PostgreSQL has no year 0. */
function readDate(text: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !text.startsWith('0000')
  const days = isDay ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(days) || new Date(days).toISOString().slice(0, 10) !== text)
    throw wrong('ISO8601Date', 'a day of the calendar, YYYY-MM-DD')
  return text
}

function readPartialDate(text: string): string {
  if (/^\d{4}(-(0[1-9]|1[0-2]))?$/.test(text)) return text
  return readDate(text)
}

function readInstant(text: string, name: string): Date {
  const time = instant.test(text) ? Date.parse(offset.test(text) ? text : `${text}Z`) : Number.NaN
  if (Number.isNaN(time)) throw wrong(name, 'a time in ISO 8601')
  readDate(text.slice(0, 10))
  const read = new Date(time)
  // An offset may lead out of the years that are written with four digits, which not every reader knows.
  if (read.getUTCFullYear() < 1 || read.getUTCFullYear() > 9999)
    throw wrong(name, 'a time of the years 0001 to 9999')
  return read
}

function readOffsetInstant(text: string): Date {
  if (!offset.test(text)) throw wrong('DateTimeWithTimezone', 'a time in ISO 8601 with its offset')
  return readInstant(text, 'DateTimeWithTimezone')
}

function readUpcoming(text: string, now: number): Date {
  if (!offset.test(text)) throw wrong('UpcomingDateTime', 'a time in ISO 8601 with its offset')
  const time = readInstant(text, 'UpcomingDateTime')
  if (time.getTime() <= now) throw wrong('UpcomingDateTime', 'a time in the future')
  return time
}

function writeInstant(value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  return new Date(String(value)).toISOString()
}
