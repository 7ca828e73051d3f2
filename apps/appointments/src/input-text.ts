import type { Violations } from '@commonchart/errors'

type Given = string | null | undefined

const longest = 10_000

/** Reads a text that may be cleared: outer spaces go, and what is left empty is null. Absent stays undefined. */
export function readText(value: Given, path: string, violations: Violations): string | null | undefined {
  if (value === undefined || value === null) return value
  const text = value.trim()
  if (text.includes('\0') || !text.isWellFormed())
    violations.add(path, 'TEXT', 'A text cannot hold the character U+0000 or half a surrogate pair.')
  if (text.length > longest) violations.add(path, 'TOO_LONG', `A text has at most ${longest} characters.`)
  return text === '' ? null : text
}

/** Reads a text that must be there: null and blank break the rule `REQUIRED`. Absent stays undefined. */
export function readRequiredText(value: Given, path: string, violations: Violations): string | undefined {
  const text = readText(value, path, violations)
  if (text === null) violations.add(path, 'REQUIRED', 'This cannot be empty.')
  return text ?? undefined
}

/** Reads a value that cannot be cleared: null breaks the rule `REQUIRED`. Absent stays undefined. */
export function readRequired<Value>(
  value: Value,
  path: string,
  violations: Violations,
): NonNullable<Value> | undefined {
  if (value === null) violations.add(path, 'REQUIRED', 'This cannot be cleared.')
  return value ?? undefined
}

/** Reads a colour, given in hexadecimal digits with or without `#` or as `rgb(r, g, b)`; gives `#rrggbb`. */
export function readColor(value: Given, path: string, violations: Violations): string | null | undefined {
  const text = readText(value, path, violations)
  if (!text) return text
  const parts = /^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/i.exec(text)?.slice(1).map(Number)
  if (parts?.every((part) => part <= 255))
    return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
  const digits = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(text)?.[1]?.toLowerCase()
  if (digits !== undefined) return `#${digits.length === 3 ? digits.replace(/./g, '$&$&') : digits}`
  violations.add(path, 'COLOR', 'A colour is written #rrggbb, in hexadecimal digits.')
  return text
}

/** Reads degrees as decimal text, within `limit` on either side of zero. */
export function readDegrees(
  value: Given,
  limit: number,
  path: string,
  violations: Violations,
): string | null | undefined {
  const degrees = readText(value, path, violations)
  if (degrees && (!/^[-+]?\d{1,3}(\.\d{1,15})?$/.test(degrees) || Math.abs(Number(degrees)) > limit))
    violations.add(path, 'DEGREES', `This is a decimal number from -${limit} to ${limit}.`)
  return degrees
}

/** Reads a whole number within limits; null breaks the rule `REQUIRED`. Absent stays undefined. */
export function readCount(
  value: number | null | undefined,
  [least, most]: [number, number],
  path: string,
  violations: Violations,
): number | undefined {
  const count = readRequired(value, path, violations)
  if (count !== undefined && (count < least || count > most))
    violations.add(path, 'OUT_OF_RANGE', `This is a number from ${least} to ${most}.`)
  return count
}
