import { readSequence, tags, writeElement } from './der.ts'
import { fromBase64 } from './encoding.ts'
import { createThumbprint, isRsa, readPrivatePkcs1 } from './rsa.ts'

/** How consumers sign: RS512. */
export const signing = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' } as const

/** A private key that signs in this page, and cannot be taken out of the browser's keeping again. */
export interface SigningKey {
  key: CryptoKey
  thumbprint: string
}

export type PrivateKeyProblem = 'public' | 'encrypted' | 'notRsa' | 'malformed'

/** Why a file holds no private key that can sign. */
export class NoPrivateKey extends Error {
  readonly problem: PrivateKeyProblem
  constructor(problem: PrivateKeyProblem) {
    super(`the file holds no private RSA key: ${problem}`)
    this.name = 'NoPrivateKey'
    this.problem = problem
  }
}

const onePem = /-----BEGIN (RSA )?PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END (RSA )?PRIVATE KEY-----/

/** Reads a private RSA key from PEM, PKCS#8 or PKCS#1, in this page: nothing is sent or kept. Throws `NoPrivateKey`. */
export async function readPrivateKey(text: string): Promise<SigningKey> {
  if (/ENCRYPTED/.test(text)) throw new NoPrivateKey('encrypted')
  const [, pkcs1, base64 = ''] = onePem.exec(text) ?? []
  const der = base64 ? fromBase64(base64) : null
  if (!der) throw new NoPrivateKey(/PUBLIC KEY|CERTIFICATE/.test(text) ? 'public' : 'malformed')
  try {
    const pkcs8 = pkcs1 ? wrap(der) : der
    const [, algorithm, inner] = readSequence(pkcs8)
    if (!algorithm || !inner) throw new NoPrivateKey('malformed')
    if (!isRsa(algorithm.content)) throw new NoPrivateKey('notRsa')
    const thumbprint = await createThumbprint(readPrivatePkcs1(inner.content))
    return { key: await crypto.subtle.importKey('pkcs8', pkcs8, signing, false, ['sign']), thumbprint }
  } catch (error) {
    if (error instanceof NoPrivateKey) throw error
    throw new NoPrivateKey('malformed')
  }
}

/** PKCS#1 as PKCS#8, the only form that browsers import. */
function wrap(pkcs1: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const version = new Uint8Array([tags.integer, 1, 0])
  const rsa = new Uint8Array([6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0])
  return writeElement(
    tags.sequence,
    version,
    writeElement(tags.sequence, rsa),
    writeElement(tags.octetString, pkcs1),
  )
}
