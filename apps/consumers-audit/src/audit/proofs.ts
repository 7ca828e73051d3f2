import { encodeLeaf, hashFacts } from '@commonchart/audit'
import { refusal } from '@commonchart/errors'
import {
  encodeBase64,
  proveConsistency,
  proveInclusion,
  readCompactRange,
  rootOf,
} from '@commonchart/transparency-log'
import { readIn } from '../callers.ts'
import type { Context } from '../context.ts'
import { isUuid } from './audit-list.ts'
import { findNewestCheckpoint, writeHashes, type StoredCheckpoint } from './checkpoints.ts'
import { findLeaves, readLeafFacts } from './leaf-facts.ts'
import { createSubtreeReader } from './subtrees.ts'
import { readTreeSize } from './tree.ts'

export interface EventProof {
  sequence: string
  leaf: string
  leafHash: string
  hashes: string[]
  checkpoint: StoredCheckpoint
}

export interface ConsistencyProof {
  from: string
  to: string
  fromRoot: string
  toRoot: string
  hashes: string[]
}

/** The newest checkpoint of a domain's log. */
export async function findCheckpoint(context: Context, domainId: number): Promise<StoredCheckpoint | null> {
  return (await readIn(context, domainId, (trx) => findNewestCheckpoint(trx, domainId))) ?? null
}

/** Proves that an event is in the log that the newest checkpoint covers. Null when it is not, or not yet. */
export async function proveEvent(
  context: Context,
  domainId: number,
  eventId: string,
): Promise<EventProof | null> {
  if (!isUuid(eventId)) return null
  return readIn(context, domainId, async (trx) => {
    const checkpoint = await findNewestCheckpoint(trx, domainId)
    const place = await trx
      .selectFrom('auditSequence')
      .select('sequence')
      .where('domainId', '=', domainId)
      .where('leafId', '=', eventId)
      .executeTakeFirst()
    const row = (await findLeaves(trx, domainId, [eventId])).get(eventId.toLowerCase())
    const size = Number(checkpoint?.size ?? 0)
    if (!checkpoint || !place || !row || Number(place.sequence) >= size) return null
    const facts = readLeafFacts(row)
    const hashes = await proveInclusion(createSubtreeReader(trx, domainId), Number(place.sequence), size)
    return {
      sequence: place.sequence,
      leaf: encodeBase64(encodeLeaf(facts)),
      leafHash: encodeBase64(hashFacts(facts)),
      hashes: writeHashes(hashes),
      checkpoint,
    }
  })
}

/** Proves that the log of one size is a prefix of that of a larger one. Throws `BAD_USER_INPUT` for sizes out of order. */
export async function proveGrowth(
  context: Context,
  domainId: number,
  args: { from: string; to?: string | null },
): Promise<ConsistencyProof> {
  return readIn(context, domainId, async (trx) => {
    const newest = await findNewestCheckpoint(trx, domainId)
    const size = await readTreeSize(trx, domainId)
    const from = readSize(args.from, 'from')
    const to = readSize(args.to ?? newest?.size ?? '0', 'to')
    if (to > size) throw outOfOrder('to', `The log has ${size} leaves.`)
    if (from > to) throw outOfOrder('from', `A log of ${from} leaves is no prefix of one of ${to}.`)
    const read = createSubtreeReader(trx, domainId)
    const rootAt = async (at: number) => encodeBase64(rootOf(await readCompactRange(read, at)))
    return {
      from: String(from),
      to: String(to),
      fromRoot: await rootAt(from),
      toRoot: await rootAt(to),
      hashes: writeHashes(await proveConsistency(read, from, to)),
    }
  })
}

function readSize(digits: string, path: string): number {
  if (!/^\d{1,15}$/.test(digits))
    throw refusal('BAD_USER_INPUT', `The argument ${path} is a size, as digits.`, { path })
  return Number(digits)
}

function outOfOrder(path: string, message: string) {
  return refusal('BAD_USER_INPUT', message, { path })
}
