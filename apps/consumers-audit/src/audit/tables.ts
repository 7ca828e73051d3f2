/** A leaf of the audit log. */
export interface AuditLeafRow {
  domainId: number
  id: string
  kind: 'REQUEST' | 'READ' | 'CHANGE'
  occurredAt: Date
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
  counts: Record<string, number> | null
  outcome: string
  detailHash: string | null
  durationMs: number | null
  count: number
}

/** A committed leaf that waits for its number. */
export interface AuditPendingRow {
  domainId: number
  id: string
}

/** The place of a leaf in its domain's log. */
export interface AuditSequenceRow {
  domainId: number
  sequence: string
  leafId: string
  leafHash: Buffer
  seal: Buffer
}

export interface AuditTables {
  auditLeaf: AuditLeafRow
  auditPending: AuditPendingRow
  auditSequence: AuditSequenceRow
}
