import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { withDomain } from '@commonchart/database'
import { createConsumerKey, createSupportIdentity } from '@commonchart/testing'
import { sql } from 'kysely'
import { findRetirement } from './consumer-keys.ts'
import {
  consumerInput,
  createConsumerMutation,
  openTestSubgraph,
  type Answer,
  type TestSubgraph,
} from './test-subgraph.ts'

let subgraph: TestSubgraph
let north: ReturnType<typeof createSupportIdentity>
before(async () => {
  subgraph = await openTestSubgraph()
  north = createSupportIdentity({ domainId: await subgraph.createDomain('north') })
})
after(() => subgraph.close())

const fields = 'id kid notBefore retireAt retired retiredAt'

async function create(name: string, more = {}): Promise<{ id: string; keyId: string }> {
  const { data } = await subgraph.ask(north, createConsumerMutation, { input: consumerInput(name, more) })
  const { id, keys } = data.createConsumer.consumer
  return { id, keyId: keys[0].id }
}

function add(input: object): Promise<Answer> {
  return subgraph.ask(
    north,
    `mutation ($input: AddConsumerKeyInput!) { addConsumerKey(input: $input) { key { ${fields} } } }`,
    { input: { publicKey: createConsumerKey().publicPem, ...input } },
  )
}

function update(input: object): Promise<Answer> {
  return subgraph.ask(
    north,
    `mutation ($input: UpdateConsumerKeyInput!) {
      updateConsumerKey(input: $input) { clientMutationId key { ${fields} } consumer { version } }
    }`,
    { input },
  )
}

/** Lets the planned retirement of a key have come a minute ago. */
async function letRetire(keyId: string): Promise<void> {
  await withDomain(subgraph.db, north.domainId ?? 0, (trx) =>
    sql`UPDATE consumer_key SET retire_at = ${new Date(Date.now() - 60_000)} WHERE id = ${keyId}`.execute(
      trx,
    ),
  )
}

function rulesOf({ errors }: Answer): string[] {
  const violations = (errors?.[0]?.extensions.violations ?? []) as { path: string; rule: string }[]
  return violations.map(({ path, rule }) => `${path} ${rule}`)
}

const [earlier, later] = ['2998-01-01T00:00:00.000Z', '2999-01-01T00:00:00.000Z']

test('a key is added with the times between which it is accepted, and is not retired before they are over', async () => {
  const { id } = await create('Planned')
  const { data } = await add({ id, kid: 'next', notBefore: earlier, retireAt: later })
  const { id: _, ...key } = data.addConsumerKey.key
  assert.deepEqual(key, { kid: 'next', notBefore: earlier, retireAt: later, retired: false, retiredAt: null })
})

test('a key’s kid and times are changed; absent ones stay, null ones are lifted', async () => {
  const { id, keyId } = await create('Changed', { kid: 'first' })
  const changed = await update({
    id,
    keyId,
    kid: 'second',
    notBefore: earlier,
    retireAt: later,
    clientMutationId: 'c',
  })
  const payload = changed.data.updateConsumerKey
  assert.deepEqual([payload.clientMutationId, payload.consumer.version], ['c', 2])
  const { id: _, ...key } = payload.key
  assert.deepEqual(key, {
    kid: 'second',
    notBefore: earlier,
    retireAt: later,
    retired: false,
    retiredAt: null,
  })
  const lifted = await update({ id, keyId, notBefore: null, kid: null })
  assert.deepEqual({ ...lifted.data.updateConsumerKey.key }, { ...payload.key, notBefore: null, kid: null })
  const same = await update({ id, keyId, retireAt: later })
  assert.equal(same.data.updateConsumerKey.consumer.version, 3)
})

test('everything that is wrong with the times of a key is told at once', async () => {
  const { id, keyId } = await create('Wrong')
  const past = '2001-01-01T00:00:00.000Z'
  const wrong = { id, kid: 'no spaces', notBefore: later, retireAt: past }
  const expected = ['input.kid KEY_ID', 'input.retireAt IN_THE_PAST', 'input.retireAt TIMES_OUT_OF_ORDER']
  assert.deepEqual(rulesOf(await add(wrong)), expected)
  assert.deepEqual(rulesOf(await update({ ...wrong, keyId })), expected)
  await update({ id, keyId, retireAt: earlier })
  assert.deepEqual(rulesOf(await update({ id, keyId, notBefore: later })), [
    'input.retireAt TIMES_OUT_OF_ORDER',
  ])
})

test('a kid can be given to one key of a consumer only, however it comes to it', async () => {
  const { id, keyId } = await create('Kids', { kid: 'taken' })
  const { data } = await add({ id, kid: 'free' })
  const taken = await update({ id, keyId: data.addConsumerKey.key.id, kid: 'taken' })
  assert.deepEqual(taken.errors?.[0]?.extensions, { code: 'KEY_ID_IN_USE', path: 'input.kid', keyId })
})

test('a key that has retired by itself is shown as retired, leaves its kid to others and cannot come back', async () => {
  const { id, keyId } = await create('Over', { kid: 'main' })
  await update({ id, keyId, retireAt: later })
  await letRetire(keyId)
  const look = `{ consumer(id: "${id}") { all: keys { ${fields} } accepted: keys(includeRetired: false) { id } } }`
  const { consumer } = (await subgraph.ask(north, look)).data
  assert.deepEqual(consumer.accepted, [])
  assert.equal(consumer.all[0].retired, true)
  assert.equal(consumer.all[0].retiredAt, consumer.all[0].retireAt)
  assert.equal((await add({ id, kid: 'main' })).errors, undefined)
  assert.deepEqual(rulesOf(await update({ id, keyId, retireAt: null })), ['input.keyId RETIRED'])
  const registered = (await subgraph.follow(0)).consumers.find((each) => each.id === id)
  assert.ok(registered?.keys.every((key) => key.id !== keyId))
})

test('a key that is to retire later is retired at once by retiring it', async () => {
  const { id, keyId } = await create('Sooner')
  await update({ id, keyId, retireAt: later })
  const mutation = `mutation { retireConsumerKey(input: { id: "${id}", keyId: "${keyId}" }) { key { ${fields} } } }`
  const { key } = (await subgraph.ask(north, mutation)).data.retireConsumerKey
  assert.deepEqual([key.retired, key.retireAt], [true, later])
  assert.ok(Date.parse(key.retiredAt) <= Date.now() + 1000)
})

test('the moment of retirement is the first at which a key is not accepted', () => {
  const retireAt = new Date('2026-01-01T00:00:00Z')
  assert.equal(findRetirement({ retiredAt: null, retireAt }, retireAt.getTime() - 1), null)
  assert.equal(findRetirement({ retiredAt: null, retireAt }, retireAt.getTime()), retireAt)
  assert.equal(findRetirement({ retiredAt: null, retireAt: null }), null)
})

test('the key of another consumer cannot be changed', async () => {
  const { id } = await create('Mine')
  const other = await create('Not mine')
  const { errors } = await update({ id, keyId: other.keyId, retireAt: later })
  assert.deepEqual(errors?.[0]?.extensions, { code: 'NOT_FOUND', path: 'input.keyId' })
})
