import { createEd25519Verifier } from '#crypto'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { sha256 } from './hashes.ts'

const ed25519 = 1
const text = new TextEncoder()

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

/** Reads a verifier key as `verifierKey` of a signer gives it. Null when it is none, or its id is another key's. */
export function parseVerifierKey(verifierKey: string): NoteVerifier | null {
  const [, name = '', id = '', key = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(verifierKey.trim()) ?? []
  const bytes = decodeBase64(key)
  if (!isKeyName(name) || bytes?.length !== 33 || bytes[0] !== ed25519) return null
  const publicKey = bytes.slice(1)
  const verifier = createNoteVerifier(name, publicKey)
  return toHex(verifier.keyId) === id ? verifier : null
}

function createNoteVerifier(name: string, publicKey: Uint8Array): NoteVerifier {
  return {
    name,
    keyId: createKeyId(name, publicKey),
    verify: createEd25519Verifier(publicKey),
    named: (other) => createNoteVerifier(other, publicKey),
  }
}

/** Whether a text may be the name of a key: no white space, no plus sign, not empty. */
export function isKeyName(name: string): boolean {
  return /^[^\s+]+$/u.test(name)
}

/** The first four bytes of SHA-256 over name, newline, type and key (C2SP signed-note). */
export function createKeyId(name: string, publicKey: Uint8Array): Uint8Array {
  return sha256(text.encode(`${name}\n`), typed(publicKey)).slice(0, 4)
}

/** How a verifier key is written: `name+id+key` (C2SP signed-note). */
export function writeVerifierKey(name: string, publicKey: Uint8Array): string {
  return `${name}+${toHex(createKeyId(name, publicKey))}+${encodeBase64(typed(publicKey))}`
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function typed(publicKey: Uint8Array): Uint8Array {
  return Uint8Array.of(ed25519, ...publicKey)
}
