import { toPem } from './encoding.ts'
import { signing } from './private-key.ts'

/** A new pair as PEM: PKCS#8 and SubjectPublicKeyInfo. */
export interface KeyPair {
  privatePem: string
  publicPem: string
}

/** Whether this browser makes keys here and signs with them: it does so only on pages that came over TLS or from this machine. */
export function canUseKeys(): boolean {
  return typeof globalThis.crypto?.subtle?.generateKey === 'function'
}

/** Makes an RSA pair of 3072 bits in this page. */
export async function makePair(): Promise<KeyPair> {
  const pair = await crypto.subtle.generateKey(
    { ...signing, modulusLength: 3072, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ['sign', 'verify'],
  )
  const [privateDer, publicDer] = await Promise.all([
    crypto.subtle.exportKey('pkcs8', pair.privateKey),
    crypto.subtle.exportKey('spki', pair.publicKey),
  ])
  return { privatePem: toPem('PRIVATE KEY', privateDer), publicPem: toPem('PUBLIC KEY', publicDer) }
}

/** Hands a text to the browser as a file to keep. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/x-pem-file' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // Some browsers read the file only after the click; none takes that long.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** A file name that says whose key it is. */
export function keyFileName(name: string): string {
  const plain = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  return `${plain || 'consumer'}.pem`
}
