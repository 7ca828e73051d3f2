import { createPublicKey, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto'
import { principalKinds, type PrincipalKind } from './identity.ts'
import { openWatchedFile, type WatchOptions } from './watched-file.ts'

/** A service's public Ed25519 key: whose it is, which kinds of principal it may speak for, and to whom. */
export interface PublicServiceJwk {
  kty: 'OKP'
  crv: 'Ed25519'
  x: string
  kid: string
  owner: string
  kinds: PrincipalKind[]
  audiences: string[]
}

/** The private half, as a service reads it from its key file. */
export interface PrivateServiceJwk extends PublicServiceJwk {
  d: string
}

/** A public key ready to verify with. */
export interface TrustedKey {
  key: KeyObject
  owner: string
  kinds: ReadonlySet<string>
  audiences: ReadonlySet<string>
}

/** The keys that a service trusts, by key id. */
export interface KeySet {
  find(kid: string): TrustedKey | undefined
}

/** Generates an Ed25519 key for a service. The private half must stay in a file that only the service reads. */
export function generateServiceKey(rights: { owner: string; kinds: PrincipalKind[]; audiences: string[] }): {
  publicJwk: PublicServiceJwk
  privateJwk: PrivateServiceJwk
} {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  if (!d || !x) throw new Error('an Ed25519 key has d and x')
  const publicJwk: PublicServiceJwk = { kty: 'OKP', crv: 'Ed25519', x, kid: randomUUID(), ...rights }
  return { publicJwk, privateJwk: { ...publicJwk, d } }
}

/** Reads a JWKS of services' public keys. Throws when a key has no owner, kinds or audiences, or is of another type. */
export function createKeySet(jwks: { keys: PublicServiceJwk[] }): KeySet {
  const keys = new Map<string, TrustedKey>()
  for (const jwk of jwks.keys) {
    const named = typeof jwk.kid === 'string' && typeof jwk.owner === 'string'
    const listed = Array.isArray(jwk.kinds) && Array.isArray(jwk.audiences)
    if (!named || !listed || jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519')
      throw new Error('each key of IDENTITY_JWKS is an Ed25519 key with kid, owner, kinds and audiences')
    if (jwk.kinds.some((kind) => !principalKinds.includes(kind)))
      throw new Error(`the key ${jwk.kid} names an unknown kind`)
    if (keys.has(jwk.kid)) throw new Error(`two keys of IDENTITY_JWKS have the kid ${jwk.kid}`)
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: jwk.x }, format: 'jwk' })
    keys.set(jwk.kid, { key, owner: jwk.owner, kinds: new Set(jwk.kinds), audiences: new Set(jwk.audiences) })
  }
  return { find: (kid) => keys.get(kid) }
}

/**
 * Opens the JWKS file of an environment. It is re-read when it changed, and looked at at once when a key id is unknown,
 * so that keys rotate without a restart; a broken one keeps the keys that were there and is reported to `onError`.
 */
export function openKeySet(file: string, options: WatchOptions = {}): KeySet {
  const watched = openWatchedFile(
    file,
    (content) => createKeySet(content as { keys: PublicServiceJwk[] }),
    options,
  )
  return { find: (kid) => watched.find((keys) => keys.find(kid)) }
}
