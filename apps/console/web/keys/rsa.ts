import { readElements, readSequence, tags } from './der.ts'
import { toBase64Url } from './encoding.ts'

/** The public half of an RSA key, as big-endian bytes without leading zeros. */
export interface RsaNumbers {
  modulus: Uint8Array<ArrayBuffer>
  exponent: Uint8Array<ArrayBuffer>
}

const rsaEncryption = '2a864886f70d010101'

/** Reads SubjectPublicKeyInfo; null when the key is of another kind. Throws `RangeError` where it is none. */
export function readSpki(der: Uint8Array<ArrayBuffer>): RsaNumbers | null {
  const [algorithm, key] = readSequence(der)
  if (algorithm?.tag !== tags.sequence || key?.tag !== tags.bitString)
    throw new RangeError('this is no public key')
  if (!isRsa(algorithm.content)) return null
  return readPkcs1(key.content.slice(1))
}

/** Reads a public key of PKCS#1. */
export function readPkcs1(der: Uint8Array<ArrayBuffer>): RsaNumbers {
  const [modulus, exponent] = readSequence(der)
  return numbersOf(modulus, exponent)
}

/** Reads the public half of a private key of PKCS#1. */
export function readPrivatePkcs1(der: Uint8Array<ArrayBuffer>): RsaNumbers {
  const [, modulus, exponent] = readSequence(der)
  return numbersOf(modulus, exponent)
}

/** Reads the public key of an X.509 certificate; null when it is of another kind. */
export function readCertificate(der: Uint8Array<ArrayBuffer>): RsaNumbers | null {
  const [signed] = readSequence(der)
  if (signed?.tag !== tags.sequence) throw new RangeError('this is no certificate')
  const parts = readElements(signed.content)
  // The version, the only element with the tag [0], stands first or not at all.
  const key = parts[parts[0]?.tag === 0xa0 ? 6 : 5]
  if (!key) throw new RangeError('this is no certificate')
  return readSpki(key.whole)
}

/** Whether an algorithm is RSA. */
export function isRsa(algorithm: Uint8Array<ArrayBuffer>): boolean {
  const [oid] = readElements(algorithm)
  return oid?.tag === tags.oid && toHex(oid.content) === rsaEncryption
}

export function bitsOf({ modulus }: RsaNumbers): number {
  return (modulus.length - 1) * 8 + (32 - Math.clz32(modulus[0] ?? 0))
}

/** SHA-256 of the key per RFC 7638, base64url: the graph shows it, too. Empty where the browser keeps hashing from the page. */
export async function createThumbprint({ modulus, exponent }: RsaNumbers): Promise<string> {
  // There is no WebCrypto on pages that came neither over TLS nor from this machine.
  if (!globalThis.crypto?.subtle) return ''
  const jwk = `{"e":"${toBase64Url(exponent)}","kty":"RSA","n":"${toBase64Url(modulus)}"}`
  return toBase64Url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(jwk)))
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function numbersOf(
  ...[modulus, exponent]: ({ tag: number; content: Uint8Array<ArrayBuffer> } | undefined)[]
): RsaNumbers {
  if (modulus?.tag !== tags.integer || exponent?.tag !== tags.integer)
    throw new RangeError('this is no RSA key')
  return { modulus: trim(modulus.content), exponent: trim(exponent.content) }
}

function trim(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.slice(bytes.findIndex((byte) => byte !== 0))
}
