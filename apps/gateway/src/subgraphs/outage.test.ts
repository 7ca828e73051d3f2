import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { signToken } from '@commonchart/testing'
import { startTestGateway, waitUntil, type TestGateway } from '../../fixtures/running-gateway.ts'
import { startFakeSubgraph, type FakeSubgraph } from '../../fixtures/clinic-subgraphs.ts'

let running: TestGateway
let patients: FakeSubgraph
before(async () => {
  running = await startTestGateway({ LIMIT_ANSWER_MS: '8000' })
  assert.ok(running.subgraphs.patients)
  patients = running.subgraphs.patients
})
after(() => running.stop())
afterEach(async () => {
  patients.intercept = undefined
  await waitUntil(async () => (await running.ask({ query })).body.errors === undefined, 'patients are back')
})

const query = '{ patient(id: 1) { name } }'
const mutation = 'mutation { renamePatient(input: { id: 1 }) { id } }'

/** Nobody is there from now on; gives how many requests of clients came. */
function goAway(how: (socket: { destroy(): void }) => void): () => number {
  let count = 0
  patients.interceptsProbes = true
  patients.intercept = (request) => {
    if (request.headers['user-agent'] === undefined) count += 1
    how(request.socket)
  }
  return () => count
}

const isOpen = (url = patients.url) =>
  running.log.findLast((line) => line.url === url && line.state !== undefined)?.state === 'open'

for (const [what, how] of [
  ['breaks every connection', (socket: { destroy(): void }) => socket.destroy()],
  ['hangs', () => undefined],
] as const)
  test(`a subgraph that ${what} is not asked any more: nobody waits for it, the rest is answered, and it comes back by itself`, async () => {
    const count = goAway(how)
    const first = running.ask({ query })
    await waitUntil(() => isOpen(), 'the breaker is open')
    const before = count()
    const { body } = await running.ask({ query: '{ patient(id: 1) { name } appointments { id } }' })
    assert.deepEqual(body.data, { patient: null, appointments: [{ id: 'a' }, { id: 'b' }] })
    assert.deepEqual(
      body.errors?.map(({ extensions }) => [extensions.code, extensions.area]),
      [['SUBGRAPH_UNAVAILABLE', 'patients']],
    )
    const refused = await running.ask({ query: mutation })
    assert.deepEqual(refused.body.errors?.[0]?.extensions, {
      ...{ code: 'SUBGRAPH_UNAVAILABLE', area: 'patients', executed: false },
    })
    assert.equal(count(), before, 'nothing was sent')
    patients.intercept = undefined
    await waitUntil(() => !isOpen(), 'the breaker is closed, though nobody asked')
    assert.deepEqual((await running.ask({ query })).body, { data: { patient: { name: 'Patient 1' } } })
    assert.deepEqual((await running.ask({ query: mutation })).body, { data: { renamePatient: { id: '1' } } })
    await first
  })

test('a subgraph that answers other things goes on being asked, however many requests it leaves unanswered', async () => {
  patients.interceptsProbes = false
  let count = 0
  patients.intercept = (request, _response, usual) => {
    count += 1
    if (count <= 12) request.socket.destroy()
    else usual()
  }
  const answers = []
  for (let time = 0; time < 6; time++) answers.push(await running.ask({ query }))
  assert.ok(answers.every(({ body }) => body.errors?.[0]?.extensions.code === 'SUBGRAPH_UNAVAILABLE'))
  assert.equal(count, 12, 'each was asked twice')
  assert.equal((await running.ask({ query })).body.errors, undefined)
})

test('of several addresses only the one where nobody is there is left out, and queries that wait for it are asked elsewhere', async (t) => {
  const twin = await startFakeSubgraph('patients', running.keys.jwksFile)
  const other = await startTestGateway({
    SERVICE_KEYS: running.keys.keyFiles.gateway ?? '',
    CONSUMERS_AUDIT_URL: running.audit.url,
    SUBGRAPH_URL_PATIENTS: `${twin.url},${patients.url}`,
    LIMIT_ANSWER_MS: '8000',
  })
  t.after(async () => {
    await other.stop()
    await twin.close()
  })
  const token = signToken({ privateKey: running.consumer.privateKey, issuer: 'portal' })
  twin.interceptsProbes = true
  twin.intercept = () => undefined
  const waiting = [other.ask({ query, token }), other.ask({ query, token })]
  await waitUntil(
    () => other.log.some(({ url, state }) => url === twin.url && state === 'open'),
    'the breaker of one address is open',
  )
  for (let time = 0; time < 4; time++)
    assert.equal((await other.ask({ query: mutation, token })).body.errors, undefined)
  for (const { body } of await Promise.all(waiting))
    assert.deepEqual(body, { data: { patient: { name: 'Patient 1' } } })
})
