import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createConsumerKey, createIdentity, createSupportIdentity } from '@commonchart/testing'
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

async function create(
  name: string,
  more = {},
  by = north,
): Promise<Record<string, unknown> & { id: string }> {
  const { data, errors } = await subgraph.ask(by, createConsumerMutation, {
    input: consumerInput(name, more),
  })
  assert.equal(errors, undefined)
  return data.createConsumer.consumer
}

function update(input: Record<string, unknown>, by = north) {
  return subgraph.ask(
    by,
    `mutation ($input: UpdateConsumerInput!) {
      updateConsumer(input: $input) { consumer { name issuer audience version } }
    }`,
    { input },
  )
}

test('a consumer is active by default, and its issuer is its name', async () => {
  const key = createConsumerKey()
  const consumer = await create('  Lab feed ', { publicKey: key.publicPem, clientMutationId: 'x' })
  assert.deepEqual(
    { name: consumer.name, issuer: consumer.issuer, active: consumer.active, version: consumer.version },
    { name: 'Lab feed', issuer: 'Lab feed', active: true, version: 1 },
  )
  assert.equal(consumer.audience, null)
  const [{ id, ...stored } = { id: '' }] = consumer.keys as Record<string, unknown>[]
  assert.match(String(id), /^\d+$/)
  assert.deepEqual(stored, {
    kid: null,
    thumbprint: key.thumbprint,
    publicKey: key.publicPem,
    retired: false,
  })
})

test('a consumer can be created inactive, with an issuer and an audience of its own', async () => {
  const consumer = await create('Later', { active: false, issuer: 'https://later.example', audience: 'us' })
  assert.deepEqual(
    [consumer.active, consumer.issuer, consumer.audience],
    [false, 'https://later.example', 'us'],
  )
})

test('an issuer is unique in its domain, free in another, and judged exactly', async () => {
  await create('Feed', { issuer: 'feed' })
  const taken = { input: consumerInput('Other feed', { issuer: 'feed' }) }
  assert.equal(await subgraph.codeOf(north, createConsumerMutation, taken), 'ISSUER_IN_USE')
  await create('Feed', { issuer: 'Feed' })
  await create('Feed', { issuer: 'feed' }, south)
})

test('of two consumers that take one issuer at the same moment, one gets it', async () => {
  const inputs = [1, 2, 3, 4].map((n) => ({ input: consumerInput(`Racer ${n}`, { issuer: 'race' }) }))
  const codes = await Promise.all(
    inputs.map((input) => subgraph.codeOf(north, createConsumerMutation, input)),
  )
  assert.deepEqual(codes.sort(), ['ISSUER_IN_USE', 'ISSUER_IN_USE', 'ISSUER_IN_USE', 'accepted'])
})

test('a consumer of one domain is never seen or changed from the other', async () => {
  const { id } = await create('Secret of the north')
  const look = '{ one: consumer(id: "ID") { name } all: consumers { totalCount nodes { name } } }'
  const { data } = await subgraph.ask(south, look.replace('ID', id))
  assert.equal(data.one, null)
  assert.ok(!JSON.stringify(data).includes('north'))
  for (const mutation of ['activateConsumer', 'deactivateConsumer'])
    assert.equal(
      await subgraph.codeOf(south, `mutation { ${mutation}(input: { id: "${id}" }) { consumer { id } } }`),
      'NOT_FOUND',
    )
  const { errors } = await update({ id, name: 'Taken over' }, south)
  assert.deepEqual(errors?.[0]?.extensions, { code: 'NOT_FOUND', path: 'input.id' })
})

test('an update changes what is given, leaves what is absent, and clears what is null', async () => {
  const { id } = await create('Before', { audience: 'them' })
  const renamed = (await update({ id, name: 'After' })).data.updateConsumer.consumer
  assert.deepEqual({ ...renamed }, { name: 'After', issuer: 'Before', audience: 'them', version: 2 })
  const cleared = (await update({ id, audience: null, issuer: 'After' })).data.updateConsumer.consumer
  assert.deepEqual({ ...cleared }, { name: 'After', issuer: 'After', audience: null, version: 3 })
  const same = (await update({ id, name: 'After' })).data.updateConsumer.consumer
  assert.equal(same.version, 3)
})

test('an update cannot take the issuer of another consumer, or act on a version that has passed', async () => {
  await create('First come')
  const { id } = await create('Second come')
  const taken = await update({ id, issuer: 'First come' })
  assert.equal(taken.errors?.[0]?.extensions.code, 'ISSUER_IN_USE')
  const late = await update({ id, name: 'Third', expectedVersion: 7 })
  assert.deepEqual(late.errors?.[0]?.extensions, {
    code: 'CONFLICT',
    path: 'input.expectedVersion',
    expectedVersion: 7,
    version: 1,
  })
})

