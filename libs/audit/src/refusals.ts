import { isKeyName, type NoteVerifier } from '@commonchart/transparency-log'
import type { SequencedLeaf } from './bad-leaf.ts'

/**
 * Says that none of the leaves is of a domain whose log one of the keys is for, and undefined otherwise: then the key
 * was mistaken, and no leaf is to blame. One leaf that names another domain than its neighbours was altered.
 */
export async function describeOtherLog(
  leaves: AsyncIterable<SequencedLeaf>,
  verifiers: readonly NoteVerifier[],
): Promise<string | undefined> {
  const names = verifiers.map(({ name }) => name)
  const domains = names.map(readDomainId)
  let first: number | undefined
  for await (const { facts } of leaves) {
    if (!facts) continue
    if (domains.includes(facts.domainId)) return undefined
    first ??= facts.domainId
  }
  if (first === undefined) return undefined
  const whose = first === 0 ? "the platform's own log (NAME/0)" : `the log of domain ${first} (NAME/${first})`
  return `The key is for the log ${names.join(', ')}, and these leaves are of ${whose}: verify them with the key of their own log.`
}

/** The log of a domain is named NAME/DOMAIN_ID. */
function readDomainId(name: string): number {
  return Number(name.slice(name.lastIndexOf('/') + 1))
}

/** Says why a checkpoint that no key opens is refused: its first line names the log that it is of. */
export function describeUnsigned(text: string, verifiers: readonly NoteVerifier[]): string {
  const [origin = ''] = text.split('\n')
  const names = verifiers.map(({ name }) => name)
  return names.includes(origin) || !isKeyName(origin)
    ? 'is not signed by a known key'
    : `is of the log ${origin}, and the key is for ${names.join(', ')}`
}

/** Says that an export begins behind the first leaf. */
export function describeBeginning(first: number): string {
  return `The export begins with leaf ${first}: only a log that is whole can be verified. Export it from the start.`
}

/** Says that an export ends before what a checkpoint covers: that leaves were cut off is for the next export to show. */
export function describeEnd(
  size: number,
  { size: covered, source }: { size: number; source: string },
): string {
  return (
    `The export ends before leaf ${size}, and the checkpoint of ${source} covers ${covered} leaves: it is newer than the export, ` +
    'or leaves were cut off. Export the log again; what is missing then was removed.'
  )
}
