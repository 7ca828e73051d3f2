import { createPublicKey, hash, verify } from 'node:crypto'

/** SHA-256 over the parts, one after the other. */
export function hashSha256(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(hash('sha256', Buffer.concat(parts), 'buffer'))
}

/** Gives what verifies Ed25519 signatures of a public key of 32 bytes. */
export function createEd25519Verifier(
  publicKey: Uint8Array,
): (message: Uint8Array, signature: Uint8Array) => boolean {
  const x = Buffer.from(publicKey).toString('base64url')
  const opened = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return (message, signature) => verify(null, message, opened, signature)
}
