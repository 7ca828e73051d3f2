import { decodeBase64 } from './base64.ts'
import { isSameHash } from './hashes.ts'
import { isKeyName, type NoteVerifier } from './note-keys.ts'

const text = new TextEncoder()

/**
 * Opens a signed note and gives its text. Null when it is malformed, when none of the verifiers has signed it, or when a
 * signature in the name and with the key id of one of them is wrong. Signatures of strangers are skipped.
 */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): string | null {
  const split = note.lastIndexOf('\n\n')
  const body = note.slice(0, split + 1)
  const lines = note.slice(split + 2).split('\n')
  if (split < 0 || !isBody(body) || lines.pop() !== '' || lines.length === 0) return null
  let known = 0
  for (const line of lines) {
    const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/u.exec(line) ?? []
    const bytes = decodeBase64(encoded)
    if (!isKeyName(name) || !bytes || bytes.length < 5) return null
    const verifier = verifiers.find((each) => each.name === name && isSameHash(each.keyId, bytes.slice(0, 4)))
    if (!verifier) continue
    if (!verifier.verify(text.encode(body), bytes.slice(4))) return null
    known += 1
  }
  return known > 0 ? body : null
}

/** Whether a text may be that of a note: it ends with a newline and has no control characters. */
export function isBody(body: string): boolean {
  return body.endsWith('\n') && !/[\u0000-\u0009\u000b-\u001f\u007f]/.test(body)
}
