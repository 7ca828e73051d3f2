import type { SeenGroup } from '@commonchart/audit'
import { sql, type RawBuilder, type Transaction } from 'kysely'
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
  /** Where several patients were seen, in place of `patientId` and `counts`. */
  seen: SeenGroup[] | null
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
  if (leaves.length > 0) await createLeafInsert(domainId, leaves).execute(trx)
}

/** Makes the statement with which `insertLeaves` inserts leaves. */
export function createLeafInsert(domainId: number, leaves: NewLeaf[]): RawBuilder<unknown> {
  return sql`/* prepare insert_leaves */ WITH leaf AS (${addLeaves(domainId, leaves, sql`true`)}) ${listLeaves(true)}`
}

/** So many leaves wait in one row at most: less than get their numbers together. */
const leavesPerRow = 250

/**
 * The statement that ends `WITH leaf AS (addLeaves …)`: marks leaves as waiting, and lists those of several patients under
 * each, where there may be any.
 */
export function listLeaves(several: boolean): RawBuilder<unknown> {
  const listed = sql`, listed AS (
      INSERT INTO audit_seen (domain_id, patient_id, occurred_at, leaf_id)
      SELECT domain_id, jsonb_array_elements_text(jsonb_array_elements(seen) -> 'patientIds'), occurred_at, id
      FROM leaf WHERE seen IS NOT NULL
    )`
  return sql`${several ? listed : sql``}
    INSERT INTO audit_waiting (domain_id, id, leaf_ids)
    SELECT domain_id, (array_agg(id))[1], array_agg(id)
    FROM (SELECT domain_id, id, (row_number() OVER () - 1) / ${sql.lit(leavesPerRow)} AS part FROM leaf) AS parted
    GROUP BY domain_id, part`
}

/** The part of a statement that inserts those leaves for which a condition on `given` holds, and returns what `listLeaves` needs. */
export function addLeaves(
  domainId: number,
  leaves: NewLeaf[],
  condition: RawBuilder<unknown>,
): RawBuilder<unknown> {
  // Two transactions that insert the same ids take them in the same order, so neither waits for the other in a circle.
  const sorted = leaves
    .map((leaf) => ({ ...leaf, id: leaf.id.toLowerCase() }))
    .sort((one, other) => (one.id < other.id ? -1 : 1))
  const column = (of: (leaf: NewLeaf) => unknown): unknown[] => sorted.map((leaf) => toStorable(of(leaf)))
  return sql`
      INSERT INTO audit_leaf (domain_id, id, kind, occurred_at, request_id, actor_kind, actor_id, actor_name, actor_role,
        key_id, ip, action, record_type, record_id, record_version, patient_id, fields, counts, seen, outcome,
        detail_hash, duration_ms, count)
      SELECT ${domainId}::integer, id, kind, coalesce(occurred_at, now()), request_id, actor_kind, actor_id, actor_name,
        actor_role, key_id, ip, action, record_type, record_id, record_version, patient_id, fields::text[],
        counts::jsonb, seen::jsonb, outcome, detail_hash, duration_ms, count
      FROM unnest(
        ${column(({ id }) => id)}::uuid[], ${column(({ kind }) => kind)}::text[],
        ${column(({ occurredAt }) => occurredAt)}::timestamptz[], ${column(({ requestId }) => requestId)}::text[],
        ${column(({ actor }) => actor?.kind)}::text[], ${column(({ actor }) => actor?.id)}::text[],
        ${column(({ actor }) => actor?.name)}::text[], ${column(({ actor }) => actor?.role)}::text[],
        ${column(({ keyId }) => keyId)}::text[], ${column(({ ip }) => ip)}::text[],
        ${column(({ action }) => action)}::text[], ${column(({ recordType }) => recordType)}::text[],
        ${column(({ recordId }) => recordId)}::text[], ${column(({ recordVersion }) => recordVersion)}::integer[],
        ${column(({ patientId }) => patientId)}::text[], ${column(({ fields }) => writeArray(fields))}::text[],
        ${column(({ counts }) => counts && writeJson(counts))}::text[],
        ${column(({ seen }) => seen && writeJson(seen))}::text[],
        ${column(({ outcome }) => outcome)}::text[], ${column(({ detailHash }) => detailHash)}::text[],
        ${column(({ durationMs }) => durationMs && Math.round(durationMs))}::integer[],
        ${column(({ count }) => count)}::integer[]
      ) AS given (id, kind, occurred_at, request_id, actor_kind, actor_id, actor_name, actor_role, key_id, ip, action,
        record_type, record_id, record_version, patient_id, fields, counts, seen, outcome, detail_hash, duration_ms, count)
      WHERE ${condition}
      ON CONFLICT DO NOTHING
      RETURNING domain_id, id, occurred_at, seen`
}

/** Arrays of arrays must have equal lengths in Postgres: each travels as the text of its own. */
export function writeArray(values: string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join()}}`
}

/** Postgres stores neither U+0000 nor half a surrogate pair; a record is never refused for them. */
function toStorable(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? null
  const text = value.isWellFormed() ? value : value.toWellFormed()
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text
}

function writeJson(value: object): string {
  const text = JSON.stringify(value)
  // Both are escaped in JSON, and seldom there.
  return /\\u(?:0000|d[89a-f])/.test(text) ? JSON.stringify(value, toStorableMember) : text
}

function toStorableMember(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? toStorable(value) : value
}
