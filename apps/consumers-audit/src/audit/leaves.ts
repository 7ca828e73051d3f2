import type { Transaction } from 'kysely'
import type { Tables } from '../tables.ts'
import type { AuditLeafRow } from './tables.ts'

/** A fact of the audit log, before it has its place. */
export interface NewLeaf {
  id: string
  kind: 'REQUEST' | 'READ' | 'CHANGE'
  /** null: the database's clock. */
  occurredAt: Date | null
  requestId: string
  actor: { kind: string; id: string; name: string; role: string | null } | null
  keyId: string | null
  ip: string | null
  action: string
  recordType: string | null
  recordId: string | null
  recordVersion: number | null
  patientId: string | null
  fields: string[]
  counts: Record<string, number> | null
  outcome: string
  detailHash: string | null
  durationMs: number | null
  count: number
}

/** Inserts leaves and marks them as waiting for their number, in the caller's transaction; an id that is there stays as it is. */
export async function insertLeaves(
  trx: Transaction<Tables>,
  domainId: number,
  leaves: NewLeaf[],
): Promise<void> {
  if (leaves.length === 0) return
  const inserted = await trx
    .insertInto('auditLeaf')
    .values(leaves.map((leaf) => createRow(domainId, leaf)))
    .onConflict((conflict) => conflict.columns(['domainId', 'id']).doNothing())
    .returning('id')
    .execute()
  if (inserted.length === 0) return
  await trx
    .insertInto('auditPending')
    .values(inserted.map(({ id }) => ({ domainId, id })))
    .execute()
}

function createRow(domainId: number, leaf: NewLeaf): AuditLeafRow {
  const { actor, occurredAt, counts, ...facts } = leaf
  return {
    ...facts,
    domainId,
    occurredAt: (occurredAt ?? undefined) as Date,
    actorKind: actor?.kind ?? null,
    actorId: actor?.id ?? null,
    actorName: actor?.name ?? null,
    actorRole: actor?.role ?? null,
    counts: (counts && JSON.stringify(counts)) as AuditLeafRow['counts'],
  }
}
