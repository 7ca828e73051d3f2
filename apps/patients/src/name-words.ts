import { searchKey } from '@commonchart/subgraph'
import { doubleMetaphone } from 'double-metaphone'
import { nicknames } from './nicknames.ts'

/** Letters that have no mark to take off and that people write as others. */
const spelledOut: [RegExp, string][] = [
  [/œ/g, 'oe'],
  [/æ/g, 'ae'],
  [/ø/g, 'o'],
  [/ß/g, 'ss'],
  [/ł/g, 'l'],
  [/đ/g, 'd'],
]
const longestWord = 40

/** A text as names are compared: lower case, without marks, only letters and digits. */
export function nameKey(text: string): string {
  let key = searchKey(text)
  for (const [letter, spelled] of spelledOut) key = key.replace(letter, spelled)
  return key.replace(/[^\p{L}\p{N}]+/gu, '')
}

/** The words of a name, each also without the hyphens and apostrophes within it, and the whole name as one word. */
export function nameWords(name: string): string[] {
  const pieces = name.trim().split(/\s+/)
  const words = [...pieces, ...pieces.flatMap((piece) => piece.split(/[^\p{L}\p{N}\p{M}]+/u)), name]
  return [...new Set(words.map((word) => nameKey(word).slice(0, longestWord)).filter((word) => word !== ''))]
}

const groups = new Map<string, Set<string>>()
for (const group of nicknames.split(';')) {
  const names = group.trim().split(/\s+/).map(nameKey)
  for (const name of names) {
    const known = groups.get(name) ?? new Set<string>()
    for (const other of names) if (other !== name) known.add(other)
    groups.set(name, known)
  }
}

/** The names that a first name stands for, or that stand for it: `bob` for `robert` and the other way round. */
export function nicknamesOf(word: string): ReadonlySet<string> {
  return groups.get(word) ?? new Set()
}

/** How a word sounds, by Double Metaphone: one code or two. Words that are too short to sound like anything have none. */
export function soundsOf(word: string): string[] {
  if (!/^[a-z]{3,}$/.test(word)) return []
  return [...new Set(doubleMetaphone(word))].filter((code) => code.length > 1)
}

/** What is left of a word with one letter gone, and the word: two words one slip apart have one of these in common. */
export function slipsOf(word: string): string[] {
  if (word.length < 4 || word.length > 20) return []
  const slips = new Set([word])
  for (let at = 0; at < word.length; at += 1) slips.add(word.slice(0, at) + word.slice(at + 1))
  return [...slips]
}

/** Tells whether two words differ by one letter: another one, one more or one less. */
export function isOneLetterApart(one: string, other: string): boolean {
  if (one === other || Math.abs(one.length - other.length) > 1) return false
  const [short, long] = one.length <= other.length ? [one, other] : [other, one]
  let at = 0
  while (at < short.length && short[at] === long[at]) at += 1
  return short.length === long.length
    ? short.slice(at + 1) === long.slice(at + 1)
    : short.slice(at) === long.slice(at + 1)
}

/** Tells whether two words differ by two neighbouring letters that changed places. */
export function areLettersSwapped(one: string, other: string): boolean {
  if (one.length !== other.length) return false
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  return (
    at + 1 < one.length &&
    one[at] === other[at + 1] &&
    one[at + 1] === other[at] &&
    one.slice(at + 2) === other.slice(at + 2)
  )
}
