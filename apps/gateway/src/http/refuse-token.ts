import type { OutwardReason, TokenRefusal } from '../token/token-refusal.ts'
import { RequestRefused } from './answer.ts'

const sentences: Record<OutwardReason, string> = {
  MISSING: 'The request carries no token: send `Authorization: Bearer` and a token that you sign.',
  MALFORMED: 'The token is not a well-formed JWT.',
  ALGORITHM: 'The token is signed with an algorithm that is not accepted here.',
  HEADER: 'The token’s header is not accepted here.',
  CLAIMS: 'The token’s claims are not what they must be.',
  EXPIRED: 'The token has expired.',
  LIFETIME: 'The token lives too long.',
  NOT_YET_VALID: 'The token’s `nbf` or `iat` lies in the future.',
  AUDIENCE: 'The token is for another audience.',
  DOMAIN: 'The token is for another domain.',
  CONSUMER_EXPIRED: 'The consumer has expired: the support account of the domain can prolong it.',
}

/**
 * Turns a refused token into the answer: 401 with `WWW-Authenticate` (RFC 6750). Where the reason would tell who is
 * registered there is none, and all those answers are one and the same.
 */
export function toRequestRefused({ outward }: TokenRefusal, now: number): RequestRefused {
  const challenge = outward === 'MISSING' ? 'Bearer' : 'Bearer error="invalid_token"'
  const headers = { 'www-authenticate': challenge }
  if (outward === null)
    return new RequestRefused('UNAUTHENTICATED', 'The token is not accepted.', { headers })
  return new RequestRefused('UNAUTHENTICATED', sentences[outward], {
    headers,
    facts: { reason: outward, serverTime: new Date(now).toISOString() },
  })
}
