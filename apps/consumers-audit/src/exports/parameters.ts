import { refusal } from '@commonchart/errors'

/** Reads one parameter, which may come from a query string: as text, or as the JSON that it would be. */
type Read<Value> = (given: unknown, path: string) => Value

/** How each parameter of an export is read. */
export type ParameterReaders<Values> = { [Name in keyof Values]-?: Read<NonNullable<Values[Name]>> }

/**
 * Reads the parameters of an export; absent ones stay undefined. Throws `BAD_USER_INPUT` for one that is unknown or not of
 * its form.
 */
export function readParameters<Values extends object>(
  given: Record<string, unknown>,
  readers: ParameterReaders<Values>,
): Partial<Values> {
  const values: Partial<Values> = {}
  for (const [path, value] of Object.entries(given)) {
    if (value === null || value === undefined) continue
    const read = Object.hasOwn(readers, path) ? readers[path as keyof Values] : undefined
    if (!read) throw refusal('BAD_USER_INPUT', `The export has no parameter ${path}.`, { path })
    values[path as keyof Values] = read(value, path)
  }
  return values
}

export const asText: Read<string> = (value, path) => {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || text === '' || text.includes('\0')) throw wrong(path, 'a text')
  return text
}

export const asTime: Read<Date> = (value, path) => {
  const text = typeof value === 'string' ? value : ''
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(text)
    ? Date.parse(/T.*(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : text.includes('T') ? `${text}Z` : text)
    : Number.NaN
  if (Number.isNaN(time)) throw wrong(path, 'a time in ISO 8601')
  return new Date(time)
}

export const asNumber: Read<number> = (value, path) => {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value
  if (!Number.isSafeInteger(number) || (number as number) < 0) throw wrong(path, 'a whole number')
  return number as number
}

export const asBoolean: Read<boolean> = (value, path) => {
  if (value === true || value === 'true') return true
  if (value === false || value === 'false') return false
  throw wrong(path, 'true or false')
}

/** Reads one of some names, whatever their case; gives it as it is listed. */
export function asOneOf<Name extends string>(...names: Name[]): Read<Name> {
  return (value, path) => {
    const found = names.find((name) => name.toLowerCase() === String(value).toLowerCase())
    if (!found) throw wrong(path, `one of ${names.join(', ')}`)
    return found
  }
}

function wrong(path: string, expected: string) {
  return refusal('BAD_USER_INPUT', `The parameter ${path} must be ${expected}.`, { path })
}
