import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { identityHeader } from '@commonchart/identity'
import { openTelemetry, type Telemetry } from '@commonchart/telemetry'
import { startSpanReceiver, type SpanReceiver } from '@commonchart/testing'
import { startNotes } from '../fixtures/running-notes.ts'

let receiver: SpanReceiver
let telemetry: Telemetry
let notes: Awaited<ReturnType<typeof startNotes>>
before(async () => {
  receiver = await startSpanReceiver()
  telemetry = await openTelemetry('notes', {
    metrics: { host: '127.0.0.1', port: 0 },
    traces: { url: `${receiver.url}/v1/traces`, ratio: 0, delayMs: 10_000 },
  })
  notes = await startNotes({ observing: telemetry })
})
after(async () => {
  await notes.stop()
  await receiver.close()
})

const body = JSON.stringify({ query: '{ notes { nodes { id text } } }' })

async function ask(traceparent: string, token: string | null): Promise<number> {
  const headers: Record<string, string> = { 'content-type': 'application/json', traceparent }
  if (token !== null) headers[identityHeader] = token
  return (await fetch(`${notes.url}/graphql`, { method: 'POST', headers, body })).status
}

const traceOf = (digit: string) => digit.repeat(32)
const header = (digit: string, flags: string) => `00-${traceOf(digit)}-00f067aa0ba902b7-${flags}`

test('a subgraph traces what the gateway traces and nothing else; a stranger cannot make it', async () => {
  const sign = (audience = 'notes') => notes.gatewaySigner.sign(notes.createIdentity(), audience, body)
  assert.equal(await ask(header('1', '01'), null), 401)
  assert.equal(await ask(header('2', '01'), sign('other')), 401)
  assert.equal(await ask(header('3', '00'), sign()), 200)
  assert.equal(await ask('nonsense', sign()), 200)
  assert.equal(await ask(header('4', '01'), sign()), 200)
  // An answer is out before its transaction has ended, and its span with it.
  const served = 'commonchart_served_seconds_count{endpoint="/graphql",result="ANSWERED"} 3'
  while (!(await telemetry.metrics?.write())?.text.includes(served)) await pause(5)
  await telemetry.close()
  assert.deepEqual([...new Set(receiver.spans.map(({ traceId }) => traceId))], [traceOf('4')])
  const span = receiver.spans.find(({ name }) => name === 'POST /graphql')
  assert.deepEqual(span?.attributes, {
    'http.request.method': 'POST',
    'http.route': '/graphql',
    'commonchart.request_id': 'request',
    'commonchart.domain_id': 1,
    'commonchart.consumer_id': '1',
    'http.response.status_code': 200,
  })
  const parts = receiver.spans.filter(({ parentSpanId }) => parentSpanId === span?.spanId)
  assert.ok(parts.some(({ name }) => name === 'read transaction'))
  assert.ok(
    parts.some(({ name }) => name === 'SELECT note'),
    parts.map(({ name }) => name).join(),
  )
})

test('what was served is counted by endpoint, whoever was refused is not, and connections are shown', async () => {
  const { text } = (await telemetry.metrics?.write()) ?? assert.fail()
  assert.match(text, /^commonchart_served_seconds_count\{endpoint="\/graphql",result="ANSWERED"\} 3$/m)
  assert.match(text, /^commonchart_database_connections\{pool="app",state="idle"\} \d+$/m)
  assert.match(text, /^commonchart_database_connections\{pool="app",state="waiting"\} 0$/m)
})
