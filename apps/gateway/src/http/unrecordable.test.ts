import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { readFrame } from '../../fixtures/fake-consumers-audit.ts'
import { startTestGateway, waitUntil, type Answer, type TestGateway } from '../../fixtures/running-gateway.ts'

let running: TestGateway
before(async () => {
  running = await startTestGateway({ LIMIT_ANSWER_MS: '1500' })
})
afterEach(async () => {
  running.audit.interceptRecord = undefined
  for (const subgraph of Object.values(running.subgraphs)) subgraph.intercept = undefined
  await waitUntil(async () => (await running.ask({ query: mutation })).status === 200, 'it is served again')
})
after(() => running.stop())

const query = '{ patient(id: 1) { name } }'
const mutation = 'mutation { renamePatient(input: { id: 1 }) { id } }'

function assertUnavailable(answer: Answer, executed: boolean | 'unknown'): void {
  assert.equal(answer.status, 503, answer.text)
  assert.deepEqual(answer.body.errors?.[0]?.extensions, { code: 'AUDIT_UNAVAILABLE', executed })
  assert.equal(answer.body.data ?? null, null)
  assert.equal(answer.text.includes('Patient 1'), false)
  assert.match(String(answer.headers['retry-after']), /^\d+$/)
  assert.match(String(answer.headers['x-request-id']), /^[0-9a-f-]{36}$/)
}

/** Turns away what bears records, and lets heartbeats live. */
function refuseRecords(): void {
  running.audit.interceptRecord = (response, usual, arrived) => {
    if (readFrame(arrived).length === 0) usual()
    else response.destroy()
  }
}

test('a query that cannot be recorded is answered 503 without its data, and nothing was executed', async () => {
  refuseRecords()
  assertUnavailable(await running.ask({ query }), false)
})

test('a mutation that ran and could not be recorded is told so', async () => {
  refuseRecords()
  assertUnavailable(await running.ask({ query: mutation }), true)
})

test('a mutation whose subgraph gave no answer is told that nobody knows', async () => {
  refuseRecords()
  assert.ok(running.subgraphs.patients)
  running.subgraphs.patients.intercept = (_request, response) => void response.destroy()
  assertUnavailable(await running.ask({ query: mutation }), 'unknown')
})

test('a mutation of which its subgraph itself does not know whether it ran is told so', async () => {
  refuseRecords()
  assert.ok(running.subgraphs.patients)
  const extensions = { code: 'SUBGRAPH_UNAVAILABLE', area: 'patients', executed: 'unknown' }
  running.subgraphs.patients.intercept = (_request, response) => {
    const errors = [{ message: 'The database is away.', path: ['renamePatient'], extensions }]
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ data: { renamePatient: null }, errors }))
  }
  assertUnavailable(await running.ask({ query: mutation }), 'unknown')
})

test('a mutation that was refused before it ran is told that nothing was executed', async () => {
  refuseRecords()
  const answer = await running.ask({ query: mutation, headers: { 'idempotency-key': 'x'.repeat(256) } })
  assertUnavailable(answer, false)
})

test('no mutation runs while the recorder has not been heard from for a second', async () => {
  assert.ok(running.subgraphs.patients)
  running.audit.interceptRecord = (response) => void response.destroy()
  const { seen } = running.subgraphs.patients
  await waitUntil(async () => {
    const before = seen.length
    const answer = await running.ask({ query: mutation })
    assert.equal(answer.status, 503)
    return seen.length === before
  }, 'the mutation is not run')
  const before = seen.length
  const records = running.audit.recorded.length
  assertUnavailable(await running.ask({ query: mutation }), false)
  assert.equal(seen.length, before)
  assert.equal(running.audit.recorded.length, records)
})

test('when the recorder is back requests are served again, without a restart', async () => {
  running.audit.interceptRecord = (response) => void response.destroy()
  assertUnavailable(await running.ask({ query }), false)
  running.audit.interceptRecord = undefined
  const answer = await running.ask({ query })
  assert.equal(answer.status, 200)
})

test('a client’s limits and records are shared among the gateways that the recorder knows', async () => {
  running.audit.gateways = 4
  await waitUntil(async () => {
    const { headers } = await running.ask({ query })
    return String(headers['ratelimit-policy']).includes('q=1500;')
  }, 'the limit is divided by four')
  running.audit.gateways = 1
})
