import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import { IdentityError } from '../identity.ts'

const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16

/** Seals what one side of a channel says, and opens what the other said. */
export interface ChannelCipher {
  seal(plain: Uint8Array): Buffer
  /** Throws `IdentityError` unless it is what the other side sealed next: nothing altered, left out, put in or sent again. */
  open(sealed: Uint8Array): Buffer
}

/** One side's part of a key agreement. It is made anew for each channel and never leaves memory. */
export interface ChannelKey {
  /** The raw X25519 key in base64url, for the other side. */
  publicKey: string
  /** Comes to the cipher of this side from what the other side offers. Throws `IdentityError` when that is no key. */
  agree(side: 'client' | 'server', path: string, other: string): ChannelCipher
}

/**
 * Creates a key for one channel. Both sides come to the same two AES-256-GCM keys, one for each direction, by X25519 and
 * HKDF (RFC 7748, RFC 5869); who only listens to the agreement does not. The nonce of a frame is its number.
 */
export function createChannelKey(): ChannelKey {
  const { privateKey } = generateKeyPairSync('x25519')
  const { x: publicKey } = privateKey.export({ format: 'jwk' })
  if (!publicKey) throw new Error('an X25519 key has x')
  return {
    publicKey,
    agree(side, path, other) {
      let secret: Buffer
      try {
        const key = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: other }, format: 'jwk' })
        secret = diffieHellman({ privateKey, publicKey: key })
      } catch {
        throw new IdentityError('what it offers for a channel is no key')
      }
      const offers = side === 'client' ? [publicKey, other] : [other, publicKey]
      const info = ['commonchart-channel-v1', path, ...offers].join('\n')
      const keys = Buffer.from(hkdfSync('sha256', secret, '', info, 2 * keyBytes))
      const client = createSecretKey(keys.subarray(0, keyBytes))
      const server = createSecretKey(keys.subarray(keyBytes))
      return side === 'client' ? createCipher(client, server) : createCipher(server, client)
    },
  }
}

function createCipher(own: KeyObject, others: KeyObject): ChannelCipher {
  let sealedFrames = 0
  let openedFrames = 0
  return {
    seal(plain) {
      const cipher = createCipheriv('aes-256-gcm', own, nonceOf(sealedFrames))
      sealedFrames += 1
      const sealed = cipher.update(plain)
      cipher.final()
      return Buffer.concat([sealed, cipher.getAuthTag()])
    },
    open(sealed) {
      const end = sealed.length - tagBytes
      if (end < 0) throw new IdentityError('a frame is too short')
      const decipher = createDecipheriv('aes-256-gcm', others, nonceOf(openedFrames))
      openedFrames += 1
      decipher.setAuthTag(sealed.subarray(end))
      const plain = decipher.update(sealed.subarray(0, end))
      try {
        decipher.final()
      } catch {
        throw new IdentityError('a frame is not what the other side sent next')
      }
      return plain
    },
  }
}

function nonceOf(frame: number): Buffer {
  const nonce = Buffer.alloc(nonceBytes)
  nonce.writeBigUInt64BE(BigInt(frame), nonceBytes - 8)
  return nonce
}
