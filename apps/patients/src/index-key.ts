import { phoneDigits, searchKey } from '@commonchart/subgraph'

/** A btree holds entries of less than 2 704 bytes; nobody searches by more than this. */
const longestKey = 200
/** A name is found by each of its first words. */
const mostWords = 12

/** The search key of a text of any length, short enough for an index and without what Postgres cannot hold. */
export function indexKey(text: string): string {
  return searchKey(text).replaceAll('\0', '\uFFFD').slice(0, longestKey).toWellFormed()
}

/** The digits of a phone number as an index key. */
export function digitsKey(text: string): string {
  return phoneDigits(text).slice(0, longestKey)
}

/** A postal code as an index key: spaces do not matter. */
export function postalCodeKey(text: string): string {
  return indexKey(text).replaceAll(' ', '')
}

/** The keys of names from each of their words on, so that a prefix of any word finds them. */
export function wordKeys(...names: string[]): string[] {
  const keys = names.flatMap((name) => {
    const words = searchKey(name).split(' ').slice(0, mostWords)
    return words.map((_, at) => indexKey(words.slice(at).join(' ')))
  })
  return [...new Set(keys)].filter((key) => key !== '')
}

/** The key of a value that may be absent or cleared: those stay as they are. */
export function keyOf(
  text: string | null | undefined,
  make: (text: string) => string = indexKey,
): string | null | undefined {
  return text === null || text === undefined ? text : make(text)
}
