import type { Identity } from '@commonchart/identity'
import { searchKey } from './search-key.ts'

/** Who is answered, in which language: a context. */
interface Reader {
  language: Identity['language']
}

/** A record whose name is kept in both languages. */
export interface Named {
  name: string
  nameFr: string | null
}

/** The text in the reader's language, or in the other one where there is none. */
export function localize(
  { language }: Reader,
  english: string | null,
  french: string | null | undefined,
): string | null {
  return language === 'fr' ? (french ?? english) : (english ?? french ?? null)
}

/** The name of a record in the reader's language. */
export function nameIn(reader: Reader, { name, nameFr }: Named): string {
  return localize(reader, name, nameFr) ?? name
}

/** The columns of a record's names, with the keys that they are searched and ordered by in each language. */
export function nameColumns({ name, nameFr }: Named) {
  return { name, nameFr, nameKey: searchKey(name), nameFrKey: searchKey(nameFr ?? name) }
}

/** The column by which names are searched and ordered in the reader's language, and its property. */
export function nameKeyIn({ language }: Reader) {
  return language === 'fr'
    ? ({ column: 'name_fr_key', name: 'nameFrKey' } as const)
    : ({ column: 'name_key', name: 'nameKey' } as const)
}
