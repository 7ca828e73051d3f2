import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { readKeyFile } from '@commonchart/identity'
import { createNoteSigner, type NoteSigner } from '@commonchart/transparency-log'

/** The key that signs the audit logs of a platform, and the name of the platform in their names. */
export interface LogKey {
  name: string
  privateKey: KeyObject
}

/** Reads the file of `AUDIT_SIGNING_KEY`: JSON `{ name, jwk }` with a private Ed25519 JWK. */
export function readLogKey(file: string): LogKey {
  const { name, jwk } = readKeyFile(file) as { name?: unknown; jwk?: unknown }
  if (typeof name !== 'string' || jwk === null || typeof jwk !== 'object')
    throw new Error('the file of AUDIT_SIGNING_KEY is not JSON { "name": "…", "jwk": { … } }')
  return { name, privateKey: createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' }) }
}

/** Makes the signer of a domain's log: each domain's log is one of its own, `NAME/DOMAIN_ID`. */
export function createLogSigner({ name, privateKey }: LogKey, domainId: number): NoteSigner {
  return createNoteSigner(`${name}/${domainId}`, privateKey)
}
