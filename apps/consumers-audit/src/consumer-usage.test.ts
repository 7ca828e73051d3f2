import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSupportIdentity } from '@commonchart/testing'
import pg from 'pg'
import {
  consumerInput,
  createConsumerMutation,
  openTestSubgraph,
  type TestSubgraph,
} from './test-subgraph.ts'

let subgraph: TestSubgraph
let north: ReturnType<typeof createSupportIdentity>
let south: ReturnType<typeof createSupportIdentity>
const ids: string[] = []
let keyId: string
before(async () => {
  subgraph = await openTestSubgraph()
  north = createSupportIdentity({ domainId: await subgraph.createDomain('north') })
  south = createSupportIdentity({ domainId: await subgraph.createDomain('south') })
  for (const name of ['Busy', 'Idle']) {
    const { data } = await subgraph.ask(north, createConsumerMutation, { input: consumerInput(name) })
    ids.push(data.createConsumer.consumer.id)
    keyId ??= data.createConsumer.consumer.keys[0].id
  }
  const client = new pg.Client({ connectionString: subgraph.adminUrl })
  await client.connect()
  const [domain, busy] = [north.domainId, ids[0]]
  await client.query(`
    INSERT INTO consumer_usage (domain_id, consumer_id, hour, requests, errors, last_at, durations)
      SELECT ${domain}, ${busy}, date_trunc('hour', now()) - n * interval '1 hour', 10, n % 3,
        date_trunc('hour', now()) - n * interval '1 hour' + interval '59 minutes', '{}'
      FROM generate_series(0, 99) n;
    INSERT INTO consumer_usage (domain_id, consumer_id, hour, requests, errors, last_at, durations)
      VALUES (${south.domainId}, ${busy}, date_trunc('hour', now()), 1000, 1000, now(), '{}');
    INSERT INTO consumer_key_usage (domain_id, key_id, last_used_at) VALUES (${domain}, ${keyId}, '2026-01-02T03:04:05Z')`)
  await client.end()
})
after(() => subgraph.close())

test('consumers and keys show when they were last used and how much, and nothing of another domain', async () => {
  const { data } = await subgraph.ask(
    north,
    `{ consumers { nodes {
      name lastUsedAt requestCount errorCount hour: requestCount(hours: 1) all: requestCount(hours: 2160)
      errors: errorCount(hours: 3) keys { lastUsedAt }
    } } }`,
  )
  const [busy, idle] = data.consumers.nodes
  const newest = new Date()
  newest.setUTCMinutes(59, 0, 0)
  assert.deepEqual(
    { ...busy, keys: [...busy.keys] },
    {
      ...{ name: 'Busy', lastUsedAt: newest.toISOString(), requestCount: 240, errorCount: 24 },
      ...{ hour: 10, all: 1000, errors: 3, keys: [{ lastUsedAt: '2026-01-02T03:04:05.000Z' }] },
    },
  )
  assert.deepEqual(
    { ...idle, keys: [...idle.keys] },
    {
      ...{ name: 'Idle', lastUsedAt: null, requestCount: 0, errorCount: 0 },
      ...{ hour: 0, all: 0, errors: 0, keys: [{ lastUsedAt: null }] },
    },
  )
})

test('hours beyond those that are kept are refused', async () => {
  for (const hours of [0, -1, 2161])
    assert.equal(
      await subgraph.codeOf(north, `{ consumer(id: "${ids[0]}") { requestCount(hours: ${hours}) } }`),
      'BAD_USER_INPUT',
    )
})
