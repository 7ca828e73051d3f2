import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace'
import { tellLosses } from './tell-losses.ts'
import { openTracing } from './tracing.ts'

test('spans that nobody takes are told of once a minute, with all that were lost meanwhile', async () => {
  let nowMs = 0
  const told: number[] = []
  const exporter = new InMemorySpanExporter()
  const watched = tellLosses(
    exporter,
    (_error, spans) => told.push(spans),
    () => nowMs,
  )
  const send = (count: number): Promise<unknown> =>
    new Promise((done) => watched.export(Array<ReadableSpan>(count), done))
  await send(1)
  assert.equal(told.length, 0, 'what is taken is not told of')
  await watched.shutdown()
  for (const [atMs, spans] of [
    [0, 2],
    [59_999, 3],
    [60_000, 4],
    [60_001, 5],
  ] as const) {
    nowMs = atMs
    await send(spans)
  }
  assert.deepEqual(told, [2, 7])
})

test('a collector that refuses is told of with its status', async (t) => {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(401).end('of Zebediah'))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`
  const told: { message: string; code?: unknown }[] = []
  const tracing = openTracing('test', { url, ratio: 1, delayMs: 50 }, { onLost: (error) => told.push(error) })
  tracing.draw('request')?.end()
  await tracing.close()
  assert.deepEqual(
    told.map(({ message, code }) => [message, code]),
    [['Unauthorized', 401]],
  )
})
