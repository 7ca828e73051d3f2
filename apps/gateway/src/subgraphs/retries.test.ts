import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { signToken } from '@commonchart/testing'
import { startTestGateway, type TestGateway } from '../../fixtures/running-gateway.ts'
import type { FakeSubgraph } from '../../fixtures/clinic-subgraphs.ts'

let running: TestGateway
let patients: FakeSubgraph
before(async () => {
  running = await startTestGateway({ LIMIT_ANSWER_MS: '1500' })
  assert.ok(running.subgraphs.patients)
  patients = running.subgraphs.patients
})
after(() => running.stop())
afterEach(() => {
  patients.intercept = undefined
})

const query = '{ patient(id: 1) { name } }'
const mutation = 'mutation { renamePatient(input: { id: 1 }) { id } }'

/** Breaks the connection of the first `times` requests after they were read; gives how many came. */
function breakFirst(times: number): () => number {
  let count = 0
  patients.intercept = (request, _response, usual) => {
    count += 1
    if (count <= times) request.socket.destroy()
    else usual()
  }
  return () => count
}

test('a query whose connection breaks is asked once more', async () => {
  const count = breakFirst(1)
  const { body } = await running.ask({ query })
  assert.deepEqual(body, { data: { patient: { name: 'Patient 1' } } })
  assert.equal(count(), 2)
})

test('a query is asked twice and no more, then its area is named', async () => {
  const count = breakFirst(9)
  const { status, body } = await running.ask({ query })
  assert.equal(status, 200)
  assert.equal(body.errors?.[0]?.extensions.code, 'SUBGRAPH_UNAVAILABLE')
  assert.equal(body.errors[0].extensions.area, 'patients')
  assert.equal(count(), 2)
})

test('a mutation that may have been read is not sent again, and nobody says whether it ran', async () => {
  const count = breakFirst(1)
  const { body } = await running.ask({ query: mutation })
  assert.equal(body.errors?.[0]?.extensions.executed, 'unknown')
  assert.equal(count(), 1)
})

test('a query that a subgraph on its way down refuses with 503 is asked again', async () => {
  let count = 0
  patients.intercept = (_request, response, usual) => {
    count += 1
    if (count === 1) response.writeHead(503).end()
    else usual()
  }
  assert.deepEqual((await running.ask({ query })).body.data, { patient: { name: 'Patient 1' } })
})

test('a subgraph that does not answer in time is not waited for, and its area says so', async () => {
  let count = 0
  patients.intercept = () => void (count += 1)
  const { body } = await running.ask({ query: '{ patient(id: 1) { name } appointments { id } }' })
  assert.equal(body.errors?.[0]?.extensions.code, 'TIMEOUT')
  assert.deepEqual(body.data, { patient: null, appointments: [{ id: 'a' }, { id: 'b' }] })
  assert.equal(count, 1)
})

test('a mutation goes to another address when no byte of it was written', async (t) => {
  const nowhere = 'http://127.0.0.1:1/graphql'
  const other = await startTestGateway({
    SERVICE_KEYS: running.keys.keyFiles.gateway ?? '',
    CONSUMERS_AUDIT_URL: running.audit.url,
    SUBGRAPH_URL_PATIENTS: `${nowhere},${patients.url}`,
  })
  t.after(() => other.stop())
  const token = signToken({ privateKey: running.consumer.privateKey, issuer: 'portal' })
  const count = breakFirst(0)
  for (let time = 1; time <= 3; time++)
    assert.deepEqual((await other.ask({ query: mutation, token })).body, {
      data: { renamePatient: { id: '1' } },
    })
  assert.equal(count(), 3)
})
