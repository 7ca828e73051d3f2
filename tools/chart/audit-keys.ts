import { existsSync } from 'node:fs'
import { parseVerifierKey, type NoteVerifier } from '@commonchart/transparency-log'
import { UsageError } from './io.ts'
import { readText } from './key-file.ts'

/** Reads a verifier key, or the file that holds it. Throws `UsageError` when it is none. */
export function readVerifierKey(given: string): NoteVerifier {
  const verifier = parseVerifierKey(existsSync(given) ? readText(given) : given)
  if (!verifier) throw new UsageError(`${given} is no verifier key: name, id and key, joined by plus signs.`)
  return verifier
}
