import { createCipheriv, createDecipheriv, type CipherKey } from 'node:crypto'
import { openWatchedFile, type WatchOptions } from '@commonchart/identity'
import { drawRandomBytes } from './random-pool.ts'

/** The keys that wrap the keys of the record: the first wraps, all unwrap. */
export interface MasterKeys {
  /** The id of the first. */
  readonly current: string
  /** Wraps a data key for one place, which it can be unwrapped for alone, and says which master key wrapped it. */
  wrap(key: Buffer, place: string): { wrapped: Buffer; masterKeyId: string }
  /** Unwraps a key; undefined when the master key that wrapped it is not here. Throws when it was altered. */
  unwrap(wrapped: Buffer, masterKeyId: string, place: string): Buffer | undefined
}

const nonceBytes = 12
const tagBytes = 16

/**
 * Opens RECORD_MASTER_KEYS: a JSON list of `{ id, key }`, each key 32 bytes in base64. It is re-read when it changed, and
 * looked at at once when a master key is not there, so that they rotate without a restart; a broken one keeps the keys
 * that were there and goes to `onError`. Throws a sentence when it is wrong from the start.
 */
export function openMasterKeys(file: string, options: WatchOptions = {}): MasterKeys {
  const watched = openWatchedFile(file, createMasterKeys, options)
  return {
    get current() {
      return watched.current().current
    },
    wrap: (key, place) => watched.current().wrap(key, place),
    unwrap: (wrapped, masterKeyId, place) => watched.find((keys) => keys.unwrap(wrapped, masterKeyId, place)),
  }
}

/** Makes the master keys of what the file says. Throws a sentence that names what is wrong, and never a key. */
export function createMasterKeys(content: unknown): MasterKeys {
  if (!Array.isArray(content) || content.length === 0)
    throw new Error('RECORD_MASTER_KEYS is not a list of keys [{ "id", "key" }]')
  const keys = new Map<string, Buffer>()
  for (const { id, key } of content as { id?: unknown; key?: unknown }[]) {
    if (typeof id !== 'string' || id === '' || typeof key !== 'string' || keys.has(id))
      throw new Error('each key of RECORD_MASTER_KEYS has an id of its own and a key')
    const bytes = Buffer.from(key, 'base64')
    if (bytes.length !== 32) throw new Error(`the key ${id} of RECORD_MASTER_KEYS is not 32 bytes in base64`)
    keys.set(id, bytes)
  }
  const current = [...keys.keys()][0] as string
  return {
    current,
    wrap: (key, place) => ({
      wrapped: encrypt(keys.get(current) as Buffer, key, place),
      masterKeyId: current,
    }),
    unwrap(wrapped, masterKeyId, place) {
      const master = keys.get(masterKeyId)
      return master && decrypt(master, wrapped, place)
    },
  }
}

/** Encrypts with AES-256-GCM: nonce, ciphertext, tag. It can be decrypted for the same place alone. */
export function encrypt(key: CipherKey, plain: Uint8Array, place: string): Buffer {
  const nonce = drawRandomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place))
  const text = cipher.update(plain)
  cipher.final()
  return Buffer.concat([nonce, text, cipher.getAuthTag()])
}

/** Decrypts what `encrypt` made. Throws when a byte of it, the key or the place is another. */
export function decrypt(key: CipherKey, sealed: Buffer, place: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes))
  decipher.setAAD(Buffer.from(place)).setAuthTag(sealed.subarray(sealed.length - tagBytes))
  const plain = decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes))
  decipher.final()
  return plain
}
