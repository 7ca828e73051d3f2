import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { SchemaChange } from '@commonchart/schema-changes'
import { format } from 'prettier'

/** A breaking change that is wanted. */
export interface AcceptedChange {
  coordinate: string
  /** The change in the words of the comparison: another change of the same element is another matter. */
  change: string
  reason: string
}

/** Where they are committed, so that each is reviewed. */
export const acceptedFile = new URL('../../apps/gateway/accepted-changes.json', import.meta.url)

export function readAccepted(file = acceptedFile): AcceptedChange[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as AcceptedChange[]) : []
}

/** Tells whether an acceptance is of this very change. */
export function isAccepted({ coordinate, change }: AcceptedChange, made: SchemaChange): boolean {
  return coordinate === made.coordinate && change === made.message
}

/**
 * Puts changes on the list for one reason, by coordinate. Throws when the reason is missing or when one of the coordinates
 * has no change that breaks: then there is nothing to accept.
 */
export async function acceptChanges(
  coordinates: string[],
  reason: string | undefined,
  breaking: SchemaChange[],
  file = acceptedFile,
): Promise<AcceptedChange[]> {
  if (!reason?.trim()) throw new Error('say why, with --reason')
  const known = readAccepted(file)
  const added = coordinates.flatMap((coordinate) => {
    const own = breaking.filter((change) => change.coordinate === coordinate)
    if (own.length === 0) throw new Error(`${coordinate} has no breaking change to accept`)
    return own.map(({ message }) => ({ coordinate, change: message, reason: reason.trim() }))
  })
  const text = JSON.stringify([...known, ...added])
  writeFileSync(file, await format(text, { parser: 'json', printWidth: 110 }))
  return added
}
