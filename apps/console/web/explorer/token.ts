/** A consumer's private key in this browser. It is in memory, not to be read out again, and is gone with the page. */
export interface ProgramKey {
  issuer: string
  audience: string | null
  key: CryptoKey
}

/** So long a token lives; the gateway takes none that lives longer than 900 s. */
const lifetimeSeconds = 600
/** So early a token is made anew. */
const earlySeconds = 60

const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' }

/** Opens a private RSA key from PEM, in PKCS #8 or PKCS #1. Throws when it is none. */
export async function openPrivateKey(pem: string): Promise<CryptoKey> {
  const [, kind, encoded = ''] =
    /-----BEGIN (RSA )?PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END (?:RSA )?PRIVATE KEY-----/.exec(pem) ?? []
  const bytes = Uint8Array.from(atob(encoded.replace(/\s/g, '')), (character) => character.charCodeAt(0))
  if (bytes.length === 0) throw new Error('there is no private key in it')
  return crypto.subtle.importKey('pkcs8', kind ? wrapPkcs1(bytes) : bytes, algorithm, false, ['sign'])
}

/** Gives tokens of a program: one is used until it is about to expire. */
export function createTokenSource({ issuer, audience, key }: ProgramKey): () => Promise<string> {
  let current: { token: Promise<string>; until: number } | undefined
  return () => {
    const now = Math.floor(Date.now() / 1000)
    if (!current || now > current.until - earlySeconds) {
      const exp = now + lifetimeSeconds
      const claims = { iss: issuer, ...(audience && { aud: audience }), exp }
      current = { until: exp, token: signToken(key, claims) }
    }
    return current.token
  }
}

async function signToken(key: CryptoKey, claims: object): Promise<string> {
  const text = new TextEncoder()
  const message = [{ alg: 'RS512', typ: 'JWT' }, claims]
    .map((part) => toBase64Url(text.encode(JSON.stringify(part))))
    .join('.')
  const signature = await crypto.subtle.sign(algorithm, key, text.encode(message))
  return `${message}.${toBase64Url(new Uint8Array(signature))}`
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** PKCS #8 around a PKCS #1 key (RFC 5208): version 0, the algorithm rsaEncryption, and the key. */
function wrapPkcs1(key: Uint8Array): Uint8Array<ArrayBuffer> {
  const rsaEncryption = [0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0]
  return encode(0x30, Uint8Array.of(2, 1, 0, ...rsaEncryption, ...encode(4, key)))
}

/** One value in DER. */
function encode(tag: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Uint8Array.of(tag, ...size, ...content)
}
