import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createConsumerKey, createOperatorIdentity, createSupportIdentity } from '@commonchart/testing'
import { sql } from 'kysely'
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

before(async () => {
  subgraph = await openTestSubgraph()
  north = createSupportIdentity({ domainId: await subgraph.createDomain('north') })
  south = createSupportIdentity({ domainId: await subgraph.createDomain('south') })
})
after(() => subgraph.close())

async function create(name: string, by = north, more = {}): Promise<{ id: string; keys: { id: string }[] }> {
  const { data } = await subgraph.ask(by, createConsumerMutation, { input: consumerInput(name, more) })
  return data.createConsumer.consumer
}

function change(mutation: string, input: string, by = north) {
  return subgraph.ask(by, `mutation { ${mutation}(input: { ${input} }) { clientMutationId } }`)
}

async function asAdmin(statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: subgraph.adminUrl })
  await client.connect()
  const { rows } = await client.query<Record<string, unknown>>(statement)
  await client.end()
  return rows
}

test('the whole registry holds the domains and the consumers of all of them, as gateways need them', async () => {
  const key = createConsumerKey()
  const { id, keys } = await create('Feed', north, { publicKey: key.publicPem, kid: 'k1', audience: 'us' })
  const abroad = await create('Abroad', south, { active: false })
  const registry = await subgraph.follow(0)
  assert.deepEqual(
    registry.domains.map(({ name, state, enabled, hosts, zone, version }) => [
      name,
      state,
      enabled,
      hosts,
      zone,
      version,
    ]),
    [
      ['north', 'ACTIVE', false, ['north.test'], 'America/Toronto', 1],
      ['south', 'ACTIVE', false, ['south.test'], 'America/Toronto', 1],
    ],
  )
  assert.deepEqual(
    registry.consumers.find((consumer) => consumer.id === id),
    {
      ...{ id, domainId: north.domainId, name: 'Feed', issuer: 'Feed', active: true, audience: 'us' },
      ...{ scopes: null, ipRanges: null, expiresAt: null, requestsPerMinute: null },
      keys: [
        {
          ...{ id: keys[0]?.id, kid: 'k1', jwk: key.jwk, thumbprint: key.thumbprint },
          ...{ notBefore: null, retireAt: null },
        },
      ],
    },
  )
  const other = registry.consumers.find((consumer) => consumer.id === abroad.id)
  assert.deepEqual([other?.domainId, other?.active], [south.domainId, false])
})

test('a reader gets what changed after its version, and nothing else', async () => {
  const { id, keys } = await create('Changing')
  await create('Staying')
  const { version } = await subgraph.follow(0)
  await change('deactivateConsumer', `id: "${id}"`)
  const deactivated = await subgraph.follow(version)
  assert.deepEqual([deactivated.version, deactivated.domains], [version + 1, []])
  assert.deepEqual(
    deactivated.consumers.map((each) => [each.id, each.active]),
    [[id, false]],
  )
  await change('retireConsumerKey', `id: "${id}", keyId: "${keys[0]?.id}"`)
  const retired = await subgraph.follow(version + 1)
  assert.deepEqual(
    retired.consumers.map((each) => [each.id, each.keys]),
    [[id, []]],
  )
  await change('disableDomain', 'name: "south"', createOperatorIdentity() as typeof north)
  const disabled = await subgraph.follow(version + 2)
  assert.deepEqual(
    disabled.domains.map(({ name, state }) => [name, state]),
    [['south', 'DISABLED']],
  )
  assert.deepEqual(disabled.consumers, [])
})

test('gateways get what a consumer is held to and the times of its keys, as instants', async () => {
  const restrictions = {
    ...{ scopes: ['patients:read'], ipRanges: ['10.0.0.0/8'], requestsPerMinute: 7 },
    expiresAt: '2999-01-01T00:00:00.000Z',
  }
  const { id, keys } = await create('Held', north, restrictions)
  const [notBefore, retireAt] = ['2998-01-01T00:00:00.000Z', '2999-06-01T12:00:00.500Z']
  const { version } = await subgraph.follow(0)
  await change(
    'updateConsumerKey',
    `id: "${id}", keyId: "${keys[0]?.id}", notBefore: "${notBefore}", retireAt: "${retireAt}"`,
  )
  const { consumers } = await subgraph.follow(version)
  const { keys: sent, ...consumer } = consumers[0] ?? { keys: [] }
  assert.deepEqual(consumer, {
    ...{ id, domainId: north.domainId, name: 'Held', issuer: 'Held', active: true, audience: null },
    ...restrictions,
  })
  assert.deepEqual([sent[0]?.notBefore, sent[0]?.retireAt], [notBefore, retireAt])
})

test('a waiting reader is woken by a change, and hears a heartbeat when there is none', async () => {
  const { id } = await create('Woken')
  const { version } = await subgraph.follow(0)
  assert.deepEqual(await subgraph.follow(version), { version, domains: [], consumers: [] })
  const waiting = subgraph.follow(version)
  await change('deactivateConsumer', `id: "${id}"`)
  const { consumers } = await waiting
  assert.deepEqual(
    consumers.map((consumer) => consumer.id),
    [id],
  )
})

test('a change arrives although its notification is lost', async () => {
  const { id } = await create('Unheard')
  const { version } = await subgraph.follow(0)
  const waiting = subgraph.follow(version)
  const ended = await asAdmin(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
  )
  assert.equal(ended.length, 1)
  await change('deactivateConsumer', `id: "${id}"`)
  assert.deepEqual(
    (await waiting).consumers.map((consumer) => consumer.id),
    [id],
  )
  assert.equal((await subgraph.follow(0)).version, version + 1)
})

test('versions are gapless under concurrent changes, and a reader misses none', async () => {
  const before = (await subgraph.follow(0)).version
  const clients = 12
  const each = 4
  const seen = new Set<string>()
  let reading = before
  const reader = (async () => {
    while (reading < before + clients * each) {
      const answer = await subgraph.follow(reading)
      assert.ok(answer.version >= reading, 'versions never go back')
      for (const consumer of answer.consumers) seen.add(consumer.id)
      reading = answer.version
    }
  })()
  const made = await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const ids: string[] = []
      for (let n = 0; n < each; n++) {
        const { id } = await create(`Concurrent ${client}.${n}`, client % 2 ? north : south)
        // A refused change is rolled back and must leave no gap.
        await change('updateConsumer', `id: "${id}", issuer: "Feed", name: "x"`)
        ids.push(id)
      }
      return ids
    }),
  )
  await reader
  const expected = made.flat()
  const versions = await asAdmin(
    `SELECT version::int FROM registry_entry WHERE version > ${before} ORDER BY 1`,
  )
  const refused = await asAdmin(`SELECT count(*)::int AS n FROM consumer WHERE name = 'x'`)
  const renamed = Number(refused[0]?.n)
  assert.equal(reading >= before + expected.length, true)
  assert.ok(expected.every((id) => seen.has(id)))
  assert.equal(versions.at(-1)?.version, before + expected.length + renamed)
  assert.equal(versions.length, expected.length)
})

test('a gateway that is ahead of a restored database gets the whole registry', async () => {
  const whole = await subgraph.follow(0)
  assert.deepEqual(await subgraph.follow(whole.version + 1000), whole)
})

test('the program reads consumers across domains only through the registry function', async () => {
  const { rows } = await sql`SELECT * FROM consumer`.execute(subgraph.db)
  assert.deepEqual(rows, [])
  await assert.rejects(sql`SET ROLE commonchart_maintenance`.execute(subgraph.db), /permission denied/)
})
