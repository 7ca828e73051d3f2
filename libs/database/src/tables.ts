import type { ColumnType, Generated } from 'kysely'

/** A domain as this subgraph knows it. */
export interface DomainRefRow {
  id: number
  name: string
  hosts: string[]
  state: 'ACTIVE' | 'DISABLED'
  zone: string
  contract: string | null
  version: number
  /** When the deletion of its data began; what comes of it afterwards is not taken in. */
  deletedAt?: Date | null
}

export interface DomainSettingRow {
  domainId: number
  name: string
  value: ColumnType<unknown, string, string>
}

export interface IdempotencyKeyRow {
  domainId: number
  principal: string
  key: string
  path: string
  fingerprint: string
  made: ColumnType<Record<string, unknown> | null, string | null, string>
  createdAt: Date
}

export interface AuditEventRow {
  domainId: number
  id: string
  occurredAt: Generated<Date>
  action: string
  recordType: string
  recordId: string
  recordVersion: number | null
  patientId: string | null
  fields: string[]
  principal: ColumnType<Record<string, unknown>, string, never>
  requestId: string
  before: ColumnType<Record<string, unknown> | null, string | null, never>
  after: ColumnType<Record<string, unknown> | null, string | null, never>
  salt: Buffer | null
  detailHash: string | null
}

export interface ReceivedEventRow {
  domainId: number
  id: string
  receivedAt: Generated<Date>
}

/** The tables that every subgraph's database has; a subgraph's own `Database` extends it. */
export interface BaseTables {
  domainRef: DomainRefRow
  domainSetting: DomainSettingRow
  idempotencyKey: IdempotencyKeyRow
  auditEvent: AuditEventRow
  receivedEvent: ReceivedEventRow
}
