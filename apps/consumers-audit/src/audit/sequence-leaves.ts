import { hashFacts, sealLeaves, type LeafFacts } from '@commonchart/audit'
import { withDomain } from '@commonchart/database'
import type { Hash, NoteSigner } from '@commonchart/transparency-log'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Tables } from '../tables.ts'
import { storeCheckpoint } from './checkpoints.ts'
import { findLeaves, readLeafFacts } from './leaf-facts.ts'
import { appendToTree, lockTree } from './tree.ts'
import { countUsage } from './usage.ts'

/** How many leaves get their numbers in one transaction, far from the limit of 5 s on a statement. */
export const largestBatch = 500

export interface SequencingOptions {
  signer: NoteSigner
  /** Whether checkpoints are handed to a witness. */
  witnessed: boolean
  /** A checkpoint is signed at most this often. */
  checkpointIntervalMs: number
}

/** What came of looking at a domain. `gone` are leaves that waited for a number and are no longer there. */
export interface Sequenced {
  count: number
  signed: boolean
  gone: string[]
}

/**
 * Gives numbers to the committed leaves of one domain, without gaps and in the order in which they happened, appends them to its
 * tree, and signs a checkpoint when one is due: all in one transaction. Null when another process is at it.
 */
export function sequenceLeaves(
  db: Kysely<Tables>,
  domainId: number,
  { signer, witnessed, checkpointIntervalMs }: SequencingOptions,
): Promise<Sequenced | null> {
  return withDomain(db, domainId, async (trx) => {
    const tree = await lockTree(trx, domainId)
    if (!tree) return null
    const waiting = await listPending(trx, domainId)
    const rows = await findLeaves(trx, domainId, waiting)
    const leaves = [...rows.values()].map(readLeafFacts).sort(compareLeaves)
    const hashes = leaves.map(hashFacts)
    let { range } = tree
    if (leaves.length > 0) {
      await insertPlaces(trx, domainId, { first: range.size, leaves, hashes, signer })
      range = await appendToTree(trx, domainId, range, hashes)
      await countUsage(trx, domainId, leaves)
    }
    if (waiting.length > 0) await deletePending(trx, domainId, waiting)
    const isDue = tree.now.getTime() - tree.signedAt.getTime() >= checkpointIntervalMs
    const signed = isDue && range.size > tree.signedSize
    if (signed) await storeCheckpoint(trx, domainId, { range, now: tree.now }, { signer, witnessed })
    return { count: leaves.length, signed, gone: waiting.filter((id) => !rows.has(id)) }
  })
}

/** Of two changes of one record in the same millisecond, the version says which was first. */
function compareLeaves(one: LeafFacts, other: LeafFacts): number {
  if (one.occurredAt !== other.occurredAt) return one.occurredAt < other.occurredAt ? -1 : 1
  const versions = (one.recordVersion ?? 0) - (other.recordVersion ?? 0)
  return versions !== 0 ? versions : one.id < other.id ? -1 : 1
}

async function listPending(trx: Transaction<Tables>, domainId: number): Promise<string[]> {
  const rows = await trx
    .selectFrom('auditPending')
    .select('id')
    .where('domainId', '=', domainId)
    .orderBy('id')
    .limit(largestBatch)
    .execute()
  return rows.map(({ id }) => id)
}

async function deletePending(trx: Transaction<Tables>, domainId: number, ids: string[]): Promise<void> {
  await trx.deleteFrom('auditPending').where('domainId', '=', domainId).where('id', 'in', ids).execute()
}

async function insertPlaces(
  trx: Transaction<Tables>,
  domainId: number,
  places: { first: number; leaves: LeafFacts[]; hashes: Hash[]; signer: NoteSigner },
): Promise<void> {
  const { first, leaves, hashes, signer } = places
  const ids = leaves.map(({ id }) => id)
  const seals = (await sealLeaves(signer, first, hashes)).map((seal) => Buffer.from(seal))
  await sql`
    INSERT INTO audit_sequence (domain_id, sequence, leaf_id, leaf_hash, seal)
    SELECT ${domainId}::integer, ${first}::bigint + at - 1, id, hash, seal
    FROM unnest(${ids}::uuid[], ${hashes.map((hash) => Buffer.from(hash))}::bytea[], ${seals}::bytea[])
      WITH ORDINALITY AS given(id, hash, seal, at)`.execute(trx)
  const changes = leaves.flatMap(({ id, kind, recordType }, at) =>
    kind === 'CHANGE' && recordType !== null
      ? [{ domainId, sequence: String(first + at), leafId: id, recordType }]
      : [],
  )
  if (changes.length > 0) await trx.insertInto('auditChange').values(changes).execute()
}
