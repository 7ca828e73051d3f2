import { sql, type Transaction } from 'kysely'
import type { Tables } from '../tables.ts'

/** A leaf to be put on the record. */
export interface NewLeaf {
  /** A UUIDv7. */
  id: string
  kind: 'REQUEST' | 'READ' | 'CHANGE'
  /** Null is the database's own time. */
  occurredAt: Date | null
  requestId: string
  actor: { kind: string; id: string; name: string; role: string | null } | null
  keyId: string | null
  ip: string | null
  /** REQUEST: `request.answered` or `request.refused`; READ: `patient.read`; CHANGE: one of `libs/audit`. */
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

/**
 * Inserts leaves and marks them as waiting for the sequencer, in the caller's transaction. An id that is there stays as it
 * is, so the same leaves may come twice and by two ways.
 */
export async function insertLeaves(
  trx: Transaction<Tables>,
  domainId: number,
  leaves: NewLeaf[],
): Promise<void> {
  if (leaves.length === 0) return
  // Two transactions that insert the same ids take them in the same order, so neither waits for the other in a circle.
  const rows = leaves.map(toRow).sort((one, other) => (one.id < other.id ? -1 : 1))
  await sql`
    WITH leaf AS (
      INSERT INTO audit_leaf (domain_id, id, kind, occurred_at, request_id, actor_kind, actor_id, actor_name, actor_role,
        key_id, ip, action, record_type, record_id, record_version, patient_id, fields, counts, outcome, detail_hash,
        duration_ms, count)
      SELECT ${domainId}::integer, id, kind, coalesce(occurred_at, now()), request_id, actor_kind, actor_id, actor_name,
        actor_role, key_id, ip, action, record_type, record_id, record_version, patient_id, fields, counts, outcome,
        detail_hash, duration_ms, count
      FROM jsonb_to_recordset(${JSON.stringify(rows, toStorable)}::jsonb) AS given(id uuid, kind text,
        occurred_at timestamptz, request_id text, actor_kind text, actor_id text, actor_name text, actor_role text,
        key_id text, ip text, action text, record_type text, record_id text, record_version integer, patient_id text,
        fields text[], counts jsonb, outcome text, detail_hash text, duration_ms integer, count integer)
      ON CONFLICT DO NOTHING
      RETURNING domain_id, id
    )
    INSERT INTO audit_pending (domain_id, id) SELECT domain_id, id FROM leaf`.execute(trx)
}

function toRow(leaf: NewLeaf) {
  const { actor } = leaf
  return {
    ...{
      id: leaf.id.toLowerCase(),
      kind: leaf.kind,
      occurred_at: leaf.occurredAt,
      request_id: leaf.requestId,
    },
    ...{ actor_kind: actor?.kind, actor_id: actor?.id, actor_name: actor?.name, actor_role: actor?.role },
    ...{ key_id: leaf.keyId, ip: leaf.ip, action: leaf.action, record_type: leaf.recordType },
    ...{ record_id: leaf.recordId, record_version: leaf.recordVersion, patient_id: leaf.patientId },
    ...{ fields: leaf.fields, counts: leaf.counts, outcome: leaf.outcome, detail_hash: leaf.detailHash },
    ...{ duration_ms: leaf.durationMs === null ? null : Math.round(leaf.durationMs), count: leaf.count },
  }
}

/** Postgres stores neither U+0000 nor half a surrogate pair; a record is never refused for them. */
function toStorable(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\ufffd') : value
}
