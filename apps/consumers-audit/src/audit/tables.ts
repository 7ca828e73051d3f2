import type { SeenGroup } from '@commonchart/audit'
import type { ColumnType, Generated } from 'kysely'

/** A leaf of the audit log. Never changed. */
export interface AuditLeafRow {
  domainId: number
  id: string
  kind: 'REQUEST' | 'READ' | 'CHANGE'
  occurredAt: Generated<Date>
  requestId: string
  actorKind: string | null
  actorId: string | null
  actorName: string | null
  actorRole: string | null
  keyId: string | null
  ip: string | null
  action: string
  recordType: string | null
  recordId: string | null
  recordVersion: number | null
  patientId: string | null
  fields: string[]
  counts: ColumnType<Record<string, number> | null, string | null, never>
  seen: ColumnType<SeenGroup[] | null, string | null, never>
  outcome: string
  detailHash: string | null
  durationMs: number | null
  count: number
}

/** Under whom a leaf that names several patients is found. */
export interface AuditSeenRow {
  domainId: number
  patientId: string
  occurredAt: Date
  leafId: string
}

/** Leaves that were committed together and wait for their numbers; `id` is that of one of them. */
export interface AuditWaitingRow {
  domainId: number
  id: string
  leafIds: string[]
}

/** The place of a leaf in the log of its domain. */
export interface AuditSequenceRow {
  domainId: number
  sequence: string
  leafId: string
  leafHash: Buffer
  seal: Buffer
}

/** A CHANGE leaf and its place. */
export interface AuditChangeRow {
  domainId: number
  sequence: string
  leafId: string
  recordType: string
}

/** The hash of a complete subtree of `2 ** level` leaves. */
export interface AuditNodeRow {
  domainId: number
  level: number
  position: string
  hash: Buffer
}

/** The tree of a domain: `hashes` are those of its compact range, one after the other. */
export interface AuditTreeRow {
  domainId: number
  size: string
  hashes: Buffer
  signedSize: string
  signedAt: Date
}

/** A signed checkpoint, and the key that verifies it. */
export interface AuditCheckpointRow {
  domainId: number
  size: string
  text: string
  verifierKey: string
  createdAt: Date
}

/** What a consumer asked for in an hour. `histogram` is empty and `refused` null where they were not counted yet. */
export interface ConsumerUsageRow {
  domainId: number
  consumerId: string
  hour: Date
  requests: number
  errors: number
  refused: number | null
  lastAt: Date
  histogram: number[]
}

export interface ConsumerKeyUsageRow {
  domainId: number
  keyId: string
  lastUsedAt: Date
}

/** The tables of the audit log. */
export interface AuditTables {
  auditLeaf: AuditLeafRow
  auditSeen: AuditSeenRow
  auditWaiting: AuditWaitingRow
  /** What the release before put in the place of `auditWaiting`. */
  auditPending: AuditWaitingRow
  auditSequence: AuditSequenceRow
  auditChange: AuditChangeRow
  auditNode: AuditNodeRow
  auditTree: AuditTreeRow
  auditCheckpoint: AuditCheckpointRow
  consumerUsage: ConsumerUsageRow
  consumerKeyUsage: ConsumerKeyUsageRow
}
