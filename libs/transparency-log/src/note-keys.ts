import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { sha256 } from './hashes.ts'

const ed25519 = 1
const text = new TextEncoder()
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

/** A name and the public key by which its signatures are known. */
export interface NoteVerifier {
  name: string
  keyId: Uint8Array
  verify(message: Uint8Array, signature: Uint8Array): boolean
  /** The same public key in another name: a log of many parts signs each in a name of its own. */
  named(name: string): NoteVerifier
}

/** Makes a signer from a private Ed25519 key. The name has no spaces and no plus sign. */
export function createNoteSigner(name: string, privateKey: KeyObject): NoteSigner {
  if (!isKeyName(name)) throw new Error('the name of a key has neither spaces nor a plus sign')
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('notes are signed with an Ed25519 key')
  const publicKey = rawPublicKey(createPublicKey(privateKey))
  const keyId = createKeyId(name, publicKey)
  const verifierKey = `${name}+${Buffer.from(keyId).toString('hex')}+${encodeBase64(typed(publicKey))}`
  return {
    ...{ name, keyId, verifierKey },
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
    signAside: async (message) => new Uint8Array(await signAside(null, message, privateKey)),
  }
}

/** Reads a verifier key as `verifierKey` of a signer gives it. Null when it is none, or its id is another key's. */
export function parseVerifierKey(verifierKey: string): NoteVerifier | null {
  const [, name = '', id = '', key = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(verifierKey.trim()) ?? []
  const bytes = decodeBase64(key)
  if (!isKeyName(name) || bytes?.length !== 33 || bytes[0] !== ed25519) return null
  const publicKey = bytes.slice(1)
  const verifier = createNoteVerifier(name, publicKey)
  return Buffer.from(verifier.keyId).toString('hex') === id ? verifier : null
}

function createNoteVerifier(name: string, publicKey: Uint8Array): NoteVerifier {
  const x = Buffer.from(publicKey).toString('base64url')
  const opened = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return {
    name,
    keyId: createKeyId(name, publicKey),
    verify: (message, signature) => verify(null, message, opened, signature),
    named: (other) => createNoteVerifier(other, publicKey),
  }
}

/** Whether a text may be the name of a key: no white space, no plus sign, not empty. */
export function isKeyName(name: string): boolean {
  return /^[^\s+]+$/u.test(name)
}

/** The first four bytes of SHA-256 over name, newline, type and key (C2SP signed-note). */
function createKeyId(name: string, publicKey: Uint8Array): Uint8Array {
  return sha256(text.encode(`${name}\n`), typed(publicKey)).slice(0, 4)
}

function typed(publicKey: Uint8Array): Uint8Array {
  return Uint8Array.of(ed25519, ...publicKey)
}

function rawPublicKey(key: KeyObject): Uint8Array {
  return new Uint8Array(Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url'))
}
