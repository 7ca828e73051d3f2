import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { createConsumerKey, signToken } from '@commonchart/testing'
import type { Recorded } from '../../fixtures/fake-consumers-audit.ts'
import { startTestGateway, waitUntil, type Answer, type TestGateway } from '../../fixtures/running-gateway.ts'

let running: TestGateway
before(async () => {
  running = await startTestGateway({ LIMIT_BODY_BYTES: '10000', LIMIT_ANSWER_MS: '1500' })
})
beforeEach(() => {
  running.audit.recorded = []
})
afterEach(() => {
  running.audit.interceptRecord = undefined
  for (const subgraph of Object.values(running.subgraphs)) {
    subgraph.intercept = undefined
    subgraph.extensions = undefined
  }
})
after(() => running.stop())

const query = '{ patient(id: 1) { name } }'
const mutation = 'mutation Rename { renamePatient(input: { id: 1 }) { id } }'

const recordOf = (answer: Answer): Recorded | undefined =>
  running.audit.recorded.find(({ id }) => id === answer.headers['x-request-id'])

/** Asks, and gives the record, which is there once the answer is. */
async function askAndFind(question: Parameters<TestGateway['ask']>[0]): Promise<[Answer, Recorded]> {
  const answer = await running.ask(question)
  const record = recordOf(answer)
  assert.ok(record, `it is not recorded: ${answer.text}`)
  assert.equal(record.status, answer.status)
  return [answer, record]
}

