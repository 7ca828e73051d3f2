import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createConsumerKey, signToken, type ConsumerKey } from '@commonchart/testing'
import { assertGuardsVersion, attempt, perform, type AskGraph } from '../mutations.ts'
import { assertPages } from '../pages.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'
import { until } from '../until.ts'

interface Consumer {
  id: string
  name: string
  active: boolean
  issuer: string
  audience: string | null
  version: number
  createdAt: string
  updatedAt: string
  keys: {
    id: string
    kid: string | null
    thumbprint: string
    publicKey: string
    createdAt: string
    retired: boolean
    retiredAt: string | null
  }[]
}

const whole = `id name active issuer audience version createdAt updatedAt
  keys { id kid thumbprint publicKey createdAt retired retiredAt }`

let stack: Stack
before(async () => {
  stack = await openStack()
})
after(() => stack.stop())

const askSupport: AskGraph = (query, variables) => stack.north.askSettings(query, variables)

/** Registers a consumer of the north, active and without a kid unless something else is said. */
async function register(name: string, more: object = {}): Promise<{ consumer: Consumer; key: ConsumerKey }> {
  const key = createConsumerKey()
  const input = { name, publicKey: key.publicPem, ...more }
  const { consumer } = await perform(askSupport, 'createConsumer', input, `consumer { ${whole} }`)
  return { consumer: consumer as Consumer, key }
}

async function readConsumer(id: string): Promise<Consumer> {
  const { body } = await askSupport(`query ($id: ID!) { consumer(id: $id) { ${whole} } }`, { id })
  return body.data?.consumer as Consumer
}

async function switchConsumer(to: 'activate' | 'deactivate', id: string): Promise<object> {
  const input = { id, clientMutationId: to }
  const selection = 'clientMutationId consumer { active }'
  const { clientMutationId, consumer } = await perform(askSupport, `${to}Consumer`, input, selection)
  return { clientMutationId, active: consumer.active }
}

/** What the gateway says to a token at the north: `admitted`, or the reason it gives, or null when it gives none. */
async function judge(key: ConsumerKey, issuer: string, more: { aud?: string; kid?: string } = {}) {
  const { aud, kid } = more
  const { status, body } = await stack.ask(`${stack.url}/graphql`, {
    query: '{ __typename }',
    host: stack.north.host,
    token: signToken({
      privateKey: key.privateKey,
      issuer,
      ...(aud && { claims: { aud } }),
      ...(kid && { header: { kid } }),
    }),
  })
  if (status === 200) return 'admitted'
  assert.equal(status, 401)
  return (body.errors?.[0]?.extensions.reason as string | undefined) ?? null
}

test('a consumer is registered with all that was given, and the gateway judges its tokens by that', async () => {
  const key = createConsumerKey()
  const sent = { name: 'Lab feed', active: false, issuer: 'https://lab.example', audience: 'commonchart' }
  const { consumer, clientMutationId } = await perform(
    askSupport,
    'createConsumer',
    { ...sent, publicKey: key.publicPem, kid: 'lab-1', clientMutationId: 'lab' },
    `clientMutationId consumer { ${whole} }`,
  )
  assert.equal(clientMutationId, 'lab')
  const { id, createdAt, keys, ...rest } = consumer as Consumer
  assert.deepEqual(rest, { ...sent, version: 1, updatedAt: createdAt })
  assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000)
  assert.deepEqual(keys, [
    {
      ...{ id: keys[0]?.id, kid: 'lab-1', thumbprint: key.thumbprint, publicKey: key.publicPem },
      ...{ createdAt, retired: false, retiredAt: null },
    },
  ])
  assert.deepEqual(await readConsumer(id), consumer)
  const right = { aud: 'commonchart', kid: 'lab-1' }
  assert.equal(await judge(key, sent.issuer, right), null)
  assert.deepEqual(await switchConsumer('activate', id), { clientMutationId: 'activate', active: true })
  await until(async () => (await judge(key, sent.issuer, right)) === 'admitted', 'the consumer is let in')
  assert.equal(await judge(key, sent.issuer, { ...right, aud: 'elsewhere' }), 'AUDIENCE')
  assert.equal(await judge(key, sent.issuer, { ...right, kid: 'lab-2' }), null)
  assert.equal(await judge(key, sent.name, right), null, 'the name is no issuer')
  assert.deepEqual(await switchConsumer('deactivate', id), { clientMutationId: 'deactivate', active: false })
  await until(async () => (await judge(key, sent.issuer, right)) === null, 'the consumer is kept out')
})

