import { importJWK, type CryptoKey } from 'jose'

/** A consumer's public key as it is registered. */
export interface RegisteredKey {
  id: string
  kid: string | null
  jwk: { kty: 'RSA'; n: string; e: string }
  thumbprint: string
  /** ISO instants between which it is accepted; null is without a bound. */
  notBefore: string | null
  retireAt: string | null
}

const imported = new WeakMap<RegisteredKey, CryptoKey | Promise<CryptoKey>>()

/** Gives the key ready to verify RS512 with. It is imported once for each registered key, and forgotten with it. */
export function findImportedKey(key: RegisteredKey): CryptoKey | Promise<CryptoKey> {
  const known = imported.get(key)
  if (known) return known
  const importing = (importJWK(key.jwk, 'RS512') as Promise<CryptoKey>).then((ready) => {
    imported.set(key, ready)
    return ready
  })
  imported.set(key, importing)
  return importing
}
