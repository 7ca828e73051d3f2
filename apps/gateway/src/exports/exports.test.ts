import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, afterEach, before, test } from 'node:test'
import type { ServerResponse } from 'node:http'
import { request } from 'undici'
import { readFrame, type Arrived } from '../../fixtures/fake-consumers-audit.ts'
import { startTestGateway, waitUntil, type TestGateway } from '../../fixtures/running-gateway.ts'

let running: TestGateway
before(async () => {
  running = await startTestGateway({ LIMIT_ANSWER_MS: '1000' })
})
afterEach(() => {
  running.audit.interceptRecord = undefined
  running.audit.serveExport = undefined
})
after(() => running.stop())

const path = '/settings/export/access-log?from=2026-01-01&kind=QUERY&kind=MUTATION'
const askExport = (question: { path?: string; method?: string; token?: string } = {}) =>
  running.ask({ method: 'GET', path, token: running.people.signPersonToken('north'), ...question })

test('an export is what consumers-audit streams, asked for in the person’s name and on the record', async () => {
  let asked: { path: string; arrived: Arrived } | undefined
  running.audit.serveExport = (response, exportPath, arrived) => {
    asked = { path: exportPath, arrived }
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end('{"a":1}\n{"a":2}\n')
  }
  const answer = await askExport()
  assert.equal(answer.status, 200)
  assert.equal(answer.text, '{"a":1}\n{"a":2}\n')
  assert.equal(answer.headers['content-type'], 'application/x-ndjson')
  assert.equal(asked?.path, '/export/access-log')
  const { identity, body } = asked?.arrived ?? {}
  assert.deepEqual([identity?.kind, identity?.role, identity?.domainId], ['person', 'support', 1])
  assert.deepEqual(JSON.parse(String(body)), { from: '2026-01-01', kind: ['QUERY', 'MUTATION'] })
  const record = running.audit.recorded.find(({ id }) => id === answer.headers['x-request-id'])
  assert.ok(record)
  assert.equal(record.path, '/settings/export/access-log')
  assert.equal(record.request, '?from=2026-01-01&kind=QUERY&kind=MUTATION')
  assert.deepEqual([record.status, record.outcome, record.responseBytes], [200, 'SUCCESS', 0])
})

test('not a byte leaves before the record is durable, and none at all when it cannot be', async () => {
  running.audit.serveExport = (response) => void response.end('secret')
  running.audit.interceptRecord = (response, usual, arrived) => {
    if (readFrame(arrived).length === 0) usual()
    else response.destroy()
  }
  const answer = await askExport()
  assert.equal(answer.status, 503)
  assert.equal(answer.body.errors?.[0]?.extensions.code, 'AUDIT_UNAVAILABLE')
  assert.equal(answer.text.includes('secret'), false)
})

test('what consumers-audit refuses is told with its code and status', async () => {
  running.audit.serveExport = (response) =>
    void response.writeHead(400).end(
      JSON.stringify({
        errors: [{ message: 'No.', extensions: { code: 'VALIDATION_FAILED', violations: [] } }],
      }),
    )
  const refused = await askExport()
  assert.equal(refused.status, 400)
  assert.deepEqual(refused.body.errors, [
    { message: 'No.', extensions: { code: 'VALIDATION_FAILED', violations: [] } },
  ])
  running.audit.serveExport = undefined
  const unknown = await askExport({ path: '/settings/export/nothing' })
  assert.equal(unknown.body.errors?.[0]?.extensions.code, 'NOT_FOUND')
})

test('only people of the domain get one, by GET', async () => {
  const program = await running.ask({ method: 'GET', path })
  assert.equal(program.status, 401)
  const stranger = await askExport({ token: running.people.signPersonToken('south') })
  assert.equal(stranger.status, 401)
  const posted = await askExport({ method: 'POST' })
  assert.deepEqual([posted.status, posted.headers.allow], [405, 'GET'])
})

test('an export may take longer than an answer, is slowed by a slow client, and ends when the client leaves', async () => {
  let upstream: ServerResponse | undefined
  let isFull = false
  running.audit.serveExport = (response) => {
    upstream = response
    const chunk = Buffer.alloc(1024 * 1024, 'x')
    const write = (): void => {
      while (response.write(chunk));
      isFull = true
      response.once('drain', write)
    }
    write()
  }
  const { body } = await request(`http://127.0.0.1:${running.gateway.port}${path}`, {
    headers: { host: 'north.test', authorization: `Bearer ${running.people.signPersonToken('north')}` },
  })
  const startedAt = Date.now()
  await waitUntil(
    () => isFull && Date.now() - startedAt > 1200,
    'nobody reads for longer than an answer may take',
  )
  assert.ok(upstream?.writableNeedDrain, 'what nobody reads is not sent')
  assert.equal(upstream.destroyed, false)
  const closed = once(upstream, 'close')
  body.on('error', () => undefined).destroy()
  await closed
})

test('an export that breaks off does not look whole', async () => {
  running.audit.serveExport = (response) => {
    response.write('half')
    setImmediate(() => response.destroy())
  }
  await assert.rejects(askExport())
})
