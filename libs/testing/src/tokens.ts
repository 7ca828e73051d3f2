import { constants, createHmac, sign, type KeyObject } from 'node:crypto'

type Algorithm = `${'RS' | 'PS' | 'HS'}${'256' | '384' | '512'}` | 'EdDSA' | 'none'

export interface SignTokenOptions {
  privateKey?: KeyObject
  /** The `iss` claim. */
  issuer?: string
  /** Claims added or put in place of the usual ones; `undefined` leaves one out. */
  claims?: Record<string, unknown>
  /** Members added or put in place of `{ alg, typ: 'JWT' }`; `undefined` leaves one out. */
  header?: Record<string, unknown>
  /** How it is signed, whatever `header.alg` says. RS512 by default. */
  algorithm?: Algorithm
  /** For HS…: the shared secret. */
  secret?: string | Uint8Array
  /** The header or the claims as they stand in the token, for JSON that no serializer writes. */
  headerText?: string
  payloadText?: string
  /** In milliseconds. */
  now?: number
  lifetimeSeconds?: number
}

/**
 * Signs a token as a consumer does (JWT, RS512, `iss` and `exp` 300 s ahead), or any wrong one: every claim, header member
 * and the text of both can be overridden.
 */
export function signToken(options: SignTokenOptions): string {
  const { algorithm = 'RS512', issuer, now = Date.now(), lifetimeSeconds = 300 } = options
  const header = { alg: algorithm, typ: 'JWT', ...options.header }
  const claims = { iss: issuer, exp: Math.floor(now / 1000) + lifetimeSeconds, ...options.claims }
  const encode = (text: string): string => Buffer.from(text).toString('base64url')
  const signed = `${encode(options.headerText ?? JSON.stringify(header))}.${encode(options.payloadText ?? JSON.stringify(claims))}`
  return `${signed}.${createSignature(algorithm, signed, options).toString('base64url')}`
}

function createSignature(algorithm: Algorithm, signed: string, options: SignTokenOptions): Buffer {
  if (algorithm === 'none') return Buffer.alloc(0)
  const hash = `sha${algorithm.slice(2)}`
  if (algorithm.startsWith('HS'))
    return createHmac(hash, options.secret ?? '')
      .update(signed)
      .digest()
  if (!options.privateKey) throw new Error(`a private key is needed to sign with ${algorithm}`)
  if (algorithm === 'EdDSA') return sign(null, Buffer.from(signed), options.privateKey)
  return sign(hash, Buffer.from(signed), {
    key: options.privateKey,
    padding: algorithm.startsWith('PS') ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  })
}
