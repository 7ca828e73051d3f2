import { hashFacts, sealLeaves, type LeafFacts } from '@commonchart/audit'
import { withDomain } from '@commonchart/database'
import type { Hash, NoteSigner } from '@commonchart/transparency-log'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Tables } from '../tables.ts'
import { createEventInsert } from '../events/domain-events.ts'
import { storeCheckpoint } from './checkpoints.ts'
import { findLeaves, readLeafFacts } from './leaf-facts.ts'
import { appendToTree, lockTree } from './tree.ts'
import { countUsage } from './usage.ts'

/** How many leaves get their numbers in one transaction, far from the limit of 5 s on a statement. */
export const largestBatch = 2000

/** How many rows of what waits are looked at for it. */
const mostRows = 500

const hashBytes = 32

export interface SequencingOptions {
  signer: NoteSigner
  /** Whether checkpoints are handed to a witness. */
  witnessed: boolean
  /** A checkpoint is signed at most this often. */
  checkpointIntervalMs: number
}

/**
 * What came of looking at a domain. `gone` are leaves that waited for a number and are no longer there; `isMore` says that
 * others still wait.
 */
export interface Sequenced {
  count: number
  signed: boolean
  gone: string[]
  isMore: boolean
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
    const { waiting, isMore } = await takeWaiting(trx, domainId)
    const rows = await findLeaves(trx, domainId, waiting)
    const leaves = [...rows.values()].map(readLeafFacts).sort(compareLeaves)
    const hashes = leaves.map(hashFacts)
    let { range } = tree
    if (leaves.length > 0) {
      await insertPlaces(trx, domainId, { first: range.size, leaves, hashes, signer })
      await createEventInsert(domainId, range.size, leaves)?.execute(trx)
      range = await appendToTree(trx, domainId, range, hashes)
      await countUsage(trx, domainId, leaves)
    }
    const isDue = tree.now.getTime() - tree.signedAt.getTime() >= checkpointIntervalMs
    const signed = isDue && range.size > tree.signedSize
    if (signed) await storeCheckpoint(trx, domainId, { range, now: tree.now }, { signer, witnessed })
    return { count: leaves.length, signed, gone: waiting.filter((id) => !rows.has(id)), isMore }
  })
}

/** Of two changes of one record in the same millisecond, the version says which was first. */
function compareLeaves(one: LeafFacts, other: LeafFacts): number {
  if (one.occurredAt !== other.occurredAt) return one.occurredAt < other.occurredAt ? -1 : 1
  const versions = (one.recordVersion ?? 0) - (other.recordVersion ?? 0)
  return versions !== 0 ? versions : one.id < other.id ? -1 : 1
}

/** Takes away what waits longest, by whole rows: at most `largestBatch` leaves, unless one row has more. Gives their ids. */
async function takeWaiting(
  trx: Transaction<Tables>,
  domainId: number,
): Promise<{ waiting: string[]; isMore: boolean }> {
  const { rows } = await sql<{ id: string; count: number }>`/* prepare find_waiting */
    SELECT id, cardinality(leaf_ids) AS count FROM audit_pending WHERE domain_id = ${domainId}::integer
    UNION ALL SELECT id, cardinality(leaf_ids) FROM audit_waiting WHERE domain_id = ${domainId}::integer
    ORDER BY id LIMIT ${sql.lit(mostRows)}`.execute(trx)
  let leaves = 0
  const end = rows.findIndex(({ count }, at) => (leaves += count) > largestBatch && at > 0)
  const taken = end < 0 ? rows : rows.slice(0, end)
  const isMore = taken.length < rows.length || rows.length === mostRows
  if (taken.length === 0) return { waiting: [], isMore }
  const ids = taken.map(({ id }) => id)
  const { rows: gone } = await sql<{ leafId: string }>`/* prepare take_waiting */ WITH older AS (
      DELETE FROM audit_pending WHERE domain_id = ${domainId}::integer AND id = ANY(${ids}::uuid[]) RETURNING leaf_ids
    ), newer AS (
      DELETE FROM audit_waiting WHERE domain_id = ${domainId}::integer AND id = ANY(${ids}::uuid[]) RETURNING leaf_ids
    )
    SELECT unnest(leaf_ids) AS leaf_id FROM older UNION ALL SELECT unnest(leaf_ids) FROM newer`.execute(trx)
  return { waiting: gone.map(({ leafId }) => leafId), isMore }
}

async function insertPlaces(
  trx: Transaction<Tables>,
  domainId: number,
  places: { first: number; leaves: LeafFacts[]; hashes: Hash[]; signer: NoteSigner },
): Promise<void> {
  const { first, leaves, hashes, signer } = places
  const ids = leaves.map(({ id }) => id)
  const seals = await sealLeaves(signer, first, hashes)
  // An array of bytea travels as hexadecimal text; one value travels as it is.
  const bytes = Buffer.concat(hashes.flatMap((hash, at) => [hash, seals[at] ?? Buffer.alloc(0)]))
  let offset = 1
  const offsets = seals.map((seal) => {
    const own = offset
    offset += hashBytes + seal.length
    return own
  })
  await sql`/* prepare insert_places */
    INSERT INTO audit_sequence (domain_id, sequence, leaf_id, leaf_hash, seal)
    SELECT ${domainId}::integer, ${first}::bigint + place - 1, id, substr(bytes, at, ${sql.lit(hashBytes)}),
      substr(bytes, at + ${sql.lit(hashBytes)}, length)
    FROM (SELECT ${bytes}::bytea AS bytes) AS all_bytes, unnest(${ids}::uuid[], ${offsets}::integer[],
      ${seals.map(({ length }) => length)}::integer[]) WITH ORDINALITY AS given(id, at, length, place)`.execute(
    trx,
  )
  const changes = leaves.flatMap(({ id, kind, recordType }, at) =>
    kind === 'CHANGE' && recordType !== null
      ? [{ domainId, sequence: String(first + at), leafId: id, recordType }]
      : [],
  )
  if (changes.length > 0) await trx.insertInto('auditChange').values(changes).execute()
}
