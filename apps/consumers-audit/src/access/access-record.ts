/** What a request changed in one record, as the subgraph that owns it committed it. */
export interface AuditChange {
  id: string
  domainId: number
  occurredAt: string
  action: string
  recordType: string
  recordId: string
  recordVersion: number | null
  patientId: string | null
  fields: string[]
  detailHash: string | null
}

/** How many records of which type an answer showed of one patient. */
export interface PatientRead {
  patientId: string
  types: Record<string, number>
}

/** One API request as the gateway tells of it. `id` is its UUIDv7, which the caller knows as `x-request-id`. */
export interface AccessRecord {
  id: string
  domainId: number
  startedAt: string
  durationMs: number
  graph: 'enterprise' | 'settings' | 'operator'
  actor: { kind: 'consumer' | 'person' | 'operator'; id: string; name: string; role: string | null } | null
  keyId: string | null
  ip: string
  userAgent: string | null
  method: string
  path: string
  operationName: string | null
  operationKind: 'QUERY' | 'MUTATION' | null
  rootFields: string[]
  status: number
  outcome: 'SUCCESS' | 'PARTIAL' | 'FAILED' | 'REFUSED'
  errorCodes: string[]
  refusalReason: string | null
  count: number
  reads: PatientRead[]
  changes: AuditChange[]
  /** The id of the set of elements that a program used; absent from a gateway of a version before. */
  usedElements?: string | null
  requestBytes: number
  responseBytes: number
}

/** A set of elements of the schema, as coordinates, by the id that its content has. */
export interface ElementSet {
  id: string
  elements: string[]
}

/** An access record with the bodies that it is about. */
export interface RecordedRequest {
  record: AccessRecord
  request: Buffer
  response: Buffer
}

/** What is kept of a request beside the columns that it is searched by. */
export type AccessFacts = Pick<
  AccessRecord,
  'actor' | 'keyId' | 'userAgent' | 'method' | 'path' | 'rootFields' | 'errorCodes' | 'refusalReason'
> & { gateway: string }

/** What is sealed with the bodies. */
export type SealedFacts = Pick<AccessRecord, 'reads' | 'changes'>
