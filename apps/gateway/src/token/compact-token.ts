import { readStrictObject } from './strict-json.ts'
import { TokenRefusal } from './token-refusal.ts'

/** Longer tokens are refused unread. */
const longestTokenBytes = 8192

/** A compact JWS, read but not verified. */
export interface CompactToken {
  header: Record<string, unknown>
  claims: Record<string, unknown>
}

/**
 * Reads a compact JWS (RFC 7515) without verifying it: at most 8 KB, three canonical base64url parts, the first two
 * JSON objects in UTF-8 without repeated names. Throws `TokenRefusal`.
 */
export function readCompactToken(token: string): CompactToken {
  if (Buffer.byteLength(token) > longestTokenBytes)
    throw new TokenRefusal('MALFORMED', 'it is longer than 8 KB')
  const parts = token.split('.')
  if (parts.length !== 3) throw new TokenRefusal('MALFORMED', 'it has not three parts')
  const [header, claims] = parts.map(decodeCanonical).map(readStrictObject)
  if (!header) throw new TokenRefusal('MALFORMED', 'its header is not a JSON object without repeated names')
  if (!claims) throw new TokenRefusal('MALFORMED', 'its claims are not a JSON object without repeated names')
  return { header, claims }
}

/** Decodes base64url as RFC 7515 writes it: no padding, no other characters, no stray bits in the last one. */
function decodeCanonical(part: string, index: number): Buffer {
  const bytes = Buffer.from(part, 'base64url')
  if (bytes.toString('base64url') !== part || (part === '' && index < 2))
    throw new TokenRefusal('MALFORMED', `part ${index + 1} is not canonical base64url`)
  return bytes
}
