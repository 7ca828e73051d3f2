import { isUtf8 } from 'node:buffer'

/**
 * Reads bytes as a JSON object in strict UTF-8. Gives `undefined` for anything else, and when a member name occurs
 * twice in one object: parsers differ in which of the two they take (RFC 8725, section 3.10).
 */
export function readStrictObject(bytes: Buffer): Record<string, unknown> | undefined {
  if (!isUtf8(bytes)) return undefined
  const text = bytes.toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
  return hasRepeatedName(text) ? undefined : (value as Record<string, unknown>)
}

/** Looks for a repeated member name in text that is known to be JSON; escapes are compared as what they mean. */
function hasRepeatedName(json: string): boolean {
  const open: (Set<string> | null)[] = []
  for (let at = 0; at < json.length; at++) {
    const char = json[at]
    if (char === '{') open.push(new Set())
    else if (char === '[') open.push(null)
    else if (char === '}' || char === ']') open.pop()
    else if (char === '"') {
      const end = endOfString(json, at)
      const names = open.at(-1)
      if (names && isFollowedByColon(json, end + 1)) {
        const name = JSON.parse(json.slice(at, end + 1)) as string
        if (names.has(name)) return true
        names.add(name)
      }
      at = end
    }
  }
  return false
}

function endOfString(json: string, start: number): number {
  let at = start + 1
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1
  return at
}

function isFollowedByColon(json: string, start: number): boolean {
  let at = start
  while (json[at] === ' ' || json[at] === '\t' || json[at] === '\n' || json[at] === '\r') at++
  return json[at] === ':'
}
