import {
  encodeBase64,
  formatCheckpoint,
  rootOf,
  signNote,
  type CompactRange,
  type NoteSigner,
} from '@commonchart/transparency-log'
import type { Selectable, Transaction } from 'kysely'
import { sql } from 'kysely'
import type { Tables } from '../tables.ts'
import type { AuditCheckpointRow } from './tables.ts'
import { witnessTask } from './witness.ts'

export type StoredCheckpoint = Selectable<AuditCheckpointRow>

/** Signs and stores a checkpoint of a locked tree; with a witness, it is handed on once the transaction commits. */
export async function storeCheckpoint(
  trx: Transaction<Tables>,
  domainId: number,
  tree: { range: CompactRange; now: Date },
  { signer, witnessed }: { signer: NoteSigner; witnessed: boolean },
): Promise<void> {
  const { range, now } = tree
  const size = String(range.size)
  const text = signNote(
    formatCheckpoint({ origin: signer.name, size: range.size, root: rootOf(range) }),
    signer,
  )
  await trx
    .insertInto('auditCheckpoint')
    .values({ domainId, size, text, verifierKey: signer.verifierKey, createdAt: now })
    .execute()
  await trx
    .updateTable('auditTree')
    .set({ signedSize: size, signedAt: now })
    .where('domainId', '=', domainId)
    .execute()
  if (!witnessed) return
  const job = JSON.stringify({ size, text })
  await sql`SELECT commonchart.enqueue(${witnessTask}, ${domainId}::integer, ${job}::jsonb,
    ${`${witnessTask}:${domainId}:${size}`})`.execute(trx)
}

/** The newest checkpoint of a domain's log, if there is any. */
export async function findNewestCheckpoint(
  trx: Transaction<Tables>,
  domainId: number,
): Promise<StoredCheckpoint | undefined> {
  return trx
    .selectFrom('auditCheckpoint')
    .selectAll()
    .where('domainId', '=', domainId)
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Hashes as the graph and internal answers write them. */
export function writeHashes(hashes: readonly Uint8Array[]): string[] {
  return hashes.map(encodeBase64)
}
