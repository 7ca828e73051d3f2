const largest = 2n ** 63n - 1n

/** Reads an id: digits up to the largest bigint. Anything else is no record's id, so it gives null. */
export function parseId(id: string | number): string | null {
  const text = String(id)
  if (!/^\d{1,19}$/.test(text)) return null
  const value = BigInt(text)
  return value <= largest ? value.toString() : null
}

/** Reads an id of a type whose ids CHR takes as Int (below 2^31); anything else gives null. */
export function parseIntId(id: string | number): number | null {
  const text = parseId(id)
  if (text === null) return null
  const value = Number(text)
  return value < 2 ** 31 ? value : null
}

/** Reads a uuid in either case; anything else is no record's, so it gives null. */
export function parseUuid(text: string): string | null {
  const lower = text.toLowerCase()
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(lower) ? lower : null
}