test('what is changed of a consumer changes alone, and the gateway follows', async () => {
  const { consumer, key } = await register('Billing')
  await until(async () => (await judge(key, 'Billing')) === 'admitted', 'the consumer is let in')
  let expected = consumer
  for (const change of [{ name: 'Invoices' }, { audience: 'us' }, { issuer: 'https://invoices.example' }]) {
    const { consumer: changed, clientMutationId } = await perform(
      askSupport,
      'updateConsumer',
      { id: consumer.id, clientMutationId: 'change', ...change },
      `clientMutationId consumer { ${whole} }`,
    )
    assert.equal(clientMutationId, 'change')
    const { updatedAt } = changed as Consumer
    assert.ok(Date.parse(updatedAt) > Date.parse(expected.updatedAt))
    expected = { ...expected, ...change, version: expected.version + 1, updatedAt }
    assert.deepEqual(changed, expected)
  }
  const { issuer } = expected
  await until(async () => (await judge(key, issuer, { aud: 'us' })) === 'admitted', 'the new issuer is known')
  assert.equal(await judge(key, 'Billing', { aud: 'us' }), null)
  assert.equal(await judge(key, issuer), 'AUDIENCE')
  const input = { id: consumer.id, audience: null }
  await perform(askSupport, 'updateConsumer', input, 'consumer { audience }')
  await until(async () => (await judge(key, issuer)) === 'admitted', 'the audience is no longer looked at')
})

test('a key is changed without an outage, and the old one stays on the record', async () => {
  const { consumer, key: old } = await register('Portal', { kid: 'portal-1' })
  const next = createConsumerKey()
  const payload = `clientMutationId consumer { ${whole} } key { id kid thumbprint publicKey createdAt retired retiredAt }`
  const added = await perform(
    askSupport,
    'addConsumerKey',
    { id: consumer.id, publicKey: next.publicPem, kid: 'portal-2', clientMutationId: 'add' },
    payload,
  )
  const { createdAt, ...stored } = added.key as Consumer['keys'][number]
  assert.deepEqual(stored, {
    ...{ id: stored.id, kid: 'portal-2', thumbprint: next.thumbprint, publicKey: next.publicPem },
    ...{ retired: false, retiredAt: null },
  })
  assert.equal(createdAt, added.consumer.updatedAt)
  assert.deepEqual(added.consumer.keys, [...consumer.keys, added.key])
  assert.equal(added.clientMutationId, 'add')
  await until(
    async () => (await judge(next, 'Portal', { kid: 'portal-2' })) === 'admitted',
    'the new key is known',
  )
  assert.equal(await judge(old, 'Portal', { kid: 'portal-1' }), 'admitted')
  const input = { id: consumer.id, keyId: consumer.keys[0]?.id, clientMutationId: 'retire' }
  const retired = await perform(askSupport, 'retireConsumerKey', input, payload)
  assert.equal(retired.clientMutationId, 'retire')
  const { updatedAt } = retired.consumer as Consumer
  assert.deepEqual(retired.key, { ...consumer.keys[0], retired: true, retiredAt: updatedAt })
  await until(
    async () => (await judge(old, 'Portal', { kid: 'portal-1' })) === null,
    'the old key is refused',
  )
  assert.equal(await judge(next, 'Portal', { kid: 'portal-2' }), 'admitted')
  const keysOf = async (args: string): Promise<unknown> =>
    (await askSupport(`{ consumer(id: "${consumer.id}") { keys${args} { kid } } }`)).body.data?.consumer.keys
  assert.deepEqual(await keysOf(''), [{ kid: 'portal-1' }, { kid: 'portal-2' }])
  assert.deepEqual(await keysOf('(includeRetired: false)'), [{ kid: 'portal-2' }])
})

test('no change of a consumer is made on a version that has passed', async () => {
  const { consumer } = await register('Guarded')
  const { id } = consumer
  const changes: [string, object][] = [
    ['updateConsumer', { name: 'Renamed' }],
    ['deactivateConsumer', {}],
    ['activateConsumer', {}],
    ['addConsumerKey', { publicKey: createConsumerKey().publicPem }],
    ['retireConsumerKey', { keyId: consumer.keys[0]?.id }],
  ]
  for (const [mutation, input] of changes)
    await assertGuardsVersion(
      (expectedVersion) =>
        attempt(askSupport, mutation, { id, ...input, expectedVersion }, 'consumer { id version }'),
      () => readConsumer(id),
    )
})

test('consumers are listed by name whatever its case, all or by whether they are active, in pages', async () => {
  await register('zebra', { active: false })
  await register('Aardvark')
  await register('beaver', { active: false })
  const ids = await assertPages(askSupport, 'consumers')
  const list = async (args = ''): Promise<Consumer[]> => {
    const { body } = await askSupport(`{ consumers${args} { nodes { id name active } } }`)
    return body.data?.consumers.nodes as Consumer[]
  }
  const all = await list()
  assert.deepEqual(
    all.map(({ id }) => id),
    ids,
  )
  for (const { id, name, active } of all) {
    const { body } = await askSupport('query ($id: ID!) { consumer(id: $id) { id name active } }', { id })
    assert.deepEqual(body.data?.consumer, { id, name, active })
  }
  const names = all.map(({ name }) => name.toLowerCase())
  assert.deepEqual(names, names.toSorted())
  for (const active of [true, false])
    assert.deepEqual(
      await list(`(active: ${active})`),
      all.filter((consumer) => consumer.active === active),
    )
  assert.ok(all.some(({ active }) => active) && all.some(({ active }) => !active))
})
