import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listenForMetrics } from './listen.ts'
import { Metrics } from './metrics.ts'

test('what is counted is there for who looks, with what Node says of the process', async (t) => {
  const metrics = new Metrics()
  metrics.counter('commonchart_errors_total')(['enterprise', 'TIMEOUT'], 2)
  metrics.histogram('commonchart_fetch_seconds')(['patients'], 0.02)
  metrics.gauge('commonchart_record_waiting', () => [[[], 7]])
  const listener = await listenForMetrics(metrics, { host: '127.0.0.1', port: 0 })
  t.after(() => listener.close())
  const url = `http://127.0.0.1:${listener.port}`
  const answer = await fetch(`${url}/metrics`)
  assert.match(String(answer.headers.get('content-type')), /^text\/plain/)
  const text = await answer.text()
  assert.match(text, /^commonchart_errors_total\{graph="enterprise",code="TIMEOUT"\} 2$/m)
  assert.match(text, /^commonchart_fetch_seconds_bucket\{le="0.025",subgraph="patients"\} 1$/m)
  assert.match(text, /^commonchart_record_waiting 7$/m)
  assert.match(text, /^# TYPE nodejs_eventloop_lag_p99_seconds gauge$/m)
  assert.match(text, /^process_cpu_seconds_total /m)
  for (const [path, method] of [
    ['/', 'GET'],
    ['/metrics', 'POST'],
    ['/metrics?x', 'GET'],
  ] as const)
    assert.equal((await fetch(url + path, { method })).status, 404)
})

test('a gauge tells what is there when somebody looks, and nothing of what was there before', async () => {
  const metrics = new Metrics()
  let address = 'a'
  metrics.gauge('commonchart_breaker_state', () => [[['patients', address], 2]])
  assert.match((await metrics.write()).text, /address="a"/)
  address = 'b'
  const { text } = await metrics.write()
  assert.doesNotMatch(text, /address="a"/)
  assert.match(text, /^commonchart_breaker_state\{subgraph="patients",address="b"\} 2$/m)
})

test('however many consumers there are, so many are told apart and no more', async () => {
  const metrics = new Metrics()
  const count = metrics.counter('commonchart_consumer_requests_total')
  for (let consumer = 0; consumer < 6000; consumer++) count(['north', String(consumer), 'SUCCESS'], 1)
  count(['north', '1', 'SUCCESS'], 1)
  const lines = (await metrics.write()).text
    .split('\n')
    .filter((line) => line.startsWith('commonchart_consumer_requests_total{'))
  assert.equal(lines.length, 5001)
  assert.ok(
    lines.includes('commonchart_consumer_requests_total{domain="north",consumer="1",outcome="SUCCESS"} 2'),
  )
  assert.ok(
    lines.includes(
      'commonchart_consumer_requests_total{domain="other",consumer="other",outcome="other"} 1000',
    ),
  )
})

test('a histogram counts a value in every bucket that it is not above, and adds them up', async () => {
  const metrics = new Metrics()
  const observe = metrics.histogram('commonchart_record_batch_records')
  const lines = async (): Promise<string[]> =>
    (await metrics.write()).text
      .split('\n')
      .filter((line) => line.startsWith('commonchart_record_batch_records'))
      .map((line) => line.replace('commonchart_record_batch_records', ''))
  assert.ok((await lines()).includes('_count 0'), 'what has no labels is there from the beginning')
  for (const records of [1, 3, 64, 65]) observe([], records)
  assert.deepEqual(await lines(), [
    ...[1, 2, 4, 8, 16, 32, 64].map((le, at) => `_bucket{le="${le}"} ${[1, 1, 2, 2, 2, 2, 3][at]}`),
    ...['_bucket{le="+Inf"} 4', '_sum 133', '_count 4'],
  ])
})
