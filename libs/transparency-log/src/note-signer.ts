import { createPublicKey, sign, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { createKeyId, isKeyName, writeVerifierKey, type NoteSigner } from './note-keys.ts'

const signAside = promisify(sign)

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
