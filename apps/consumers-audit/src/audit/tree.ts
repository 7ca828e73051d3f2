import { sql, type Transaction } from 'kysely'
import { appendLeaf, type CompactRange, type Hash } from '@commonchart/transparency-log'
import type { Tables } from '../tables.ts'

/** Hashes of complete subtrees are stored at every eighth level. */
export const levelsPerTile = 8
const hashBytes = 32

/** The tree of a domain, locked by whoever appends to it. */
export interface LockedTree {
  range: CompactRange
  signedSize: number
  signedAt: Date
  /** The database's time at which the transaction began. */
  now: Date
}

/** Locks a domain's tree; null when another process has it. A domain without a tree gets an empty one. */
export async function lockTree(trx: Transaction<Tables>, domainId: number): Promise<LockedTree | null> {
  const lock = () =>
    trx
      .selectFrom('auditTree')
      .select(['size', 'hashes', 'signedSize', 'signedAt', sql<Date>`now()::timestamptz(3)`.as('now')])
      .where('domainId', '=', domainId)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst()
  let row = await lock()
  if (!row) {
    await trx
      .insertInto('auditTree')
      .values({ domainId, size: '0', hashes: Buffer.alloc(0), signedSize: '0', signedAt: new Date(0) })
      .onConflict((conflict) => conflict.column('domainId').doNothing())
      .execute()
    row = await lock()
  }
  if (!row) return null
  return {
    range: { size: Number(row.size), hashes: splitHashes(row.hashes) },
    signedSize: Number(row.signedSize),
    signedAt: row.signedAt,
    now: row.now,
  }
}

/** Appends leaves to a locked tree: stores the subtrees that they complete, and the tree. */
export async function appendToTree(
  trx: Transaction<Tables>,
  domainId: number,
  before: CompactRange,
  leafHashes: readonly Hash[],
): Promise<CompactRange> {
  const nodes: { domainId: number; level: number; position: string; hash: Buffer }[] = []
  const range = leafHashes.reduce(
    (grown, leafHash) =>
      appendLeaf(grown, leafHash, (level, index, hash) => {
        if (level > 0 && level % levelsPerTile === 0)
          nodes.push({ domainId, level, position: String(index), hash: Buffer.from(hash) })
      }),
    before,
  )
  if (nodes.length > 0) await trx.insertInto('auditNode').values(nodes).execute()
  await trx
    .updateTable('auditTree')
    .set({ size: String(range.size), hashes: Buffer.concat(range.hashes) })
    .where('domainId', '=', domainId)
    .execute()
  return range
}

/** How many leaves of a domain have a number. */
export async function readTreeSize(trx: Transaction<Tables>, domainId: number): Promise<number> {
  const row = await trx
    .selectFrom('auditTree')
    .select('size')
    .where('domainId', '=', domainId)
    .executeTakeFirst()
  return Number(row?.size ?? 0)
}

function splitHashes(bytes: Buffer): Hash[] {
  return Array.from({ length: bytes.length / hashBytes }, (_, at) =>
    bytes.subarray(at * hashBytes, (at + 1) * hashBytes),
  )
}
