import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { withDomain } from '@commonchart/database'
import { createIdentity, createOperatorIdentity, createSupportIdentity } from '@commonchart/testing'
import { openTestSubgraph, type TestSubgraph } from '../test-subgraph.ts'
import { createEventDomain, startTestReceiver, type EventDomain, type TestReceiver } from './test-events.ts'

let subgraph: TestSubgraph
let north: EventDomain
let receiver: TestReceiver
before(async () => {
  subgraph = await openTestSubgraph()
  north = await createEventDomain(subgraph, 'north')
  receiver = await startTestReceiver()
})
after(async () => {
  receiver?.close()
  await subgraph?.close()
})

const shown = `id name url topics state stateReason version waiting lastSequence lastDeliveredAt consumer { id }
  secrets { id lastFour createdAt } createdAt updatedAt`

async function show(
  id: string,
): Promise<Record<string, unknown> & { secrets: { id: string; lastFour: string }[] }> {
  const identity = createSupportIdentity({ domainId: north.domainId })
  const { data, errors } = await subgraph.ask(identity, `{ eventSubscription(id: "${id}") { ${shown} } }`)
  assert.equal(errors, undefined)
  return data.eventSubscription
}

async function codeOf(mutation: string, input: object): Promise<string> {
  const { errors } = await north.run(mutation, input)
  return errors ? String(errors[0]?.extensions.code) : 'accepted'
}

test('a subscription is made, changed, paused, resumed and ended, and each is on the record', async () => {
  const { id, secret } = await north.subscribe({
    url: receiver.url,
    topics: ['patient.merged', 'appointment.created'],
  })
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
  const made = await show(id)
  assert.deepEqual(made.topics, ['appointment.created', 'patient.merged'])
  assert.deepEqual(
    [made.state, made.version, made.waiting, made.consumer],
    ['ACTIVE', 1, 0, { id: north.consumerId }],
  )
  const [shownSecret] = made.secrets
  assert.equal(shownSecret?.lastFour, secret.slice(-4))
  assert.equal(await codeOf('updateEventSubscription', { id, name: 'Diary', expectedVersion: 1 }), 'accepted')
  assert.equal(await codeOf('updateEventSubscription', { id, name: 'Late', expectedVersion: 1 }), 'CONFLICT')
  assert.equal((await show(id)).name, 'Diary')
  for (const [mutation, state] of [
    ['pauseEventSubscription', 'PAUSED'],
    ['resumeEventSubscription', 'ACTIVE'],
    ['deactivateEventSubscription', 'DEACTIVATED'],
  ] as const) {
    const { data } = await north.run(mutation, { id })
    assert.equal(data[mutation].subscription.state, state)
  }
  assert.deepEqual((await show(id)).secrets, [])
  assert.equal(await codeOf('resumeEventSubscription', { id }), 'EVENT_SUBSCRIPTION_DEACTIVATED')
  const actions = await withDomain(subgraph.db, north.domainId, (trx) =>
    trx
      .selectFrom('auditLeaf')
      .select('action')
      .where('domainId', '=', north.domainId)
      .where('recordType', '=', 'EventSubscription')
      .orderBy('recordVersion')
      .execute(),
  )
  assert.deepEqual(
    actions.map(({ action }) => action.split('.')[1]),
    ['created', 'updated', 'paused', 'resumed', 'deactivated'],
  )
})

test('topics of CHR without data here are refused by name, and unknown ones as unknown', async () => {
  const input = { consumerId: north.consumerId, name: 'Tasks', url: receiver.url }
  for (const [topics, code, named] of [
    [['appointment.created', 'task.created', 'encounter.signed'], 'EVENT_TOPIC_NOT_HELD', 2],
    [['appointment.exploded', 'task.created'], 'EVENT_TOPIC_UNKNOWN', 1],
    [[], 'BAD_USER_INPUT', 0],
  ] as const) {
    const { errors } = await north.run('createEventSubscription', { ...input, topics })
    assert.equal(errors?.[0]?.extensions.code, code)
    assert.equal((errors?.[0]?.extensions.topics as string[] | undefined)?.length ?? 0, named)
  }
})

