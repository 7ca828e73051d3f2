import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'

/** A consumer's RSA key in the forms that tests need. */
export interface ConsumerKey {
  privateKey: KeyObject
  publicKey: KeyObject
  privatePem: string
  publicPem: string
  jwk: { kty: 'RSA'; n: string; e: string }
  /** SHA-256 per RFC 7638, base64url. */
  thumbprint: string
}

/** Generates an RSA key as a consumer would; `bits` and `exponent` make one that is refused. */
export function createConsumerKey({ bits = 2048, exponent = 65537 } = {}): ConsumerKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: bits,
    publicExponent: exponent,
  })
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  return {
    privateKey,
    publicKey,
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    jwk: { kty: 'RSA', n, e },
    thumbprint: createHash('sha256')
      .update(JSON.stringify({ e, kty: 'RSA', n }))
      .digest('base64url'),
  }
}
