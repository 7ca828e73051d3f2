/** One API request. Partitioned by the day of its id. */
export interface AccessLogRow {
  domainId: number
  id: string
  startedAt: Date
  durationMs: number
  graph: 'enterprise' | 'settings' | 'operator'
  consumerId: string | null
  ip: string
  operationName: string | null
  operationKind: 'QUERY' | 'MUTATION' | null
  outcome: 'SUCCESS' | 'PARTIAL' | 'FAILED' | 'REFUSED'
  status: number
  count: number
  /** `AccessFacts` as JSON. */
  facts: string
  salt: Buffer
  sealed: Buffer | null
  requestBytes: number
  responseBytes: number
}

/** A patient of whom a request showed or changed something, and whom its leaf in the audit log does not name. */
export interface AccessPatientRow {
  domainId: number
  patientId: string
  id: string
}

export interface AccessErrorRow {
  domainId: number
  code: string
  id: string
}

/** A threshold that the duration of a request reached. */
export interface AccessSlowRow {
  domainId: number
  atLeastMs: number
  id: string
}

/** How often a consumer used a set of elements on a day, as some of the gateways counted. */
export interface ElementUseRow {
  domainId: number
  day: string
  consumerId: string
  graph: AccessLogRow['graph']
  setId: string
  part: number
  requests: number
  lastUsedAt: Date
}

/** A set of elements that was used on a day. */
export interface ElementSetRow {
  domainId: number
  day: string
  id: string
  elements: string[]
}

/** A part of sealed bodies that are too large for the row. */
export interface AccessBodyRow {
  domainId: number
  id: string
  part: number
  sealed: Buffer
}

/** The wrapped key of one day of one domain. */
export interface RecordKeyRow {
  domainId: number
  day: string
  wrapped: Buffer
  masterKeyId: string
}

export interface GatewaySeenRow {
  gateway: string
  seenAt: Date
}

export interface AccessTables {
  accessLog: AccessLogRow
  accessPatient: AccessPatientRow
  accessError: AccessErrorRow
  accessSlow: AccessSlowRow
  accessBody: AccessBodyRow
  elementUse: ElementUseRow
  elementSet: ElementSetRow
  recordKey: RecordKeyRow
  gatewaySeen: GatewaySeenRow
}
