import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { after, before, test } from 'node:test'
import { startSpanReceiver, type SpanReceiver } from '@commonchart/testing'
import { currentSpan, inSpan } from './span.ts'
import { readTraceparent } from './traceparent.ts'
import { openTracing, type Tracing } from './tracing.ts'

let receiver: SpanReceiver
before(async () => {
  receiver = await startSpanReceiver()
})
after(() => receiver.close())

const open = (ratio: number, lot: () => number): Tracing =>
  openTracing('test', { url: `${receiver.url}/v1/traces`, ratio, delayMs: 50 }, { lot })

const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const sampled = `00-${trace}-00f067aa0ba902b7-01`
const unsampled = `00-${trace}-00f067aa0ba902b7-00`

test('the parts of a request hang together, through everything that it waits for', async () => {
  const tracing = open(1, () => 0)
  const span = tracing.draw('request', { attributes: { a: 1 } }, sampled)
  assert.ok(span)
  await span.run(async () => {
    await pause(1)
    await inSpan('part', {}, async () => {
      await pause(1)
      currentSpan()?.child('statement').end('23505')
    })
    await assert.rejects(inSpan('broken', {}, () => Promise.reject(new TypeError('of Zebediah'))))
  })
  assert.equal(currentSpan(), undefined)
  span.end()
  await tracing.close()
  const [request, part, statement, broken] = ['request', 'part', 'statement', 'broken'].map((name) => {
    const found = receiver.spans.find((each) => each.name === name)
    assert.ok(found, name)
    return found
  }) as [Found, Found, Found, Found]
  assert.deepEqual(
    [request, part, statement, broken].map(({ traceId }) => traceId),
    [trace, trace, trace, trace],
  )
  assert.equal(request.parentSpanId, '00f067aa0ba902b7')
  assert.equal(part.parentSpanId, request.spanId)
  assert.equal(statement.parentSpanId, part.spanId)
  assert.deepEqual([statement.isError, statement.attributes['error.type']], [true, '23505'])
  assert.deepEqual([broken.isError, broken.attributes['error.type']], [true, 'TypeError'])
  assert.equal(receiver.text().includes('Zebediah'), false, 'messages of errors are not told')
})

type Found = SpanReceiver['spans'][number]

test('a caller cannot make us trace it, nor keep us from it: the lot alone decides', async () => {
  let drawn = 0.5
  const tracing = open(0.01, () => drawn)
  for (const header of [sampled, unsampled, undefined])
    assert.equal(tracing.draw('request', {}, header), undefined)
  drawn = 0.005
  for (const header of [sampled, unsampled, undefined])
    assert.ok(tracing.draw('drawn', {}, header), `traced: ${header}`)
  await tracing.close()
})

test('with a share of nothing there is no span, with a share of one there is always one', async () => {
  const none = open(0, () => 0)
  assert.equal(none.draw('request'), undefined)
  const all = open(1, () => 0.999_999)
  assert.ok(all.draw('request'))
  await Promise.all([none.close(), all.close()])
})

test('another service of ours is followed where it traces, and only there', async () => {
  const tracing = open(0, () => 0)
  assert.ok(tracing.follow('request', {}, sampled))
  for (const header of [unsampled, undefined, 'nonsense'])
    assert.equal(tracing.follow('request', {}, header), undefined)
  await tracing.close()
})

test('what is no traceparent is taken for none', () => {
  assert.equal(readTraceparent(sampled)?.traceId, trace)
  assert.equal(readTraceparent(`01-${trace}-00f067aa0ba902b7-01-more`)?.traceId, trace)
  for (const header of [
    '',
    'a',
    sampled.toUpperCase(),
    `ff-${trace}-00f067aa0ba902b7-01`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace}-00f067aa0ba902b7-01x`,
    `${sampled}-${'x'.repeat(600)}`,
    [sampled, sampled],
  ])
    assert.equal(readTraceparent(header), undefined, String(header))
})

test('a receiver that is not there holds up nothing', async () => {
  const tracing = openTracing('test', { url: 'http://127.0.0.1:1/v1/traces', ratio: 1, delayMs: 50 })
  tracing.draw('request')?.end()
  await tracing.close()
})