test('two secrets sign at once, so that they rotate, and the last one stays', async () => {
  const { id, secret } = await north.subscribe({ url: receiver.url })
  const { data } = await north.run('addEventSubscriptionSecret { secret }', { id })
  assert.equal(await codeOf('addEventSubscriptionSecret', { id }), 'EVENT_SECRETS_FULL')
  const tested = await north.run(
    'sendTestEvent { delivery { status eventId isTest attempts { status error } } }',
    { id },
  )
  const { delivery } = tested.data.sendTestEvent
  assert.deepEqual(
    [delivery.status, delivery.isTest, delivery.attempts],
    ['DELIVERED', true, [{ status: 204, error: null }]],
  )
  const { headers, body } = receiver.posted.at(-1) ?? assert.fail('nothing came')
  assert.equal(headers['webhook-id'], delivery.eventId)
  const expected = [secret, data.addEventSubscriptionSecret.secret as string].map((each) => {
    const key = Buffer.from(each.slice('whsec_'.length), 'base64')
    const signed = `${delivery.eventId}.${String(headers['webhook-timestamp'])}.${body}`
    return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
  })
  assert.equal(headers['webhook-signature'], expected.join(' '))
  assert.deepEqual(JSON.parse(body).topic, 'subscription.test')
  const [first, second] = (await show(id)).secrets
  assert.equal(await codeOf('removeEventSubscriptionSecret', { id, secretId: first?.id }), 'accepted')
  assert.equal(
    await codeOf('removeEventSubscriptionSecret', { id, secretId: second?.id }),
    'EVENT_SECRET_LAST',
  )
  assert.equal(await codeOf('removeEventSubscriptionSecret', { id, secretId: '999999' }), 'NOT_FOUND')
})

test('a secret is shown once: neither a repeat nor a look at the subscription tells it, and the database has it sealed', async () => {
  const domainId = north.domainId
  const mark = { key: 'once', fingerprint: 'f', path: 'createEventSubscription' }
  const identity = createSupportIdentity({ domainId, mutations: [mark] })
  const input = { consumerId: north.consumerId, name: 'Once', url: receiver.url, topics: ['patient.merged'] }
  const mutation = `mutation ($input: CreateEventSubscriptionInput!) {
    createEventSubscription(input: $input) { secret subscription { id } } }`
  const { data: first } = await subgraph.ask(identity, mutation, { input })
  const { data: second, extensions } = await subgraph.ask(identity, mutation, { input })
  assert.equal(extensions?.idempotency, 'REPLAYED')
  assert.equal(second.createEventSubscription.subscription.id, first.createEventSubscription.subscription.id)
  assert.equal(second.createEventSubscription.secret, null)
  const secret = Buffer.from(first.createEventSubscription.secret.slice(6), 'base64')
  const rows = await withDomain(subgraph.db, domainId, (trx) =>
    trx.selectFrom('eventSecret').selectAll().where('domainId', '=', domainId).execute(),
  )
  assert.ok(rows.length > 0)
  for (const { sealed } of rows) assert.equal(sealed.indexOf(secret), -1)
})

test('only the support account and operators change subscriptions, auditors read them, and programs see none', async () => {
  const { id } = await north.subscribe({ url: receiver.url })
  const { domainId } = north
  const read = `{ eventSubscription(id: "${id}") { id } eventSubscriptions { id } eventDeliveries(subscriptionId: "${id}") { nodes { id } } }`
  const writes = [
    `createEventSubscription(input: { consumerId: "${north.consumerId}", name: "N", url: "${receiver.url}", topics: ["patient.merged"] }) { secret }`,
    ...['update', 'pause', 'resume', 'deactivate'].map(
      (verb) => `${verb}EventSubscription(input: { id: "${id}" }) { subscription { id } }`,
    ),
    `addEventSubscriptionSecret(input: { id: "${id}" }) { secret }`,
    `removeEventSubscriptionSecret(input: { id: "${id}", secretId: "1" }) { subscription { id } }`,
    `sendTestEvent(input: { id: "${id}" }) { delivery { id } }`,
    `resendEvents(input: { id: "${id}", sinceSequence: "0" }) { queued }`,
  ].map((field) => `mutation { ${field} }`)
  for (const caller of [
    createIdentity({ domainId, role: 'support' }),
    createSupportIdentity({ domainId, role: 'auditor' }),
  ])
    for (const write of writes) assert.equal(await subgraph.codeOf(caller, write), 'FORBIDDEN', write)
  assert.equal(await subgraph.codeOf(createSupportIdentity({ domainId, role: 'auditor' }), read), 'accepted')
  assert.equal(await subgraph.codeOf(createIdentity({ domainId }), read), 'FORBIDDEN')
  assert.equal(await subgraph.codeOf(createOperatorIdentity(), read), 'BAD_USER_INPUT')
  const named = `{ eventSubscriptions(domain: "north", consumerId: "${north.consumerId}") { id } }`
  assert.equal(await subgraph.codeOf(createOperatorIdentity(), named), 'accepted')
})

test('another domain sees and changes none of them', async () => {
  const { id } = await north.subscribe({ url: receiver.url })
  const south = await createEventDomain(subgraph, 'south')
  const support = createSupportIdentity({ domainId: south.domainId })
  const { data } = await subgraph.ask(
    support,
    `{ eventSubscription(id: "${id}") { id } eventSubscriptions { id } eventDeliveries(subscriptionId: "${id}") { nodes { id } } }`,
  )
  assert.deepEqual(data, { eventSubscription: null, eventSubscriptions: [], eventDeliveries: { nodes: [] } })
  const { errors } = await south.run('pauseEventSubscription', { id })
  assert.equal(errors?.[0]?.extensions.code, 'NOT_FOUND')
})
