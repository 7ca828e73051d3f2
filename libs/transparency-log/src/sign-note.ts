import { encodeBase64 } from './base64.ts'
import type { NoteSigner } from './note-keys.ts'
import { isBody } from './signed-note.ts'

const text = new TextEncoder()

/** Signs a text that ends with a newline, as a C2SP signed note. */
export function signNote(body: string, ...signers: NoteSigner[]): string {
  if (!isBody(body)) throw new Error('a note is text without control characters that ends with a newline')
  const message = text.encode(body)
  const lines = signers.map(
    ({ name, keyId, sign }) => `— ${name} ${encodeBase64(Uint8Array.of(...keyId, ...sign(message)))}\n`,
  )
  return `${body}\n${lines.join('')}`
}
