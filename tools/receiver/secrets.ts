import { readFileSync, statSync } from 'node:fs'
import { readSecret } from './verify-message.ts'

/** Reads secrets that stand apart by white space; what follows a # on its line is a remark. Throws where one is none. */
export function readSecrets(text: string): Buffer[] {
  const secrets = text
    .replaceAll(/#.*$/gm, '')
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(readSecret)
  if (secrets.length === 0) throw new Error('There is no secret.')
  return secrets
}

/**
 * Gives the secrets of a file as it is now: a new one counts as soon as it is written there. While the file cannot be read, or
 * holds none, those of before.
 */
export function watchSecrets(path: string): () => Buffer[] {
  let secrets = readSecrets(readFileSync(path, 'utf8'))
  let changedMs = statSync(path).mtimeMs
  return () => {
    try {
      const nowMs = statSync(path).mtimeMs
      if (nowMs !== changedMs) secrets = readSecrets(readFileSync(path, 'utf8'))
      changedMs = nowMs
    } catch {
      return secrets
    }
    return secrets
  }
}
