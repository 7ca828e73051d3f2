import { verify as verifyBytes } from 'node:crypto'
import type { KeySet } from '@commonchart/identity'
import { readCompactToken } from './compact-token.ts'
import { checkTimes } from './token-times.ts'
import { TokenRefusal } from './token-refusal.ts'

/** Someone who signed in to the console, or an operator. */
export interface VerifiedPerson {
  kind: 'person' | 'operator'
  subject: string
  name: string
  role: string
  keyId: string
}

const longestLifetimeSeconds = 300

/** What the gateway calls itself in `aud`. */
const audience = 'gateway'

/**
 * Verifies the token of a person of the console (`typ: person+jwt`, whose `dom` must be `domain`) or of an operator
 * (`typ: operator+jwt`, without a `dom`): a compact JWS, EdDSA, by a key of PEOPLE_JWKS that may speak for that kind,
 * living 300 s at most. `now` is in milliseconds. Throws `TokenRefusal`.
 */
export function verifyPersonToken(
  token: string,
  expected: { kind: 'person' | 'operator'; domain: string | null; keys: KeySet; now: number },
): VerifiedPerson {
  const { header, claims } = readCompactToken(token)
  if (header.alg !== 'EdDSA') throw new TokenRefusal('ALGORITHM', 'its alg is not EdDSA')
  if (header.typ !== `${expected.kind}+jwt`)
    throw new TokenRefusal('HEADER', `its typ is not ${expected.kind}+jwt`)
  if (typeof header.kid !== 'string') throw new TokenRefusal('HEADER', 'it has no kid')
  if (Object.keys(header).some((name) => !['alg', 'typ', 'kid'].includes(name)))
    throw new TokenRefusal('HEADER', 'its header has more than alg, typ and kid')
  if (!Number.isSafeInteger(claims.iat)) throw new TokenRefusal('CLAIMS', 'its iat is not an integer')
  checkTimes(claims, { now: expected.now, longestLifetimeSeconds })
  if ((claims.exp as number) - (claims.iat as number) > longestLifetimeSeconds)
    throw new TokenRefusal('LIFETIME', `it was made to live longer than ${longestLifetimeSeconds} s`)
  const key = expected.keys.find(header.kid)
  if (!key || !key.kinds.has(expected.kind)) throw new TokenRefusal(null, 'its key is unknown')
  const [head, body, signature] = token.split('.') as [string, string, string]
  if (!verifyBytes(null, Buffer.from(`${head}.${body}`), key.key, Buffer.from(signature, 'base64url')))
    throw new TokenRefusal(null, 'its signature is wrong')
  return { kind: expected.kind, keyId: header.kid, ...readPerson(claims, key.owner, expected.domain) }
}

function readPerson(
  claims: Record<string, unknown>,
  owner: string,
  domain: string | null,
): { subject: string; name: string; role: string } {
  if (claims.iss !== owner) throw new TokenRefusal(null, 'its issuer does not own the key')
  if (claims.aud !== audience) throw new TokenRefusal('AUDIENCE', `its aud is not ${audience}`)
  if ((claims.dom ?? null) !== domain) throw new TokenRefusal('DOMAIN', 'it is for another domain')
  const { sub, name, role } = claims
  if (typeof sub !== 'string' || typeof name !== 'string' || typeof role !== 'string')
    throw new TokenRefusal('CLAIMS', 'it does not say who signed in, by sub, name and role')
  return { subject: sub, name, role }
}
