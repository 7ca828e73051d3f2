import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'

/**
 * The same as `crypto.ts` where there is no node:crypto. Not by WebCrypto: its hashes come one promise each, which takes longer than the
 * hash, and not every browser has Ed25519.
 */
export function hashSha256(parts: readonly Uint8Array[]): Uint8Array {
  const hash = sha256.create()
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Gives what verifies Ed25519 signatures of a public key of 32 bytes. */
export function createEd25519Verifier(
  publicKey: Uint8Array,
): (message: Uint8Array, signature: Uint8Array) => boolean {
  return (message, signature) => {
    try {
      return ed25519.verify(signature, message, publicKey, { zip215: false })
    } catch {
      // It throws for what has not the form of a signature or of a key.
      return false
    }
  }
}
