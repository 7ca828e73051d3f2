import { createTimeOrderedId } from '@commonchart/audit'
import type { AccessRecord, AuditChange, RecordedRequest } from './access-record.ts'

/** Creates a request as a gateway would tell of it: a query that succeeded; anything of it can be overridden. */
export function createRequest(
  overrides: Partial<AccessRecord> = {},
  bodies: { request?: string; response?: string } = {},
): RecordedRequest {
  const request = Buffer.from(
    bodies.request ?? '{"query":"query Find($id: ID!){patient(id:$id){id}}","variables":{"id":"7"}}',
  )
  const response = Buffer.from(bodies.response ?? '{"data":{"patient":{"id":"7"}}}')
  const startedAt = overrides.startedAt ?? new Date().toISOString()
  const record: AccessRecord = {
    id: createTimeOrderedId(Date.parse(startedAt)),
    domainId: 1,
    startedAt,
    durationMs: 12.5,
    graph: 'enterprise',
    actor: { kind: 'consumer', id: '1', name: 'Portal', role: null },
    keyId: '3',
    ip: '192.0.2.1',
    userAgent: 'portal/1.0',
    method: 'POST',
    path: '/graphql',
    operationName: 'Find',
    operationKind: 'QUERY',
    rootFields: ['patient'],
    status: 200,
    outcome: 'SUCCESS',
    errorCodes: [],
    refusalReason: null,
    count: 1,
    reads: [],
    changes: [],
    ...overrides,
    requestBytes: request.length,
    responseBytes: response.length,
  }
  return { record, request, response }
}

/** Creates a change of a patient as a subgraph would tell of it. */
export function createChange(overrides: Partial<AuditChange> = {}): AuditChange {
  return {
    id: createTimeOrderedId(),
    domainId: 1,
    occurredAt: new Date().toISOString(),
    action: 'patient.updated',
    recordType: 'Patient',
    recordId: '7',
    recordVersion: 2,
    patientId: '7',
    fields: ['firstName'],
    detailHash: null,
    ...overrides,
  }
}
