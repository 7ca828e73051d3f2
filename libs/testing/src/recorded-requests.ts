import { createTimeOrderedId } from '@commonchart/audit'

/** A request with its bodies, as a gateway tells consumers-audit of it. */
export interface RecordedTestRequest<AccessRecord> {
  record: AccessRecord
  request: Buffer
  response: Buffer
}

/** Creates a query that succeeded, as a gateway would tell of it; anything of it can be overridden. */
export function createRecordedRequest<AccessRecord extends { id: string; startedAt: string }>(
  overrides: Partial<AccessRecord> = {},
  bodies: { request?: string; response?: string } = {},
): RecordedTestRequest<AccessRecord> {
  const request = Buffer.from(
    bodies.request ?? '{"query":"query Find($id: ID!){patient(id:$id){id}}","variables":{"id":"7"}}',
  )
  const response = Buffer.from(bodies.response ?? '{"data":{"patient":{"id":"7"}}}')
  const startedAt = overrides.startedAt ?? new Date().toISOString()
  const record = {
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
  return { record: record as unknown as AccessRecord, request, response }
}

/**
 * Writes the body of `POST /internal/record`: the length of the header in 4 bytes, big-endian; the header, JSON with the
 * gateway's name, the records and the sets of elements that they name; then the bodies of each.
 */
export function writeRecordFrame({
  gateway,
  records,
  elementSets,
}: {
  gateway: string
  records: readonly RecordedTestRequest<object>[]
  elementSets?: readonly { id: string; elements: readonly string[] }[]
}): Buffer {
  const header = Buffer.from(
    JSON.stringify({ gateway, records: records.map(({ record }) => record), elementSets }),
  )
  const length = Buffer.alloc(4)
  length.writeUInt32BE(header.length)
  return Buffer.concat([length, header, ...records.flatMap(({ request, response }) => [request, response])])
}
