/**
 * Normalises a text for searching: without marks, in lower case, inner spaces single, outer spaces gone. Stored in a
 * `text COLLATE "C"` column it serves equality and prefix by a plain btree, also under row-level security.
 */
export function searchKey(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
}

/** The end of the range of keys that begin with `prefix`: `key >= prefix AND key < prefixEnd(prefix)`. */
export function prefixEnd(prefix: string): string {
  return `${prefix}\u{10FFFF}`
}

/** A phone number reduced to its digits. */
export function phoneDigits(text: string): string {
  return text.replace(/\D+/g, '')
}
