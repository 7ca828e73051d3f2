import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createConsumerKey, createSupportIdentity } from '@commonchart/testing'
import { sql } from 'kysely'
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

const add = `mutation ($input: AddConsumerKeyInput!) {
  addConsumerKey(input: $input) { key { id kid thumbprint retired } consumer { version keys { id } } }
}`
const retire = `mutation ($input: RetireConsumerKeyInput!) {
  retireConsumerKey(input: $input) { key { id retired retiredAt } consumer { version } }
}`

async function create(name: string, more = {}, by = north): Promise<{ id: string; keys: { id: string }[] }> {
  const { data } = await subgraph.ask(by, createConsumerMutation, { input: consumerInput(name, more) })
  return data.createConsumer.consumer
}

test('each kind of unfit key is refused by its own code, when created with and when added', async () => {
  const { id } = await create('Refused')
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
  const unfit: Record<string, string> = {
    KEY_PRIVATE: createConsumerKey().privatePem,
    KEY_TOO_SHORT: createConsumerKey({ bits: 1024 }).publicPem,
    KEY_EXPONENT: createConsumerKey({ exponent: 3 }).publicPem,
    KEY_NOT_RSA: ec.export({ type: 'spki', format: 'pem' }).toString(),
    KEY_MALFORMED: 'my key',
  }
  for (const [code, publicKey] of Object.entries(unfit)) {
    const input = consumerInput(`With ${code}`, { publicKey })
    assert.equal(await subgraph.codeOf(north, createConsumerMutation, { input }), code)
    assert.equal(await subgraph.codeOf(north, add, { input: { id, publicKey } }), code)
  }
})

test('a private key that is pasted is neither stored nor answered', async () => {
  const { privatePem } = createConsumerKey()
  const middle = privatePem.split('\n')[5] ?? ''
  assert.ok(middle.length > 40)
  const input = consumerInput('Careless', { publicKey: privatePem })
  const answer = await subgraph.ask(north, createConsumerMutation, { input })
  assert.equal(answer.errors?.[0]?.extensions.code, 'KEY_PRIVATE')
  assert.ok(!JSON.stringify(answer).includes(middle))
  const { data } = await subgraph.ask(
    north,
    '{ consumers(first: 100) { nodes { name keys { publicKey } } } }',
  )
  assert.ok(!JSON.stringify(data).includes('Careless'))
  assert.ok(!JSON.stringify(data).includes('PRIVATE'))
})

test('a key belongs to one consumer of a domain, and may be used in another domain', async () => {
  const { publicPem, publicKey } = createConsumerKey()
  const { id } = await create('Holder', { publicKey: publicPem })
  const pkcs1 = publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()
  const { errors } = await subgraph.ask(north, createConsumerMutation, {
    input: consumerInput('Borrower', { publicKey: pkcs1 }),
  })
  assert.deepEqual(errors?.[0]?.extensions, {
    code: 'KEY_IN_USE',
    path: 'input.publicKey',
    consumerId: id,
    retired: false,
  })
  assert.equal(await subgraph.codeOf(north, add, { input: { id, publicKey: publicPem } }), 'KEY_IN_USE')
  await create('Holder', { publicKey: publicPem }, south)
})

test('a retired key can be registered nowhere in the domain any more', async () => {
  const { publicPem } = createConsumerKey()
  const { id, keys } = await create('Rotating', { publicKey: publicPem })
  const { data } = await subgraph.ask(north, retire, { input: { id, keyId: keys[0]?.id } })
  assert.equal(data.retireConsumerKey.key.retired, true)
  assert.ok(Date.parse(data.retireConsumerKey.key.retiredAt) > 0)
  const input = consumerInput('Finder', { publicKey: publicPem })
  assert.equal(await subgraph.codeOf(north, createConsumerMutation, { input }), 'KEY_IN_USE')
  assert.equal(await subgraph.codeOf(north, add, { input: { id, publicKey: publicPem } }), 'KEY_IN_USE')
})

