import type { AuditChange } from '@commonchart/audit'
import type { GraphName } from '@commonchart/supergraph'
import type { UsedElements } from '../usage/used-elements.ts'

/** What became of a request: data without errors; data with errors; no data though it was admitted; not admitted. */
export type Outcome = 'SUCCESS' | 'PARTIAL' | 'FAILED' | 'REFUSED'

/** A patient whose data an answer shows, and how many records of which types. */
export interface PatientRead {
  patientId: string
  types: Record<string, number>
}

/** One request as consumers-audit keeps it; its bodies travel beside it. */
export interface AccessRecord {
  /** The request's `x-request-id`: recording it again changes nothing. */
  id: string
  /** 0 is the platform itself. */
  domainId: number
  startedAt: string
  durationMs: number
  graph: GraphName
  /** Null when the token was refused. */
  actor: {
    kind: 'consumer' | 'person' | 'operator'
    id: string
    name: string
    role: string | null
  } | null
  keyId: string | null
  ip: string
  userAgent: string | null
  method: string
  path: string
  operationName: string | null
  operationKind: 'QUERY' | 'MUTATION' | null
  rootFields: string[]
  status: number
  outcome: Outcome
  errorCodes: string[]
  /** Why a token was refused; the caller is not told. */
  refusalReason: string | null
  /** More than 1 for a row that stands for several refusals. */
  count: number
  reads: PatientRead[]
  /** The audit events of what the request changed, as the subgraphs wrote them. */
  changes: AuditChange[]
  /** The id of the set of elements that a program used; null when nothing ran, and for people. */
  usedElements: string | null
  requestBytes: number
  responseBytes: number
}

/** A record with its bodies, ready to be sent. */
export interface RecordEntry {
  record: AccessRecord
  request: Buffer
  response: Buffer
  /** The set that the record names; it travels only where it is not known yet. */
  usedElements?: UsedElements | null
}

/** What consumers-audit answers once the records are committed. */
export interface Acknowledgement {
  recorded: number
  /** How many gateways it heard from of late. */
  gateways: number
  /** How many sets of elements it took from the frame; absent from one that knows of none. */
  elementSets?: number
}

/** No acknowledgement came in time, or the record was turned down: the answer must not leave. */
export class RecordingFailed extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'RecordingFailed'
  }
}
