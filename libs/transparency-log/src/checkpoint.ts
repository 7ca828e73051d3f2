import type { Hash } from './hashes.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'

/** What a log says of itself at one moment: its name, its size and its root. */
export interface Checkpoint {
  origin: string
  size: number
  root: Hash
}

/** Writes a checkpoint as C2SP tlog-checkpoint has it: three lines, to be signed as a note. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  if (origin === '' || origin.includes('\n')) throw new Error('the origin of a checkpoint is one line')
  return `${origin}\n${size}\n${encodeBase64(root)}\n`
}

/** Reads the text of a checkpoint; further lines are extensions and are skipped. Gives null when it is none. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const [origin, size, root, ...more] = text.split('\n')
  if (!origin || !size || !root || more.at(-1) !== '') return null
  const hash = decodeBase64(root)
  if (!/^(0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size)) || hash?.length !== 32)
    return null
  return { origin, size: Number(size), root: hash }
}
