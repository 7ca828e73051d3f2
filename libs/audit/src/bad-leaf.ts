import {
  decodeBase64,
  encodeBase64,
  hashLeaf,
  type Hash,
  type NoteVerifier,
} from '@commonchart/transparency-log'
import { encodeLeaf, type LeafFacts } from './leaf.ts'
import { isSealed } from './seal.ts'

/** A leaf in its place; `facts` is null where the log has a place and no leaf. Hash and seal are base64. */
export interface SequencedLeaf {
  sequence: number
  leafHash: string
  seal: string
  facts: LeafFacts | null
  /** Of a leaf that names several patients: those under whom the log finds it. */
  listedUnder?: string[]
}

/**
 * What is wrong with a log. `sequence` is the first bad leaf; `until` ends a stretch of them, where one is known. The
 * last three kinds say that the log could not be verified by what was given, and blame no leaf.
 */
export interface LogFault {
  kind:
    | ('altered' | 'removed' | 'reordered' | 'inserted' | 'replaced' | 'unsequenced' | 'unlisted')
    | ('checkpoint' | 'key' | 'incomplete')
  sequence: number | null
  until?: number
  eventId: string | null
  message: string
}

/** The hash of a leaf, from its facts. */
export function hashFacts(facts: LeafFacts): Hash {
  return hashLeaf(encodeLeaf(facts))
}

/** Whether a leaf hashes to what the log says and, with `verifiers`, bears the seal of its place. */
export function isIntact(
  { sequence, leafHash, seal, facts }: SequencedLeaf,
  verifiers: readonly NoteVerifier[] | null,
): boolean {
  if (!facts) return false
  const hash = hashFacts(facts)
  if (encodeBase64(hash) !== leafHash) return false
  return !verifiers || isSealed(verifiers, sequence, hash, [readSeal(seal)])
}

/**
 * Finds the first leaf, from the `from`th on, that is not what its seal says, and tells by its neighbour's seal what
 * happened. Null when every leaf is sealed in its place.
 */
export async function findFirstBadLeaf(
  log: { readLeaves(): AsyncIterable<SequencedLeaf>; verifiers: readonly NoteVerifier[] },
  from: number,
): Promise<LogFault | null> {
  let expected = 0
  let bad: SequencedLeaf | undefined
  for await (const leaf of log.readLeaves()) {
    if (bad) return describe(bad, leaf, log.verifiers)
    if (leaf.sequence > expected) return removed(expected)
    if (leaf.sequence < expected) return fault('inserted', leaf, 'has the number of another')
    if (!leaf.facts) return removed(expected)
    if (expected >= from && !isIntact(leaf, log.verifiers)) bad = leaf
    expected += 1
  }
  return bad ? describe(bad, undefined, log.verifiers) : null
}

/** An accounting of disclosures finds a leaf that names several patients by a list beside it: null when that is whole. */
export function findListFault(leaf: SequencedLeaf): LogFault | null {
  const { facts, listedUnder } = leaf
  if (!facts?.seen || !listedUnder) return null
  const listed = new Set(listedUnder)
  const missing = facts.seen.flatMap(({ patientIds }) => patientIds).find((id) => !listed.has(id))
  return missing === undefined
    ? null
    : fault('unlisted', leaf, `names patient ${missing}, under whom the log does not find it`)
}

function describe(
  bad: SequencedLeaf,
  next: SequencedLeaf | undefined,
  verifiers: readonly NoteVerifier[],
): LogFault {
  const { sequence } = bad
  const seals = [bad, next].flatMap((leaf) => (leaf ? [readSeal(leaf.seal)] : []))
  const belongs = (leaf: SequencedLeaf | undefined, at: number): boolean =>
    Boolean(leaf?.facts && isSealed(verifiers, at, hashFacts(leaf.facts), seals))
  const isNextHere = belongs(next, sequence)
  const isThisNext = belongs(bad, sequence + 1)
  if (isNextHere && isThisNext) return fault('reordered', bad, 'was exchanged with the one behind it')
  if (isNextHere) return fault('inserted', bad, 'was put in before the one that belongs here')
  if (isThisNext) return removed(sequence)
  return fault('altered', bad, 'is not what was sealed')
}

function fault(kind: LogFault['kind'], { sequence, facts }: SequencedLeaf, what: string): LogFault {
  const eventId = facts?.id ?? null
  return { kind, sequence, eventId, message: `Leaf ${sequence}${eventId ? ` (${eventId})` : ''} ${what}.` }
}

function removed(sequence: number): LogFault {
  return { kind: 'removed', sequence, eventId: null, message: `Leaf ${sequence} was removed.` }
}

function readSeal(seal: string): Uint8Array {
  return decodeBase64(seal) ?? new Uint8Array()
}
