import { generateKeyPair, sign, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

/** A consumer's RSA key as PEM. */
export interface ConsumerKeyPem {
  privatePem: string
  publicPem: string
}

/** Generates the RSA key of a consumer: 2048 bits unless more are asked for, exponent 65537. */
export async function generateConsumerKey(bits = 2048): Promise<ConsumerKeyPem> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: bits })
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

export interface ConsumerTokenOptions {
  issuer: string
  lifetimeSeconds?: number
  audience?: string
  kid?: string
  now?: number
}

/** Signs a consumer's token: JWT, RS512, `iss` and `exp`; it lives 900 s at most. */
export function signConsumerToken(
  privateKey: KeyObject,
  { issuer, lifetimeSeconds = 900, audience, kid, now = Date.now() }: ConsumerTokenOptions,
): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const expires = Math.floor(now / 1000) + lifetimeSeconds
  const signed = `${encode({ alg: 'RS512', typ: 'JWT', kid })}.${encode({ iss: issuer, aud: audience, exp: expires })}`
  return `${signed}.${sign('sha512', Buffer.from(signed), privateKey).toString('base64url')}`
}
