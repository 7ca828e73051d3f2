import { createTimeOrderedId } from '@commonchart/audit'

/** How many records a gateway sends together at most. */
export const recordsPerFrame = 64

/** What a recorded request asked, was answered and showed. */
export interface RecordedQuery {
  title: string
  request: string
  response: string
  patientIds: string[]
}

const person = (id: number) => ({ id: String(id), firstName: `First${id}`, lastName: `Last${id}` })

/** A query of one patient, as the gateway's bench asks it. */
export const smallQuery: RecordedQuery = {
  title: 'small query',
  request: JSON.stringify({
    query: 'query Small($id: ID!) { patient(id: $id) { id firstName lastName } }',
    variables: { id: '7' },
  }),
  response: JSON.stringify({ data: { patient: person(7) } }),
  patientIds: ['7'],
}

const patients = Array.from({ length: 50 }, (_, index) => person(index + 1))

/** Fifty appointments, each of another patient: as many patients as a page shows at most unless it is asked for more. */
export const listQuery: RecordedQuery = {
  title: '50 appointments of 50 patients',
  request: JSON.stringify({
    query: `query List($first: Int) {
      appointments(first: $first) {
        nodes { id startAt untilAt status reason version patient { id firstName lastName } }
      }
    }`,
    variables: { first: 50 },
  }),
  response: JSON.stringify({
    data: {
      appointments: {
        nodes: patients.map((patient, index) => ({
          id: String(1000 + index),
          startAt: new Date(Date.UTC(2027, 0, 4, 8, index * 15)).toISOString(),
          untilAt: new Date(Date.UTC(2027, 0, 4, 8, index * 15 + 15)).toISOString(),
          ...{ status: 'BOOKED', reason: `Follow-up ${index}`, version: 1, patient },
        })),
      },
    },
  }),
  patientIds: patients.map(({ id }) => id),
}

/** The elements that each request used: a set that consumers-audit has, as it has from the first request of a day on. */
const elementSetId = '0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0a'

/** Creates a frame of new records, as the gateway of a name sends them to `/internal/record`. */
export function createFrame(query: RecordedQuery, gateway: string): Buffer {
  const [request, response] = [Buffer.from(query.request), Buffer.from(query.response)]
  const records = Array.from({ length: recordsPerFrame }, (_, index) => ({
    ...{ id: createTimeOrderedId(), domainId: 1, startedAt: new Date().toISOString(), durationMs: 12.5 },
    ...{ graph: 'enterprise', keyId: '1', ip: `192.0.2.${index}`, userAgent: 'bench/1.0' },
    actor: { kind: 'consumer', id: String(1 + (index % 8)), name: 'Bench', role: null },
    ...{ method: 'POST', path: '/graphql', operationName: 'Bench', operationKind: 'QUERY' },
    ...{ rootFields: ['patient'], status: 200, outcome: 'SUCCESS', errorCodes: [], refusalReason: null },
    ...{ count: 1, changes: [], requestBytes: request.length, responseBytes: response.length },
    reads: query.patientIds.map((patientId) => ({ patientId, types: { Patient: 1 } })),
    usedElements: elementSetId,
  }))
  const header = Buffer.from(JSON.stringify({ gateway, records }))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(header.length)
  return Buffer.concat([length, header, ...records.flatMap(() => [request, response])])
}
