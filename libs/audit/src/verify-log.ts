import {
  appendLeaf,
  emptyRange,
  isSameHash,
  openNote,
  parseCheckpoint,
  rootOf,
  type Checkpoint,
  type NoteVerifier,
} from '@commonchart/transparency-log'
import {
  findFirstBadLeaf,
  findListFault,
  hashFacts,
  isIntact,
  type LogFault,
  type SequencedLeaf,
} from './bad-leaf.ts'
import { describeBeginning, describeEnd, describeOtherLog, describeUnsigned } from './refusals.ts'

/** The text of a checkpoint and where it was kept. */
export interface KeptCheckpoint {
  source: string
  text: string
}

export interface LogVerdict {
  /** How many leaves were read, up to the first that is bad. */
  size: number
  /** How many leaves the newest checkpoint covers. */
  covered: number
  fault: LogFault | null
}

export interface LogToVerify {
  /** Reads all leaves in order; called again when something is wrong. */
  readLeaves(): AsyncIterable<SequencedLeaf>
  /** Reads the leaves that have no place in the log and are not waiting for one. */
  readUnsequenced?(): AsyncIterable<{ id: string }>
  /** The newest checkpoint of the log itself, and those that were kept elsewhere. */
  checkpoints: readonly KeptCheckpoint[]
  verifiers: readonly NoteVerifier[]
  /** Whether the leaves are an export: a checkpoint may be newer than it, and it may begin behind a place. */
  isExport?: boolean
}

interface Mark extends Checkpoint {
  source: string
}

/**
 * Derives a log anew from the facts of its leaves and compares it with checkpoints: each must be signed, and its root
 * that of the leaves it covers; what none covers must bear a seal. Names the first leaf that was altered, removed,
 * reordered or inserted, that is not found under a patient whom it names, or that has no place. What says nothing of a
 * leaf is refused without naming one: a key or a checkpoint of another log, and an export that does not reach from the
 * first leaf to the newest checkpoint.
 */
export async function verifyLog(log: LogToVerify): Promise<LogVerdict> {
  const verdict = await compareLog(log)
  if (!verdict.fault) return verdict
  const otherLog = await describeOtherLog(log.readLeaves(), log.verifiers)
  return otherLog === undefined ? verdict : refuse('key', otherLog)
}

async function compareLog(log: LogToVerify): Promise<LogVerdict> {
  const marks: Mark[] = []
  for (const { source, text } of log.checkpoints) {
    const note = openNote(text, log.verifiers)
    const checkpoint = note === null ? null : parseCheckpoint(note)
    if (!checkpoint) return refuseCheckpoint(source, describeUnsigned(text, log.verifiers))
    if (marks[0] && marks[0].origin !== checkpoint.origin)
      return refuseCheckpoint(source, 'is of another log')
    marks.push({ ...checkpoint, source })
  }
  marks.sort((one, other) => one.size - other.size)
  const covered = marks.at(-1)?.size ?? 0
  const { size, good, refuted, unlisted } = await deriveRoots(log, marks, covered)
  const cut = marks.find((mark) => mark.size > size)
  if (refuted || cut) {
    const first = log.isExport ? await readFirstPlace(log) : 0
    if (first > 0) return refuse('incomplete', describeBeginning(first))
    const fault =
      (await findFirstBadLeaf(log, good)) ?? describeStretch(size, good, refuted, cut, log.isExport)
    if (!fault) throw new Error('the log changed while it was read: verify it again')
    return { size, covered, fault }
  }
  if (unlisted) return { size, covered, fault: unlisted }
  for await (const { id } of log.readUnsequenced?.() ?? [])
    return {
      size,
      covered,
      fault: {
        kind: 'unsequenced',
        sequence: null,
        eventId: id,
        message: `The leaf ${id} has no place in the log.`,
      },
    }
  return { size, covered, fault: null }
}

interface Derived {
  size: number
  good: number
  refuted: Mark | 'leaf' | null
  unlisted: LogFault | null
}

/**
 * Reads until the end, or until a leaf or a root is not what it should be; `good` leaves are covered by a right root, and
 * `unlisted` is the first that is not found under a patient whom it names.
 */
async function deriveRoots(log: LogToVerify, marks: Mark[], covered: number): Promise<Derived> {
  let unlisted: LogFault | null = null
  let range = emptyRange
  let good = 0
  let next = 0
  /** Compares with the checkpoints of this size, which come in order, and gives the first that does not fit. */
  const findRefuted = (): Mark | undefined => {
    for (let mark = marks[next]; mark && mark.size <= range.size; mark = marks[++next]) {
      if (!isSameHash(mark.root, rootOf(range))) return mark
      good = mark.size
    }
    return undefined
  }
  const first = findRefuted()
  if (first) return { size: 0, good, refuted: first, unlisted }
  for await (const leaf of log.readLeaves()) {
    const { size } = range
    const intact = leaf.sequence === size && isIntact(leaf, size < covered ? null : log.verifiers)
    if (!intact || !leaf.facts) return { size, good, refuted: 'leaf', unlisted }
    range = appendLeaf(range, hashFacts(leaf.facts))
    unlisted ??= findListFault(leaf)
    const refuted = findRefuted()
    if (refuted) return { size: range.size, good, refuted, unlisted }
  }
  return { size: range.size, good, refuted: null, unlisted }
}

async function readFirstPlace(log: LogToVerify): Promise<number> {
  for await (const { sequence } of log.readLeaves()) return sequence
  return 0
}

function refuse(kind: 'key' | 'checkpoint' | 'incomplete', message: string): LogVerdict {
  return { size: 0, covered: 0, fault: { kind, sequence: null, eventId: null, message } }
}

function refuseCheckpoint(source: string, why: string): LogVerdict {
  return refuse('checkpoint', `The checkpoint of ${source} ${why}.`)
}

/** What roots say when each leaf that is there bears its seal. */
function describeStretch(
  size: number,
  good: number,
  refuted: Mark | 'leaf' | null,
  cut: Mark | undefined,
  isExport = false,
): LogFault | null {
  if (refuted === 'leaf') return null
  if (refuted) return describeReplaced(good, refuted)
  if (!cut) return null
  if (!isExport) return describeCut(size, cut)
  return { kind: 'incomplete', sequence: null, eventId: null, message: describeEnd(size, cut) }
}

function describeCut(size: number, { size: covered, source }: Mark): LogFault {
  const message = `The log has ${size} leaves, and the checkpoint of ${source} covers ${covered}: leaf ${size} was removed.`
  return { kind: 'removed', sequence: size, until: covered - 1, eventId: null, message }
}

function describeReplaced(good: number, { size, source }: Mark): LogFault {
  const message =
    `Each leaf is sealed, and their root is not that of the checkpoint of ${source}: ` +
    `the log was written anew from leaf ${good} to ${size - 1}, or from somewhere between.`
  return { kind: 'replaced', sequence: good, until: size - 1, eventId: null, message }
}
