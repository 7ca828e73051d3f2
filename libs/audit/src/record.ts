import { randomUUID } from 'node:crypto'
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

/** Makes the row of an event: what is kept by the owner of the record, and the salted hash of it that the log is told. */
export function createAuditRow(
  { action, record, patientId, fields, before, after }: AuditEvent,
  domainId: number,
) {
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
