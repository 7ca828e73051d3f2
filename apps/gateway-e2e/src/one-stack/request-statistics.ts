import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createConsumer, type TestConsumer } from '../consumers.ts'
import { query } from '../record-check.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'
import { until } from '../until.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const figures = 'requests errors refused p50Ms p95Ms'
const selection = `from to bucket totals { ${figures} } buckets { startAt ${figures} }`
const none = { requests: 0, errors: 0, refused: 0, p50Ms: null, p95Ms: null }

/** Two days ago, when nobody of the test asked for anything. */
const past = Math.floor(Date.now() / dayMs) * dayMs - 2 * dayMs
const at = (hours: number) => new Date(past + hours * hourMs).toISOString()

let stack: Stack
let busy: TestConsumer
let idle: TestConsumer
before(async () => {
  stack = await openStack()
  busy = await createConsumer(stack, stack.south, { name: 'Busy' })
  idle = await createConsumer(stack, stack.south, { name: 'Idle' })
  // Counts are made of the record within seconds; these stand for hours that have passed.
  await query(
    stack,
    'consumers-audit',
    `INSERT INTO consumer_usage (domain_id, consumer_id, hour, requests, errors, refused, last_at, histogram)
      VALUES ($1, $2, $4, 10, 3, 1, $4, '{0,0,5,3,0,0,0,0,0,0,1}'), ($1, $2, $5, 2, 0, 0, $5, '{0,0,0,0,0,0,0,2}'),
        ($1, $3, $5, 1, 1, 0, $5, '{0,0,0,0,1}')`,
    ...[stack.south.domainId, busy.id, idle.id, at(3), at(26)],
  )
})
after(() => stack.stop())

async function read(asked: object): Promise<Record<string, unknown>> {
  const { body, text } = await stack.south.askSettings(
    `query ($consumerId: ID, $from: ISO8601DateTime!, $to: ISO8601DateTime, $bucket: RequestStatisticsBucketEnum! = DAY) {
      requestStatistics(consumerId: $consumerId, from: $from, to: $to, bucket: $bucket) { ${selection} }
    }`,
    asked,
  )
  assert.ok(body.data?.requestStatistics, text)
  return body.data.requestStatistics as Record<string, unknown>
}

const early = { requests: 10, errors: 3, refused: 1, p50Ms: 2, p95Ms: 10 }
const late = { requests: 2, errors: 0, refused: 0, p50Ms: 7, p95Ms: 7 }

test('requests, errors and durations of a consumer are told by day and by hour, also where there are none', async () => {
  assert.deepEqual(await read({ consumerId: busy.id, from: at(1), to: at(48) }), {
    ...{ from: at(0), to: at(48), bucket: 'DAY' },
    totals: { requests: 12, errors: 3, refused: 1, p50Ms: 3, p95Ms: 10 },
    buckets: [
      { startAt: at(0), ...early },
      { startAt: at(24), ...late },
    ],
  })
  assert.deepEqual(await read({ consumerId: busy.id, from: at(2.5), to: at(4), bucket: 'HOUR' }), {
    ...{ from: at(2), to: at(4), bucket: 'HOUR', totals: early },
    buckets: [
      { startAt: at(2), ...none },
      { startAt: at(3), ...early },
    ],
  })
})

test('without a consumer all of the domain are told together, and nothing of another', async () => {
  const { totals } = await read({ from: at(0), to: at(48) })
  assert.deepEqual(totals, { requests: 13, errors: 4, refused: 1, p50Ms: 3, p95Ms: 10 })
  const other = await stack.north.askSettings(
    `{ requestStatistics(from: "${at(0)}", to: "${at(48)}") { totals { ${figures} } } }`,
  )
  assert.deepEqual(other.body.data?.requestStatistics, { totals: none })
  const stranger = await stack.north.askSettings(
    `{ requestStatistics(consumerId: "${busy.id}", from: "${at(0)}") { totals { requests } } }`,
  )
  assert.equal(stranger.body.errors?.[0]?.extensions.code, 'NOT_FOUND', stranger.text)
})

test('the statistics of every consumer come with the list of consumers', async () => {
  const list = (period: string) =>
    `consumers { nodes { name statistics(from: "${at(0)}", ${period}) { ${selection} } } }`
  const { body, text } = await stack.south.askSettings(
    `{ days: ${list(`to: "${at(48)}"`)} hours: ${list(`to: "${at(27)}", bucket: HOUR`)} }`,
  )
  assert.ok(body.data, text)
  const of = (name: string, kind: 'days' | 'hours') =>
    body.data?.[kind].nodes.find((each: { name: string }) => each.name === name).statistics
  assert.deepEqual(of('Busy', 'days'), await read({ consumerId: busy.id, from: at(0), to: at(48) }))
  assert.deepEqual(of('Idle', 'days').totals, { requests: 1, errors: 1, refused: 0, p50Ms: 4, p95Ms: 4 })
  assert.equal(of('Idle', 'hours').buckets.length, 27)
  assert.deepEqual(of('Busy', 'hours').buckets[26], { startAt: at(26), ...late })
})

test('an operator names the domain, and a period that is too long is refused', async () => {
  const { body } = await stack.askOperator(
    `{ requestStatistics(domain: "${stack.south.name}", from: "${at(0)}", to: "${at(48)}") { totals { requests } } }`,
  )
  assert.deepEqual(body.data?.requestStatistics, { totals: { requests: 13 } })
  const long = await stack.south.askSettings(
    `{ requestStatistics(from: "${at(-90 * 24)}", to: "${at(1)}") { totals { requests } } }`,
  )
  assert.equal(long.body.errors?.[0]?.extensions.code, 'BAD_USER_INPUT')
})

test('each of from, to and bucket tells something else, of a period and of a consumer', async () => {
  const base = { from: at(0), to: at(48), bucket: 'DAY' }
  const others = [
    { ...base, from: at(24) },
    { ...base, to: at(24) },
    { ...base, bucket: 'HOUR' },
  ]
  const ofConsumer = async (asked: object): Promise<unknown> => {
    const { body, text } = await stack.south.askSettings(
      `query ($id: ID!, $from: ISO8601DateTime!, $to: ISO8601DateTime, $bucket: RequestStatisticsBucketEnum!) {
        consumer(id: $id) { statistics(from: $from, to: $to, bucket: $bucket) { buckets { startAt requests } } }
      }`,
      { id: busy.id, ...asked },
    )
    assert.ok(body.data?.consumer, text)
    return body.data.consumer
  }
  for (const other of others) {
    assert.notDeepEqual(
      await read({ consumerId: busy.id, ...other }),
      await read({ consumerId: busy.id, ...base }),
    )
    assert.notDeepEqual(await ofConsumer(other), await ofConsumer(base))
  }
  const ofDomain = async (name: string): Promise<unknown> => {
    const { body } = await stack.askOperator(
      `{ requestStatistics(domain: "${name}", from: "${at(0)}", to: "${at(48)}") { totals { requests } } }`,
    )
    return body.data?.requestStatistics.totals.requests
  }
  assert.deepEqual([await ofDomain(stack.south.name), await ofDomain(stack.north.name)], [13, 0])
})

test('what a program asks now is counted within seconds', async () => {
  for (let time = 0; time < 3; time += 1) await idle.ask('{ patients { totalCount } }')
  await until(async () => {
    const { totals } = await read({ consumerId: idle.id, from: at(48), bucket: 'HOUR' })
    const { requests, p95Ms } = totals as { requests: number; p95Ms: number | null }
    return requests >= 4 && p95Ms !== null
  }, 'the requests are counted')
})
