import { createPrivateKey, hash, sign as signBytes, type KeyObject } from 'node:crypto'
import { identityLifetimeSeconds, type Identity } from './identity.ts'
import type { PrivateServiceJwk } from './keys.ts'
import { openWatchedFile, type WatchOptions } from './watched-file.ts'

/** Signs identity tokens with a service's own key. */
export interface ServiceSigner {
  readonly owner: string
  sign(identity: Identity, audience: string, body: string | Uint8Array): string
}

/**
 * Makes a signer of a service's private keys; the first key signs, so that a new key is used once it stands first.
 * A token is a compact JWS (RFC 7515), EdDSA, `typ: identity+jwt`, for one audience and one body, and lives 60 s.
 */
export function createServiceSigner(jwks: PrivateServiceJwk[], now: () => number = Date.now): ServiceSigner {
  const jwk = jwks[0]
  if (!jwk) throw new Error('a service needs a private key to sign with')
  const key: KeyObject = createPrivateKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: jwk.x, d: jwk.d },
    format: 'jwk',
  })
  const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', typ: 'identity+jwt', kid: jwk.kid })).toString(
    'base64url',
  )
  return {
    owner: jwk.owner,
    sign(identity, audience, body) {
      const issuedAt = Math.floor(now() / 1000)
      const claims = {
        iss: jwk.owner,
        aud: audience,
        sub: identity.subject,
        kind: identity.kind,
        name: identity.name,
        role: identity.role ?? undefined,
        dom: identity.domainId ?? undefined,
        scp: identity.scopes ?? undefined,
        key: identity.keyId ?? undefined,
        ip: identity.ip ?? undefined,
        lang: identity.language,
        rid: identity.requestId,
        bod: hashBody(body),
        mut: identity.mutations.length > 0 ? identity.mutations : undefined,
        iat: issuedAt,
        exp: issuedAt + identityLifetimeSeconds,
      }
      const signed = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
      return `${signed}.${signBytes(null, Buffer.from(signed), key).toString('base64url')}`
    },
  }
}

/** Opens a service's file of private keys; it is re-read when it changed, and its first key signs from then on. */
export function openServiceSigner(file: string, options: WatchOptions = {}): ServiceSigner {
  const watched = openWatchedFile(
    file,
    (content) => createServiceSigner(content as PrivateServiceJwk[]),
    options,
  )
  return {
    get owner() {
      return watched.current().owner
    },
    sign: (identity, audience, body) => watched.current().sign(identity, audience, body),
  }
}

/** The `bod` claim: SHA-256 of the body, base64url. */
export function hashBody(body: string | Uint8Array): string {
  return hash('sha256', body, 'base64url')
}
