import { randomBytes } from 'node:crypto'
import type { BaseTables } from '@commonchart/database'
import type { Identity } from '@commonchart/identity'
import type { Transaction } from 'kysely'
import type { AuditAction } from './actions.ts'

/** What was done to one record. `fields` names what changed, never its values. */
export interface AuditEvent {
  action: AuditAction
  record: { type: string; id: string; version?: number }
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

/** Writes audit events in the transaction of the change: what cannot be recorded does not happen. Never catch its errors. */
export async function recordAudit<Tables extends BaseTables>(
  trx: Transaction<Tables>,
  identity: Identity,
  domainId: number,
  events: AuditEvent[],
): Promise<void> {
  if (events.length === 0) return
  const principal = JSON.stringify({
    kind: identity.kind,
    id: identity.subject,
    name: identity.name,
    role: identity.role,
    keyId: identity.keyId,
    ip: identity.ip,
  })
  await (trx as unknown as Transaction<BaseTables>)
    .insertInto('auditEvent')
    .values(
      events.map((event) => ({
        domainId,
        id: createTimeOrderedId(),
        action: event.action,
        recordType: event.record.type,
        recordId: event.record.id,
        recordVersion: event.record.version ?? null,
        patientId: event.patientId ?? null,
        fields: event.fields ?? [],
        principal,
        requestId: identity.requestId,
      })),
    )
    .execute()
}

/** Makes a UUIDv7 (RFC 9562): ids that sort by the time they were made, so that an index on them grows at its end. */
export function createTimeOrderedId(now: number = Date.now()): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(now, 0, 6)
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6)
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
