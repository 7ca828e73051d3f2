import { createPublicKey, sign, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { createKeyId, isKeyName, writeVerifierKey } from './note-keys.ts'

const signAside = promisify(sign)

/** A name and the Ed25519 key that signs in it. */
export interface NoteSigner {
  name: string
  keyId: Uint8Array
  /** How others are given the public half: `name+id+key` (C2SP signed-note). */
  verifierKey: string
  sign(message: Uint8Array): Uint8Array
  /** The same on another thread, for whoever signs many messages and has others to serve. */
  signAside(message: Uint8Array): Promise<Uint8Array>
}

/** Makes a signer from a private Ed25519 key. The name has no spaces and no plus sign. */
export function createNoteSigner(name: string, privateKey: KeyObject): NoteSigner {
  if (!isKeyName(name)) throw new Error('the name of a key has neither spaces nor a plus sign')
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('notes are signed with an Ed25519 key')
  const publicKey = rawPublicKey(createPublicKey(privateKey))
  return {
    name,
    keyId: createKeyId(name, publicKey),
    verifierKey: writeVerifierKey(name, publicKey),
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
    signAside: async (message) => new Uint8Array(await signAside(null, message, privateKey)),
  }
}

function rawPublicKey(key: KeyObject): Uint8Array {
  return new Uint8Array(Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url'))
}