test('a consumer has several keys, but only one for each kid until that one is retired', async () => {
  const { id, keys } = await create('Several', { kid: 'main' })
  const another = (kid?: string) => ({ input: { id, kid, publicKey: createConsumerKey().publicPem } })
  assert.equal(await subgraph.codeOf(north, add, another('main')), 'KEY_ID_IN_USE')
  assert.equal(await subgraph.codeOf(north, add, another('spare')), 'accepted')
  assert.equal(await subgraph.codeOf(north, add, another()), 'accepted')
  assert.equal(await subgraph.codeOf(north, add, another()), 'accepted')
  await subgraph.ask(north, retire, { input: { id, keyId: keys[0]?.id } })
  const { data } = await subgraph.ask(north, add, another('main'))
  assert.equal(data.addConsumerKey.consumer.version, 6)
  assert.equal(data.addConsumerKey.consumer.keys.length, 5)
  const accepted = await subgraph.ask(
    north,
    `{ consumer(id: "${id}") { keys(includeRetired: false) { kid } } }`,
  )
  assert.deepEqual(
    accepted.data.consumer.keys.map((key: { kid: string }) => key.kid),
    ['spare', null, null, 'main'],
  )
})

test('of two keys that take one kid at the same moment, one gets it', async () => {
  const { id } = await create('Racing')
  const inputs = [1, 2, 3].map(() => ({ input: { id, kid: 'k', publicKey: createConsumerKey().publicPem } }))
  const codes = await Promise.all(inputs.map((input) => subgraph.codeOf(north, add, input)))
  assert.deepEqual(codes.sort(), ['KEY_ID_IN_USE', 'KEY_ID_IN_USE', 'accepted'])
})

test('retiring twice is the same as retiring once', async () => {
  const { id, keys } = await create('Twice')
  const input = { id, keyId: keys[0]?.id }
  const first = (await subgraph.ask(north, retire, { input })).data.retireConsumerKey
  const second = (await subgraph.ask(north, retire, { input })).data.retireConsumerKey
  assert.deepEqual(second, first)
})

test('the key of another consumer, or of another domain, cannot be retired', async () => {
  const { id } = await create('Mine')
  const other = await create('Not mine')
  const abroad = await create('Abroad', {}, south)
  for (const keyId of [other.keys[0]?.id, abroad.keys[0]?.id, 'x'])
    assert.equal(await subgraph.codeOf(north, retire, { input: { id, keyId } }), 'NOT_FOUND')
})

test('the audit of a consumer tells of each change of its keys, in the request that says which key it was', async () => {
  const by = (requestId: string) => ({ ...north, requestId })
  const { id, keys } = await create('Followed', {}, by('creates'))
  const publicKey = createConsumerKey().publicPem
  const added = await subgraph.ask(by('adds'), add, { input: { id, publicKey } })
  for (const requestId of ['retires', 'repeats'])
    await subgraph.ask(by(requestId), retire, { input: { id, keyId: keys[0]?.id } })
  const list = async (filter: string) => {
    const query = `{ auditLog(${filter}) { nodes { action recordId recordVersion fields requestId } } }`
    return (await subgraph.ask(north, query)).data.auditLog.nodes.reverse()
  }
  const own = await list(`recordType: "EnterpriseApiConsumer", recordId: "${id}"`)
  assert.deepEqual(
    own.map(({ action, recordVersion, fields }: Record<string, unknown>) => [action, recordVersion, fields]),
    [
      ['consumer.created', 1, ['name', 'active', 'issuer']],
      ['consumer.updated', 2, ['keys']],
      ['consumer.updated', 3, ['keys']],
    ],
  )
  const ofKeys = await list('recordType: "ConsumerKey"')
  const keyIn = (requestId: string) =>
    ofKeys.find((event: { requestId: string }) => event.requestId === requestId)?.recordId
  assert.deepEqual(
    own.map(({ requestId }: { requestId: string }) => keyIn(requestId)),
    [keys[0]?.id, added.data.addConsumerKey.key.id, keys[0]?.id],
  )
})

test('without a domain the program sees no key and no consumer, whatever it asks', async () => {
  const { rows } = await sql`SELECT id FROM consumer UNION ALL SELECT id FROM consumer_key`.execute(
    subgraph.db,
  )
  assert.deepEqual(rows, [])
})
