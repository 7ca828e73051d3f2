import { verify as verifyBytes } from 'node:crypto'
import {
  IdentityError,
  identityLifetimeSeconds,
  type Identity,
  type MutationMark,
  type PrincipalKind,
} from './identity.ts'
import type { KeySet } from './keys.ts'
import { hashBody } from './sign.ts'

/** Clocks of one environment may differ by this much. */
const skewSeconds = 5

/**
 * Verifies an identity token for one audience and one body and reads it. Throws `IdentityError` when it is missing,
 * malformed, signed by a key that may not speak for that kind or to this audience, for another body, expired, or made
 * to live longer than 60 s.
 */
export function verifyIdentity(
  keys: KeySet,
  token: string | undefined,
  expected: { audience: string; body: string | Uint8Array; now?: number },
): Identity {
  if (!token) throw new IdentityError('there is none')
  const parts = token.split('.')
  const [head, payload, signature] = parts
  if (parts.length !== 3 || !head || !payload || !signature)
    throw new IdentityError('it is not a compact JWS')
  const header = readJson(head)
  if (header.alg !== 'EdDSA' || header.typ !== 'identity+jwt' || typeof header.kid !== 'string')
    throw new IdentityError('its header is not that of an identity token')
  const trusted = keys.find(header.kid)
  if (!trusted) throw new IdentityError('its key is unknown')
  if (!verifyBytes(null, Buffer.from(`${head}.${payload}`), trusted.key, Buffer.from(signature, 'base64url')))
    throw new IdentityError('its signature is wrong')
  const claims = readJson(payload)
  if (claims.iss !== trusted.owner) throw new IdentityError('its issuer does not own the key')
  if (claims.aud !== expected.audience) throw new IdentityError('it is for another service')
  if (!trusted.audiences.has(expected.audience))
    throw new IdentityError('its key may not speak to this service')
  if (typeof claims.kind !== 'string' || !trusted.kinds.has(claims.kind))
    throw new IdentityError('its key may not speak for this kind of principal')
  if (claims.kind === 'service' && claims.sub !== `service:${trusted.owner}`)
    throw new IdentityError('its key may not speak for another service')
  const now = Math.floor((expected.now ?? Date.now()) / 1000)
  const { exp, iat } = claims
  if (!Number.isInteger(exp) || !Number.isInteger(iat)) throw new IdentityError('it has no times')
  if ((exp as number) <= now) throw new IdentityError('it has expired')
  if ((iat as number) > now + skewSeconds) throw new IdentityError('it is from the future')
  if ((exp as number) - (iat as number) > identityLifetimeSeconds)
    throw new IdentityError('it lives too long')
  if (claims.bod !== hashBody(expected.body)) throw new IdentityError('it is for another body')
  return readIdentity(claims)
}

/** Reads the key id of a verified token, and when it ends. */
export function readToken(token: string): { kid: string; expiresAt: number } {
  const [head = '', payload = ''] = token.split('.')
  return { kid: String(readJson(head).kid), expiresAt: Number(readJson(payload).exp) * 1000 }
}

function readIdentity(claims: Record<string, unknown>): Identity {
  const domainId = claims.dom ?? null
  if (domainId !== null && (!Number.isInteger(domainId) || (domainId as number) <= 0))
    throw new IdentityError('its domain is not a positive integer')
  if (typeof claims.sub !== 'string' || typeof claims.name !== 'string' || typeof claims.rid !== 'string')
    throw new IdentityError('it does not say who acts')
  return {
    kind: claims.kind as PrincipalKind,
    subject: claims.sub,
    name: claims.name,
    role: typeof claims.role === 'string' ? claims.role : null,
    domainId: domainId as number | null,
    scopes: readScopes(claims.scp),
    keyId: typeof claims.key === 'string' ? claims.key : null,
    ip: typeof claims.ip === 'string' ? claims.ip : null,
    language: claims.lang === 'fr' ? 'fr' : 'en',
    requestId: claims.rid,
    mutations: Array.isArray(claims.mut) ? (claims.mut as MutationMark[]) : [],
  }
}

/** An absent claim is unrestricted; one that cannot be read must never pass for that. */
function readScopes(claim: unknown): string[] | null {
  if (claim === undefined) return null
  if (!Array.isArray(claim) || claim.some((scope) => typeof scope !== 'string'))
    throw new IdentityError('its scopes are not a list of texts')
  return claim as string[]
}

function readJson(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch (error) {
    throw new IdentityError(`it is not JSON (${(error as Error).name})`)
  }
  throw new IdentityError('it is not a JSON object')
}
