import { createHash, createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto'
import { refusal } from '@commonchart/errors'

/** A public RSA key as it is registered: `modulus` is `n` of its JWK, whose `e` is always `AQAB` (65537). */
export interface PublicRsaKey {
  thumbprint: string
  publicKey: string
  modulus: string
}

const longestPem = 16_384
const smallestBits = 2048
/** OpenSSL verifies nothing with longer keys. */
const largestBits = 16_384
const onePem = /^-----BEGIN (PUBLIC KEY|RSA PUBLIC KEY|CERTIFICATE)-----([A-Za-z0-9+/=\s]+)-----END \1-----$/

/**
 * Reads the public RSA key in a PEM: SubjectPublicKeyInfo, PKCS#1 or an X.509 certificate. Throws `KEY_PRIVATE`,
 * `KEY_MALFORMED`, `KEY_NOT_RSA`, `KEY_TOO_SHORT` or `KEY_EXPONENT`; no refusal repeats anything of the text.
 */
export function readPublicKey(pem: string): PublicRsaKey {
  if (holdsPrivateKey(pem))
    throw refusal(
      'KEY_PRIVATE',
      'This is a private key. It was not stored; treat it as disclosed, and register the public half of a new pair.',
    )
  const key = parsePublicPem(pem)
  if (key.asymmetricKeyType !== 'rsa')
    throw refusal('KEY_NOT_RSA', 'The key is not an RSA key; tokens are signed with RS512.')
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits < smallestBits)
    throw refusal('KEY_TOO_SHORT', `The key has ${bits} bits; it needs ${smallestBits} or more.`, {
      bits,
      minimumBits: smallestBits,
    })
  if (bits > largestBits) throw malformed(`The key has more than ${largestBits} bits.`)
  if (key.asymmetricKeyDetails?.publicExponent !== 65_537n)
    throw refusal('KEY_EXPONENT', 'The public exponent of the key is not 65537.')
  const { n } = key.export({ format: 'jwk' })
  if (!n) throw malformed('The key has no modulus.')
  return {
    thumbprint: createThumbprint(n),
    publicKey: key.export({ type: 'spki', format: 'pem' }).toString(),
    modulus: n,
  }
}

/** The thumbprint of a public RSA key with the exponent 65537: SHA-256 per RFC 7638, base64url. */
export function createThumbprint(modulus: string): string {
  return createHash('sha256').update(`{"e":"AQAB","kty":"RSA","n":"${modulus}"}`).digest('base64url')
}

function parsePublicPem(pem: string): KeyObject {
  const text = pem.trim()
  const label = text.length <= longestPem ? onePem.exec(text)?.[1] : undefined
  if (!label) throw malformed('The key is not one public key in PEM form.')
  try {
    return label === 'CERTIFICATE' ? new X509Certificate(text).publicKey : createPublicKey(text)
  } catch (cause) {
    throw malformed(`The PEM does not hold what its first line says (${(cause as Error).name}).`)
  }
}

function malformed(message: string): Error {
  return refusal('KEY_MALFORMED', message)
}

/** Private keys in any form that is pasted by mistake: PEM and OpenSSH, JWK, and bare base64 of PKCS#8 or PKCS#1. */
function holdsPrivateKey(text: string): boolean {
  if (/PRIVATE\s*KEY/i.test(text) || /"d"\s*:/.test(text)) return true
  const base64 = text.replace(/-----[^-]*-----/g, '').replace(/\s+/g, '')
  if (base64.length > longestPem || !/^[A-Za-z0-9+/]+=*$/.test(base64)) return false
  const der = Buffer.from(base64, 'base64')
  return (['pkcs8', 'pkcs1', 'sec1'] as const).some((type) => {
    try {
      return createPrivateKey({ key: der, format: 'der', type }).type === 'private'
    } catch {
      // What cannot be read as a private key is none, which is the answer asked for.
      return false
    }
  })
}
