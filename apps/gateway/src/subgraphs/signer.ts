import { readFileSync, statSync } from 'node:fs'
import { createServiceSigner, type PrivateServiceJwk, type ServiceSigner } from '@commonchart/identity'

/** The file is looked at again at most so often. */
const checkEveryMs = 1000

/**
 * Opens the gateway's key file and gives what signs with its first key. The file is re-read when it changed, so that keys
 * rotate while the gateway serves; one that cannot be read keeps the keys that were there and goes to `onError`.
 */
export function openSigner(
  file: string,
  onError: (error: unknown) => void,
  now: () => number = Date.now,
): () => ServiceSigner {
  const read = (): ServiceSigner =>
    createServiceSigner(JSON.parse(readFileSync(file, 'utf8')) as PrivateServiceJwk[])
  const stamp = (): string => {
    const { mtimeMs, size, ino } = statSync(file)
    return `${mtimeMs} ${size} ${ino}`
  }
  let seen = stamp()
  let signer = read()
  let checkedAt = now()
  return () => {
    if (now() - checkedAt < checkEveryMs) return signer
    checkedAt = now()
    try {
      const current = stamp()
      if (current === seen) return signer
      signer = read()
      seen = current
    } catch (error) {
      onError(error)
    }
    return signer
  }
}
