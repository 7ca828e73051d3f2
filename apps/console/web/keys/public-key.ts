import { readElements, tags } from './der.ts'
import { fromBase64 } from './encoding.ts'
import {
  bitsOf,
  createThumbprint,
  readCertificate,
  readPkcs1,
  readSpki,
  toHex,
  type RsaNumbers,
} from './rsa.ts'

export const smallestBits = 2048
const largestBits = 16_384

/** Why a text is no public key that can be registered; the graph refuses for the same reasons. */
export type KeyProblem = 'private' | 'malformed' | 'notRsa' | 'tooShort' | 'exponent'

export type ReadKey =
  | { pem: string; bits: number; thumbprint: string; problem?: undefined }
  | { problem: KeyProblem; bits?: number }

const onePem = /^-----BEGIN (PUBLIC KEY|RSA PUBLIC KEY|CERTIFICATE)-----([A-Za-z0-9+/=\s]+)-----END \1-----$/

/** Reads a public RSA key as PEM, in this page: nothing is sent. */
export async function readPublicKey(text: string): Promise<ReadKey> {
  if (holdsPrivateKey(text)) return { problem: 'private' }
  const pem = text.trim()
  const [, label, base64] = onePem.exec(pem) ?? []
  const der = base64 ? fromBase64(base64) : null
  if (!label || !der) return { problem: 'malformed' }
  let numbers: RsaNumbers | null
  try {
    numbers = (label === 'CERTIFICATE' ? readCertificate : label === 'PUBLIC KEY' ? readSpki : readPkcs1)(der)
  } catch {
    return { problem: 'malformed' }
  }
  if (!numbers) return { problem: 'notRsa' }
  const bits = bitsOf(numbers)
  if (bits < smallestBits) return { problem: 'tooShort', bits }
  if (bits > largestBits) return { problem: 'malformed' }
  if (toHex(numbers.exponent) !== '010001') return { problem: 'exponent' }
  return { pem, bits, thumbprint: await createThumbprint(numbers) }
}

/** Private keys in any form that is pasted by mistake: PEM and OpenSSH, JWK, and bare base64 of PKCS#8, PKCS#1 or SEC1. */
export function holdsPrivateKey(text: string): boolean {
  if (/PRIVATE\s*KEY/i.test(text) || /"d"\s*:/.test(text)) return true
  const der = fromBase64(text.replace(/-----[^-]*-----/g, ''))
  if (!der || der.length < 32) return false
  try {
    const [sequence] = readElements(der)
    if (sequence?.tag !== tags.sequence) return false
    const [first] = readElements(sequence.content)
    // Each of those begins with its version, 0 or 1; no public key does.
    return first?.tag === tags.integer && first.content.length === 1 && (first.content[0] ?? 2) < 2
  } catch {
    return false
  }
}