test('everything that is wrong with a consumer is told at once', async () => {
  const input = consumerInput(' ', { issuer: 'a\nb', audience: 'x'.repeat(256), kid: 'no spaces' })
  const { errors } = await subgraph.ask(north, createConsumerMutation, { input })
  const violations = errors?.[0]?.extensions.violations as { path: string; rule: string }[]
  assert.deepEqual(
    violations.map(({ path, rule }) => `${path} ${rule}`),
    ['input.name REQUIRED', 'input.issuer CONTROL_CHARACTER', 'input.audience TOO_LONG', 'input.kid KEY_ID'],
  )
})

test('a repeat under one Idempotency-Key creates nothing and shows the consumer as it is now', async () => {
  const mutations = [{ key: 'k', fingerprint: 'f', path: 'createConsumer' }]
  const by = { ...north, mutations }
  const input = consumerInput('Once')
  const first = await subgraph.ask(by, createConsumerMutation, { input })
  await update({ id: first.data.createConsumer.consumer.id, name: 'Once, renamed' })
  const again = await subgraph.ask(by, createConsumerMutation, { input })
  assert.equal(again.extensions?.idempotency, 'REPLAYED')
  assert.equal(again.data.createConsumer.consumer.id, first.data.createConsumer.consumer.id)
  assert.equal(again.data.createConsumer.consumer.name, 'Once, renamed')
})

test('consumers are listed by name whatever its case and accents, all or by activity', async () => {
  const domainId = await subgraph.createDomain('listing')
  const by = createSupportIdentity({ domainId })
  for (const [name, active] of [
    ['zeta', true],
    ['Éclair', true],
    ['alpha', false],
    ['Beta', true],
  ] as const)
    await create(name, { active }, by)
  const names = async (filter: string) => {
    const { data } = await subgraph.ask(by, `{ consumers${filter} { totalCount nodes { name } } }`)
    assert.equal(data.consumers.totalCount, data.consumers.nodes.length)
    return data.consumers.nodes.map((node: { name: string }) => node.name)
  }
  assert.deepEqual(await names(''), ['alpha', 'Beta', 'Éclair', 'zeta'])
  assert.deepEqual(await names('(active: true)'), ['Beta', 'Éclair', 'zeta'])
  assert.deepEqual(await names('(active: false)'), ['alpha'])
})

test('another subgraph refers to a consumer of its domain, and gets what CHR shows of it', async () => {
  const { id } = await create('Shown')
  const query = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on EnterpriseApiConsumer { id name active } }
  }`
  const representations = [id, '99999999', 'x'].map((of) => ({ __typename: 'EnterpriseApiConsumer', id: of }))
  const { data } = await subgraph.ask(createIdentity({ domainId: north.domainId }), query, {
    representations,
  })
  assert.deepEqual(JSON.parse(JSON.stringify(data._entities)), [
    { id, name: 'Shown', active: true },
    null,
    null,
  ])
  const abroad = await subgraph.ask(createIdentity({ domainId: south.domainId }), query, { representations })
  assert.deepEqual(JSON.parse(JSON.stringify(abroad.data._entities)), [null, null, null])
})

test('every change of a consumer is audited in its domain, with the names of what changed', async () => {
  const domainId = await subgraph.createDomain('audited')
  const by = createSupportIdentity({ domainId, subject: 'sam', name: 'Sam' })
  const { id } = await create('Watched', {}, by)
  await update({ id, name: 'Watched closely' }, by)
  for (const mutation of ['deactivateConsumer', 'deactivateConsumer', 'activateConsumer'])
    await subgraph.ask(by, `mutation { ${mutation}(input: { id: "${id}" }) { consumer { id } } }`)
  const { adminUrl } = subgraph
  const events = await readAudit(adminUrl, domainId)
  const [keyEvents, others] = [true, false].map((ofKeys) =>
    events.filter(({ action }) => action.startsWith('consumer_key') === ofKeys),
  )
  // Events of one transaction have no order among themselves.
  assert.deepEqual(
    keyEvents?.map(({ action }) => action),
    ['consumer_key.added'],
  )
  assert.deepEqual(
    others?.map(({ action, fields, recordVersion }) => [action, fields.join(), recordVersion]),
    [
      ['domain.created', 'name,hosts,zone,sandbox', 1],
      ['consumer.created', 'name,active,issuer', 1],
      ['consumer.updated', 'name', 2],
      ['consumer.deactivated', 'active', 3],
      ['consumer.activated', 'active', 4],
    ],
  )
  assert.equal(events.at(-1)?.name, 'Sam')
})

async function readAudit(url: string, domainId: number) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{
    action: string
    fields: string[]
    recordVersion: number | null
    name: string
  }>(
    `SELECT action, fields, record_version AS "recordVersion", principal ->> 'name' AS name
     FROM audit_event WHERE domain_id = $1 ORDER BY occurred_at, id`,
    [domainId],
  )
  await client.end()
  return rows
}
