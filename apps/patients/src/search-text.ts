import { searchKey } from '@commonchart/subgraph'
import type { Lookup } from './candidates.ts'
import { nameKey, nicknamesOf, slipsOf, soundsOf } from './name-words.ts'
import { nationalDigits, numberKey } from './patient-terms.ts'
import { dayOfDigits, takeDates } from './search-dates.ts'

/** One part of a search: a word, a date, a phone number, an e-mail address, a number; and all that it can mean. */
export interface SearchPart {
  text: string
  word?: string
  days?: string[]
  year?: string
  email?: string
  digits?: string
  number?: string
}

const longestText = 200
const mostParts = 8

/** Takes a search apart. Only its first 200 characters and its first eight parts count. */
export function readSearch(text: string): SearchPart[] {
  const key = searchKey(text).slice(0, longestText).toWellFormed()
  const { dates, rest } = takeDates(key)
  const pieces = rest
    // Digits in groups are one number.
    .replace(/(?<=\d)[\s().-]+(?=\d)/g, '')
    .split(/[\s,;()]+/)
    .filter((piece) => piece !== '')
  return [...dates, ...pieces.map(readPiece).filter((part) => part !== null)].slice(0, mostParts)
}

function readPiece(text: string): SearchPart | null {
  if (text.includes('@')) return { text, email: text }
  const number = numberKey(text)
  if (number === '') return null
  const digits = /^\+?[\d./-]+$/.test(text) ? nationalDigits(text.replace(/\D/g, '')) : ''
  const day = dayOfDigits(digits)
  return {
    text,
    ...(digits === '' && { word: nameKey(text) }),
    ...(digits.length >= 4 && { digits }),
    ...(day && { days: [day] }),
    ...(/^(19|20)\d\d$/.test(digits) && { year: digits }),
    ...(/\d/.test(number) && number.length >= 3 && { number }),
  }
}

const most = { exact: 2000, near: 600, fuzzy: 300, few: 200 }

/** The ways into the index of terms by which a search is followed. */
export function lookupsOf(parts: SearchPart[]): Lookup[] {
  const words = parts.flatMap(({ word }) => word ?? [])
  const pairs = words.flatMap((one, at) => words.slice(at + 1).map((other) => [one, other].sort().join(' ')))
  return [
    ...pairs.map((term): Lookup => ({ part: -1, kind: 'pair', term, weight: 2, most: most.near })),
    ...parts.flatMap(lookupsOfPart),
  ]
}

function lookupsOfPart({ word, days, year, email, digits, number }: SearchPart, part: number): Lookup[] {
  const lookups: Lookup[] = []
  const add = (kind: Lookup['kind'], term: string, weight: number, count: number, isPrefix = false) =>
    void lookups.push({ part, kind, term, weight, most: count, isPrefix })
  if (word !== undefined) {
    add('name', word, 1, most.exact)
    if (word.length > 1) add('name', word, 0.7, most.near, true)
    for (const other of nicknamesOf(word)) add('name', other, 0.8, most.near)
    for (const slip of slipsOf(word)) add('slip', slip, 0.6, most.fuzzy)
    for (const sound of soundsOf(word)) add('sound', sound, 0.5, most.fuzzy)
  }
  for (const day of days ?? []) add('birth', day, 1, most.exact)
  if (year) add('birth', `${year}-`, 0.5, most.few, true)
  if (email) add('email', email, 1, most.few, true)
  if (digits) add('phone', digits, 1, most.near, true)
  if (digits && digits.length > 7) add('phone', digits.slice(-7), 0.7, most.few)
  if (number) add('number', number, 1, most.few, true)
  return lookups
}
