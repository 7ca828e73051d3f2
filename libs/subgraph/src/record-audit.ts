import assert from 'node:assert/strict'
import { createAuditRow, type AuditChange, type AuditEvent } from '@commonchart/audit'
import type { BaseTables } from '@commonchart/database'
import type { Identity } from '@commonchart/identity'
import { sql, type RawBuilder, type Transaction } from 'kysely'

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
  const rows = events.map((event) => createAuditRow(event, domainId))
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
