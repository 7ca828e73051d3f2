import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { BaseTables } from '@commonchart/database'
import type { Identity } from '@commonchart/identity'
import { sql, type RawBuilder, type Transaction } from 'kysely'
import type { AuditAction } from './actions.ts'
import { sealDetail, type AuditDetail } from './detail.ts'
import type { RecordType } from './record-types.ts'

/**
 * What was done to one record. `fields` names what changed. `before` and `after` hold those fields' values, never secrets:
 * they stay in this subgraph's database, and only their salted hash leaves it.
 */
export interface AuditEvent extends Partial<AuditDetail> {
  action: AuditAction
  record: { type: RecordType; id: string; version?: number }
  patientId?: string
  fields?: string[]
}

/** What the audit log is told of one change: no values, only the salted hash of those that the owner keeps. */
export interface AuditChange {
  /** A UUIDv7, the same whichever way it travels. */
  id: string
  domainId: number
  /** The database's clock, in ISO 8601 with milliseconds. */
  occurredAt: string
  action: AuditAction
  recordType: string
  recordId: string
  recordVersion: number | null
  patientId: string | null
  fields: string[]
  /** Base64url; null when the event has neither `before` nor `after`. */
  detailHash: string | null
}

/**
 * Writes audit events in the transaction of the change and gives what the audit log is to be told of them: what cannot be
 * recorded does not happen. Never catch its errors.
 */
export async function recordAudit<Tables extends BaseTables>(
  trx: Transaction<Tables>,
  identity: Identity,
  domainId: number,
  events: AuditEvent[],
): Promise<AuditChange[]> {
  if (events.length === 0) return []
  const { rows } = await sql<{ now: Date }>`SELECT now()::timestamptz(3) AS now`.execute(trx)
  assert(rows[0], 'the database tells the time')
  const { changes, insert } = createAudit(identity, events, { domainId, now: rows[0].now })
  await insert?.execute(trx)
  return changes
}

/**
 * Makes the statement with which `recordAudit` writes audit events, for callers who know when the transaction began, and
 * what the audit log is to be told of them once it is committed. Without events there is no statement.
 */
export function createAudit(
  identity: Identity,
  events: AuditEvent[],
  { domainId, now }: { domainId: number; now: Date },
): { changes: AuditChange[]; insert: RawBuilder<unknown> | null } {
  if (events.length === 0) return { changes: [], insert: null }
  const { kind, subject: id, name, role, keyId, ip } = identity
  const principal = JSON.stringify({ kind, id, name, role, keyId, ip })
  const rows = events.map((event) => createRow(event, domainId))
  const insert = sql`/* prepare insert_audit_events */
    INSERT INTO audit_event (domain_id, id, occurred_at, action, record_type, record_id, record_version, patient_id, fields,
      before, after, salt, detail_hash, principal, request_id)
    SELECT ${domainId}::integer, id, ${now}::timestamptz, action, "recordType", "recordId", "recordVersion", "patientId",
      fields, before::jsonb, after::jsonb, decode(salt, 'hex'), "detailHash", ${principal}::jsonb, ${identity.requestId}::text
    FROM jsonb_to_recordset(${JSON.stringify(rows.map((row) => ({ ...row, salt: row.salt?.toString('hex') })))}::jsonb) AS given (id uuid, action text, "recordType" text,
      "recordId" text, "recordVersion" integer, "patientId" text, fields text[], before text, after text, salt text,
      "detailHash" text)`
  const occurredAt = now.toISOString()
  const changes = rows.map(({ before: _before, after: _after, salt: _salt, ...row }) => ({
    ...row,
    occurredAt,
  }))
  return { changes, insert }
}

function createRow({ action, record, patientId, fields, before, after }: AuditEvent, domainId: number) {
  const detail = before || after ? sealDetail({ before: before ?? null, after: after ?? null }) : null
  return {
    domainId,
    id: createTimeOrderedId(),
    action,
    recordType: record.type,
    recordId: record.id,
    recordVersion: record.version ?? null,
    patientId: patientId ?? null,
    fields: fields ?? [],
    before: detail?.before ?? null,
    after: detail?.after ?? null,
    salt: detail?.salt ?? null,
    detailHash: detail?.hash ?? null,
  }
}

/** Makes a UUIDv7 (RFC 9562): ids that sort by the time they were made, so that an index on them grows at its end. */
export function createTimeOrderedId(now: number = Date.now()): string {
  const time = now.toString(16).padStart(12, '0')
  // Node draws random UUIDs from a pool, and all but time and version are the same.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
