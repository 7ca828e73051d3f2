import { encodeBase64 } from '@commonchart/transparency-log'
import type { LeafFacts, SequencedLeaf } from '@commonchart/audit'
import { sql, type Selectable, type Transaction } from 'kysely'
import type { Tables } from '../tables.ts'
import type { AuditLeafRow } from './tables.ts'

/** The facts of a leaf, as its hash covers them and as exports write them. */
export function readLeafFacts(row: Selectable<AuditLeafRow>): LeafFacts {
  const { actorKind: kind, actorId: id, actorName: name, actorRole: role } = row
  return {
    domainId: row.domainId,
    id: row.id,
    kind: row.kind,
    occurredAt: row.occurredAt.toISOString(),
    requestId: row.requestId,
    actor: kind === null || id === null || name === null ? null : { kind, id, name, role },
    keyId: row.keyId,
    ip: row.ip,
    action: row.action,
    recordType: row.recordType,
    recordId: row.recordId,
    recordVersion: row.recordVersion,
    patientId: row.patientId,
    fields: row.fields,
    counts: row.counts,
    ...(row.seen && { seen: row.seen }),
    outcome: row.outcome,
    detailHash: row.detailHash,
    durationMs: row.durationMs,
    count: row.count,
  }
}

/**
 * Reads up to `limit` leaves in order of their places, from the one behind `after` (-1 for the first). Each is, as JSON, a
 * line of the export `audit-log`.
 */
export async function listSequencedLeaves(
  trx: Transaction<Tables>,
  domainId: number,
  { after, limit }: { after: number; limit: number },
): Promise<SequencedLeaf[]> {
  const places = await trx
    .selectFrom('auditSequence')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('sequence', '>', String(after))
    .orderBy('sequence')
    .limit(limit)
    .execute()
  const leaves = await findLeaves(
    trx,
    domainId,
    places.map(({ leafId }) => leafId),
  )
  const listed = await findListed(trx, domainId, [...leaves.values()])
  return places.map(({ sequence, leafId, leafHash, seal }) => {
    const leaf = leaves.get(leafId)
    return {
      sequence: Number(sequence),
      leafHash: encodeBase64(leafHash),
      seal: encodeBase64(seal),
      facts: leaf ? readLeafFacts(leaf) : null,
      ...(leaf?.seen && { listedUnder: listed.get(leafId) ?? [] }),
    }
  })
}

/** Of those of some leaves that name several patients: under which of these each is found. */
export async function findListed(
  trx: Transaction<Tables>,
  domainId: number,
  leaves: Selectable<AuditLeafRow>[],
): Promise<Map<string, string[]>> {
  const named = leaves.flatMap(({ id, occurredAt, seen }) =>
    (seen ?? []).flatMap(({ patientIds }) => patientIds.map((patientId) => ({ id, occurredAt, patientId }))),
  )
  if (named.length === 0) return new Map()
  const { rows } = await sql<{ leafId: string; patientIds: string[] }>`
    SELECT seen.leaf_id, array_agg(seen.patient_id) AS patient_ids
    FROM unnest(${named.map(({ patientId }) => patientId)}::text[],
        ${named.map(({ occurredAt }) => occurredAt)}::timestamptz[], ${named.map(({ id }) => id)}::uuid[])
        AS named (patient_id, occurred_at, leaf_id)
      JOIN audit_seen seen ON seen.domain_id = ${domainId}::integer AND seen.patient_id = named.patient_id
        AND seen.occurred_at = named.occurred_at AND seen.leaf_id = named.leaf_id
    GROUP BY seen.leaf_id`.execute(trx)
  return new Map(rows.map(({ leafId, patientIds }) => [leafId, patientIds]))
}

/** Leaves of a domain by id; those that are not there are left out. */
export async function findLeaves(
  trx: Transaction<Tables>,
  domainId: number,
  ids: string[],
): Promise<Map<string, Selectable<AuditLeafRow>>> {
  if (ids.length === 0) return new Map()
  const rows = await trx
    .selectFrom('auditLeaf')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('id', '=', sql<string>`ANY(${ids}::uuid[])`)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}