describe('what was asked and answered is on the record before the answer is out', () => {
  test('data', async () => {
    const body = '{ "query" : "query Named { patient(id: 1) { name } other: patient(id: 2) { id } }" }'
    const [answer, record] = await askAndFind({ body, headers: { 'user-agent': 'portal/1' } })
    assert.match(record.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    assert.ok(Math.abs(Date.parse(record.startedAt) - Date.now()) < 10_000)
    assert.ok(record.durationMs >= 0)
    const { request, response, ...facts } = record
    assert.equal(request, body)
    assert.equal(response, answer.text)
    assert.deepEqual(facts, {
      id: record.id,
      domainId: 1,
      startedAt: record.startedAt,
      durationMs: record.durationMs,
      graph: 'enterprise',
      actor: { kind: 'consumer', id: '7', name: 'Portal', role: null },
      keyId: '70',
      ip: '127.0.0.1',
      userAgent: 'portal/1',
      method: 'POST',
      path: '/graphql',
      operationName: 'Named',
      operationKind: 'QUERY',
      rootFields: ['patient'],
      status: 200,
      outcome: 'SUCCESS',
      errorCodes: [],
      refusalReason: null,
      count: 1,
      reads: [],
      changes: [],
      usedElements: record.usedElements,
      requestBytes: Buffer.byteLength(body),
      responseBytes: Buffer.byteLength(answer.text),
    })
  })

  test('a query by GET, whose text stands where a body would', async () => {
    const [, record] = await askAndFind({
      method: 'GET',
      path: `/graphql?query=${encodeURIComponent(query)}`,
    })
    assert.equal(record.path, '/graphql')
    assert.equal(record.request, `?query=${encodeURIComponent(query)}`)
    assert.deepEqual(record.rootFields, ['patient'])
  })

  test('data with errors', async () => {
    const [, record] = await askAndFind({ query: '{ patient(id: 1) { id broken } }' })
    assert.equal(record.outcome, 'PARTIAL')
    assert.deepEqual(record.errorCodes, ['INTERNAL_SERVER_ERROR'])
  })

  test('a document that does not fit, and one that is none', async () => {
    const [, misfit] = await askAndFind({ query: 'query Q { nothing }' })
    assert.deepEqual(
      [misfit.outcome, misfit.errorCodes, misfit.operationName, misfit.operationKind],
      ['FAILED', ['GRAPHQL_VALIDATION_FAILED'], 'Q', 'QUERY'],
    )
    const [, broken] = await askAndFind({ query: '{' })
    assert.deepEqual([broken.outcome, broken.errorCodes], ['FAILED', ['GRAPHQL_PARSE_FAILED']])
  })

  test('a body that is malformed, as it came', async () => {
    const [, record] = await askAndFind({ body: '{"query":' })
    assert.deepEqual(
      [record.outcome, record.errorCodes, record.request],
      ['FAILED', ['BAD_REQUEST'], '{"query":'],
    )
    const [, empty] = await askAndFind({ body: '{"variables":{}}' })
    assert.deepEqual(empty.errorCodes, ['BAD_REQUEST'])
  })

  test('a body that is too large, without it', async () => {
    const [, record] = await askAndFind({ body: JSON.stringify({ query, filler: 'x'.repeat(10_000) }) })
    assert.deepEqual([record.status, record.request], [413, ''])
    assert.deepEqual(record.errorCodes, ['PAYLOAD_TOO_LARGE'])
  })

  test('another method, another media type, a mutation by GET', async () => {
    const [, put] = await askAndFind({ method: 'PUT', body: '{}' })
    assert.deepEqual([put.method, put.status, put.outcome], ['PUT', 405, 'FAILED'])
    const [, text] = await askAndFind({ query, headers: { 'content-type': 'text/plain' } })
    assert.equal(text.status, 415)
    const [, get] = await askAndFind({
      method: 'GET',
      path: `/graphql?query=${encodeURIComponent(mutation)}`,
    })
    assert.deepEqual([get.status, get.operationKind], [405, 'MUTATION'])
  })

  test('a query that asks for too much', async () => {
    const deep = `{ patient(id: 1) ${'{ friends '.repeat(300)}{ id }${' }'.repeat(300)} }`
    const [, record] = await askAndFind({ body: JSON.stringify({ query: deep, operationName: 'Deep' }) })
    assert.deepEqual([record.outcome, record.operationName], ['FAILED', 'Deep'])
    const [, junk] = await askAndFind({ body: JSON.stringify({ query: deep, operationName: 'a\u0000b' }) })
    assert.equal(junk.operationName, null)
  })

  test('a timeout', async () => {
    assert.ok(running.subgraphs.patients)
    running.subgraphs.patients.intercept = () => undefined
    const [answer, record] = await askAndFind({ query })
    assert.equal(answer.body.errors?.[0]?.extensions.code, 'TIMEOUT')
    assert.deepEqual([record.outcome, record.errorCodes], ['PARTIAL', ['TIMEOUT']])
  })

  test('people and operators, each under what they act in', async () => {
    const [, person] = await askAndFind({
      path: '/settings/graphql',
      query: '{ __typename }',
      token: running.people.signPersonToken('north'),
    })
    assert.deepEqual([person.graph, person.domainId], ['settings', 1])
    assert.deepEqual(person.actor, { kind: 'person', id: 'support', name: 'Support', role: 'support' })
    const [, operator] = await askAndFind({
      path: '/operator/graphql',
      operator: true,
      query: '{ __typename }',
      token: running.people.signOperatorToken(),
    })
    assert.deepEqual([operator.graph, operator.domainId, operator.actor?.kind], ['operator', 0, 'operator'])
  })

  test('what subgraphs recorded: patients once with their sums, and every change', async () => {
    const { patients, appointments } = running.subgraphs
    assert.ok(patients && appointments)
    patients.extensions = {
      recorder: { reads: [{ patientId: '1', types: { Patient: 1 } }], changes: [{ id: 'c1' }] },
    }
    appointments.extensions = {
      recorder: { reads: [{ patientId: '1', types: { Patient: 2, Appointment: 3 } }], changes: [] },
    }
    const [answer, record] = await askAndFind({ query: '{ patient(id: 1) { name visits } }' })
    assert.deepEqual(record.reads, [{ patientId: '1', types: { Patient: 3, Appointment: 3 } }])
    assert.deepEqual(record.changes, [{ id: 'c1' }])
    assert.equal(answer.body.extensions, undefined)
  })
})

test('a refused token is recorded under its domain, with the reason that the caller is not told, and no bodies', async () => {
  const token = signToken({ privateKey: createConsumerKey().privateKey, issuer: 'nobody' })
  const [, record] = await askAndFind({ query, token })
  const { domainId, actor, outcome, errorCodes, refusalReason, request, response } = record
  assert.deepEqual(
    { domainId, actor, outcome, errorCodes, refusalReason, request, response },
    {
      domainId: 1,
      actor: null,
      outcome: 'REFUSED',
      errorCodes: ['UNAUTHENTICATED'],
      refusalReason: 'its issuer is unknown',
      request: '',
      response: '',
    },
  )
})

test('refusals of a kind beyond ten are answered alike and not recorded one by one', async () => {
  const ask = () => running.ask({ query, token: 'stranger' })
  const answers = await Promise.all(Array.from({ length: 30 }, ask))
  assert.ok(answers.every(({ status }) => status === 401))
  assert.equal(answers.filter((answer) => recordOf(answer)).length, 10)
})

test('what belongs to no domain is not recorded', async () => {
  const answers = [
    await running.ask({ query, headers: { host: 'nobody.test' } }),
    await running.ask({ query, path: '/nowhere' }),
  ]
  for (const answer of answers) {
    assert.equal(answer.status, 404)
    assert.equal(recordOf(answer), undefined)
  }
})

test('a client that goes away is recorded all the same, while it sends and while it waits', async () => {
  assert.ok(running.subgraphs.patients)
  const token = signToken({ privateKey: running.consumer.privateKey, issuer: 'portal' })
  const head = `POST /graphql HTTP/1.1\r\nhost: north.test\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\n`
  const body = JSON.stringify({ query: 'query Left { patient(id: 1) { name } }' })
  const leave = async (text: string, isTime: () => boolean): Promise<void> => {
    const socket = connect(running.gateway.port, '127.0.0.1').on('error', () => undefined)
    await new Promise<void>((written) => socket.write(text, () => written()))
    await waitUntil(isTime, 'it is time to leave')
    socket.destroy()
  }
  const asked = running.subgraphs.patients.seen.length
  let answerPatients: (() => void) | undefined
  running.subgraphs.patients.intercept = (_request, _response, usual) => {
    answerPatients = usual
  }
  await leave(`${head}content-length: ${body.length}\r\n\r\n${body}`, () => answerPatients !== undefined)
  answerPatients?.()
  await waitUntil(
    () => running.audit.recorded.some(({ operationName }) => operationName === 'Left'),
    'the client that left while it waited is recorded',
  )
  assert.equal(running.subgraphs.patients.seen.length, asked + 1)
  await leave(`${head}content-length: 5000\r\n\r\n{`, () => true)
  await waitUntil(
    () => running.audit.recorded.some(({ status }) => status === 499),
    'the client that left while it sent is recorded',
  )
})

test('every request is logged in one line with its id, without names', async () => {
  const answer = await running.ask({ query })
  const lines = running.log.filter(({ requestId }) => requestId === answer.headers['x-request-id'])
  assert.equal(lines.length, 1)
  const { domainId, consumerId, kind, status } = lines[0] ?? {}
  assert.deepEqual(
    { domainId, consumerId, kind, status },
    { domainId: 1, consumerId: '7', kind: 'QUERY', status: 200 },
  )
  assert.equal(JSON.stringify(lines).includes('Portal'), false)
})
