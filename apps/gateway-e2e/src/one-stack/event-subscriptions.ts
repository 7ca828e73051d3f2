import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startEventReceiver, type EventReceiver } from '../event-receiver.ts'
import { assertGuardsVersion, attempt, codeOf, perform, type AskGraph, type Payload } from '../mutations.ts'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'
import { until } from '../until.ts'

let stack: Stack
const receivers: EventReceiver[] = []
before(async () => {
  stack = await openStack()
})
after(async () => {
  await Promise.all(receivers.map((receiver) => receiver.close()))
  await stack?.stop()
})

const askSupport: AskGraph = (query, variables) => stack.north.askSettings(query, variables)
const askOperator: AskGraph = (query, variables) => stack.askOperator(query, variables)

const whole = `id name url topics state stateReason version waiting lastSequence lastDeliveredAt consumer { id name }
  secrets { id lastFour createdAt } createdAt updatedAt`
const delivery = `id eventId sequence topic patientId recordId status nextAttemptAt createdAt deliveredAt isResend isTest
  attempts { at durationMs status error }`
const topics = ['patient_demographics.created', 'patient_demographics.updated']

async function receive(answer?: (nth: number) => number | null): Promise<EventReceiver> {
  const receiver = await startEventReceiver(answer)
  receivers.push(receiver)
  return receiver
}

async function subscribe(receiver: EventReceiver, more: object = {}): Promise<Payload> {
  const input = { consumerId: stack.north.consumerId, name: 'Calendar', url: receiver.url, topics, ...more }
  const made = await perform(
    askSupport,
    'createEventSubscription',
    { clientMutationId: 'made', ...input },
    `clientMutationId secret subscription { ${whole} }`,
  )
  receiver.secrets.push(made.secret as string)
  return made
}

async function read(id: string): Promise<Payload & { version: number }> {
  const { body, text } = await askSupport(`{ eventSubscription(id: "${id}") { ${whole} } }`)
  assert.ok(body.data?.eventSubscription, text)
  return body.data.eventSubscription as Payload & { version: number }
}

async function listDeliveries(id: string, filter = ''): Promise<Payload> {
  const { body, text } = await askSupport(
    `{ eventDeliveries(subscriptionId: "${id}"${filter}) { nodes { ${delivery} } edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
  )
  assert.ok(body.data?.eventDeliveries, text)
  return body.data.eventDeliveries as Payload
}

const idsOf = (page: Payload): string[] => (page.nodes as { id: string }[]).map(({ id }) => id)
const reaches = (id: string, state: string) =>
  until(async () => (await read(id)).state === state, `the subscription is ${state}`)

test('a program is told of what people and programs change, and the log pages and filters', async () => {
  const receiver = await receive()
  const { clientMutationId, subscription } = await subscribe(receiver)
  assert.equal(clientMutationId, 'made')
  const { id } = subscription as { id: string }
  const before = new Date().toISOString()
  const patients = [await createPatient(stack.north), await createPatient(stack.north)]
  const patient = patients[0] ?? assert.fail()
  await perform(
    (query, variables) => stack.north.ask(query, variables),
    'updatePatient',
    { id: patient.id, middleName: 'Ann' },
    'clientMutationId',
  )
  await until(() => Promise.resolve(receiver.acknowledged.length === 3), 'three events came')
  assert.equal(receiver.forged, 0)
  const updated = receiver.acknowledged.find(({ topic }) => topic === 'patient_demographics.updated')
  assert.deepEqual([updated?.patientId, updated?.changedFields], [patient.id, ['middleName']])
  await until(async () => idsOf(await listDeliveries(id)).length === 3, 'the log has them')
  const shown = await read(id)
  assert.ok(shown.lastDeliveredAt)
  assert.ok(Number(shown.lastSequence) >= Number(updated?.sequence))
  const all = idsOf(await listDeliveries(id))
  const first = await listDeliveries(id, ', first: 1')
  assert.deepEqual(idsOf(first), all.slice(0, 1))
  const { endCursor } = first.pageInfo as { endCursor: string }
  assert.deepEqual(idsOf(await listDeliveries(id, `, after: "${endCursor}"`)), all.slice(1))
  assert.deepEqual(idsOf(await listDeliveries(id, ', last: 1')), all.slice(2))
  const last = await listDeliveries(id, ', last: 1')
  const { startCursor } = last.pageInfo as { startCursor: string }
  assert.deepEqual(idsOf(await listDeliveries(id, `, before: "${startCursor}"`)), all.slice(0, 2))
  for (const [filter, count] of [
    [', topic: "patient_demographics.updated"', 1],
    [`, patientId: "${patient.id}"`, 2],
    [', status: DELIVERED', 3],
    [', status: FAILED', 0],
    [`, from: "${before}"`, 3],
    [`, from: "2999-01-01T00:00:00Z"`, 0],
    [`, to: "${before}"`, 0],
  ] as const)
    assert.equal(idsOf(await listDeliveries(id, filter)).length, count, filter)
})

test('the changes of a program read on from the sequence of an event', async () => {
  const receiver = await receive()
  await subscribe(receiver)
  await createPatient(stack.north)
  await createPatient(stack.north)
  await until(() => Promise.resolve(receiver.acknowledged.length === 2), 'both came')
  const [one, other] = receiver.acknowledged
  const list = async (args: string) => {
    const { body, text } = await stack.north.ask(`{ changes(${args}) { nodes { eventId sequence } } }`)
    assert.equal(body.errors, undefined, text)
    return (body.data?.changes as { nodes: { eventId: string; sequence: string }[] }).nodes
  }
  const after = await list(`first: 1, types: ["Patient"], afterSequence: "${one?.sequence}"`)
  assert.deepEqual(after, [{ eventId: other?.eventId, sequence: String(other?.sequence) }])
  const all = await list('first: 1, types: ["Patient"]')
  assert.notDeepEqual(all, after)
  const ahead = await stack.north.ask('{ changes(afterSequence: "999999999") { nodes { id } } }')
  assert.equal(codeOf(ahead), 'INVALID_CURSOR')
})

test('a subscription is changed as it was seen, paused, resumed and ended', async () => {
  const receiver = await receive()
  const { subscription, secret } = await subscribe(receiver, { active: false })
  const { id, state } = subscription as { id: string; state: string }
  assert.equal(state, 'PAUSED')
  await createPatient(stack.north)
  await until(async () => (await read(id)).waiting === 1, 'one waits')
  const change = (mutation: string, input: object = {}, selection = `subscription { ${whole} }`) =>
    perform(
      askSupport,
      mutation,
      { id, clientMutationId: mutation, ...input },
      `clientMutationId ${selection}`,
    )
  const url = `${receiver.url}/elsewhere`
  const renamed = { name: 'Diary', url, topics: ['patient.merged', ...topics] }
  const updated = await change('updateEventSubscription', renamed)
  assert.deepEqual(updated.clientMutationId, 'updateEventSubscription')
  const { name, url: shown, topics: sorted } = updated.subscription as Record<string, unknown>
  assert.deepEqual([name, shown, sorted], ['Diary', url, renamed.topics])
  const guards = (mutation: string, more: object = {}) =>
    assertGuardsVersion(
      (expectedVersion) =>
        attempt(askSupport, mutation, { id, expectedVersion, ...more }, 'subscription { version }'),
      () => read(id),
    )
  await guards('updateEventSubscription', { name: 'Again' })
  await guards('resumeEventSubscription')
  await until(() => Promise.resolve(receiver.acknowledged.length === 1), 'what waited came')
  await guards('pauseEventSubscription')
  await guards('addEventSubscriptionSecret')
  const [, second] = (await read(id)).secrets as { id: string; lastFour: string }[]
  await guards('removeEventSubscriptionSecret', { secretId: second?.id })
  const added = await change('addEventSubscriptionSecret', {}, `secret subscription { ${whole} }`)
  const secrets = (added.subscription as { secrets: { id: string; lastFour: string }[] }).secrets
  assert.equal(secrets[1]?.lastFour, String(added.secret).slice(-4))
  const selection = `clientMutationId subscription { ${whole} }`
  const wrong = { id, clientMutationId: 'removeEventSubscriptionSecret', secretId: '999999' }
  assert.equal(
    codeOf(await attempt(askSupport, 'removeEventSubscriptionSecret', wrong, selection)),
    'NOT_FOUND',
  )
  const removed = await change('removeEventSubscriptionSecret', { secretId: secrets[0]?.id })
  assert.deepEqual(removed.clientMutationId, 'removeEventSubscriptionSecret')
  await change('resumeEventSubscription')
  await change('pauseEventSubscription')
  await guards('deactivateEventSubscription')
  const listed = async (args: string) => {
    const { body, text } = await askSupport(`{ eventSubscriptions${args} { id state } }`)
    assert.equal(body.errors, undefined, text)
    return (body.data?.eventSubscriptions as { id: string }[]).map((each) => each.id)
  }
  assert.equal((await listed('')).includes(id), false)
  assert.equal((await listed('(includeDeactivated: true)')).includes(id), true)
  assert.deepEqual(await listed(`(includeDeactivated: true, consumerId: "${stack.south.consumerId}999")`), [])
  assert.equal(typeof secret, 'string')
})

test('a subscription begins as it is asked for, and once it is ended it stays so', async () => {
  const { url } = await receive()
  const input = { consumerId: stack.north.consumerId, name: 'Begun', url, topics }
  for (const [active, state] of [
    [true, 'ACTIVE'],
    [false, 'PAUSED'],
    [true, 'ACTIVE'],
  ] as const) {
    const { subscription } = await perform(
      askSupport,
      'createEventSubscription',
      { ...input, active },
      'subscription { state }',
    )
    assert.deepEqual(subscription, { state })
  }
  const { body } = await askSupport('{ eventSubscriptions { id name } }')
  const begun = (body.data?.eventSubscriptions as { id: string; name: string }[]).filter(
    ({ name }) => name === 'Begun',
  )
  assert.equal(begun.length, 3)
  for (const { id } of begun) {
    const ended = { id, clientMutationId: 'ended' }
    const payload = await perform(
      askSupport,
      'deactivateEventSubscription',
      ended,
      'clientMutationId subscription { id state }',
    )
    assert.deepEqual(payload, { clientMutationId: 'ended', subscription: { id, state: 'DEACTIVATED' } })
  }
  const [first] = begun
  assert.equal(
    codeOf(await attempt(askSupport, 'resumeEventSubscription', { id: first?.id }, 'subscription { id }')),
    'EVENT_SUBSCRIPTION_DEACTIVATED',
  )
})

test('what fails is shown with its attempts, and a receiver that is gone is suspended', async () => {
  let status: number | null = 500
  const receiver = await receive(() => status)
  const { subscription } = await subscribe(receiver)
  const { id } = subscription as { id: string }
  const { id: patientId } = await createPatient(stack.north)
  await reaches(id, 'FAILING')
  assert.match(String((await read(id)).stateReason), /HTTP_STATUS/)
  await perform(
    (query, variables) => stack.north.ask(query, variables),
    'updatePatient',
    { id: patientId, middleName: 'Ann' },
    'clientMutationId',
  )
  await until(
    async () => idsOf(await listDeliveries(id, ', status: WAITING')).length === 1,
    'one is held back',
  )
  const [retrying] = (await listDeliveries(id, ', status: RETRYING')).nodes as Record<string, unknown>[]
  assert.ok(retrying?.nextAttemptAt)
  const tried = await perform(
    askSupport,
    'sendTestEvent',
    { id, clientMutationId: 'test' },
    `clientMutationId delivery { ${delivery} }`,
  )
  assert.equal(tried.clientMutationId, 'test')
  const { status: came, isTest, attempts } = tried.delivery as Record<string, unknown>
  assert.deepEqual([came, isTest, (attempts as object[]).length], ['FAILED', true, 1])
  status = 410
  await perform(askSupport, 'resumeEventSubscription', { id }, 'subscription { state }')
  await reaches(id, 'SUSPENDED')
  status = 204
  await perform(askSupport, 'resumeEventSubscription', { id }, 'subscription { state }')
  await until(() => Promise.resolve(receiver.acknowledged.length === 2), 'both came in the end')
})

test('events are sent again: one, a range, and all from a place on', async () => {
  const receiver = await receive()
  const { subscription } = await subscribe(receiver)
  const { id } = subscription as { id: string }
  await createPatient(stack.north)
  await createPatient(stack.north)
  await until(async () => idsOf(await listDeliveries(id, ', status: DELIVERED')).length === 2, 'both came')
  const [one, other] = receiver.acknowledged
  const resend = async (which: object): Promise<unknown> => {
    const input = { id, clientMutationId: 'again', ...which }
    const { queued, clientMutationId } = await perform(
      askSupport,
      'resendEvents',
      input,
      'clientMutationId queued',
    )
    assert.equal(clientMutationId, 'again')
    return queued
  }
  const [from, to] = [String(one?.sequence), String(other?.sequence)]
  assert.equal(await resend({ eventId: one?.eventId }), 1)
  assert.equal(await resend({ fromSequence: from, toSequence: to }), 2)
  assert.equal(await resend({ fromSequence: from, toSequence: from }), 1)
  assert.equal(await resend({ fromSequence: to, toSequence: to }), 1)
  await until(async () => (await read(id)).waiting === 0, 'nothing waits')
  assert.equal(await resend({ sinceSequence: to }), 1)
  await until(async () => (await read(id)).waiting === 0, 'nothing waits')
  const [range, since] = [{ fromSequence: from, toSequence: to }, { sinceSequence: from }]
  for (const [right, wrong, code] of [
    [{ id, ...range }, { id, ...range, fromSequence: 'x' }, 'BAD_USER_INPUT'],
    [{ id, ...range }, { id, ...range, toSequence: 'x' }, 'BAD_USER_INPUT'],
    [{ id, ...since }, { id, sinceSequence: 'x' }, 'BAD_USER_INPUT'],
    [{ id, ...since }, { id: '999999', ...since }, 'NOT_FOUND'],
  ] as const) {
    assert.equal(codeOf(await attempt(askSupport, 'resendEvents', wrong, 'queued')), code)
    await perform(askSupport, 'resendEvents', right, 'queued')
  }
  assert.equal(codeOf(await attempt(askSupport, 'resendEvents', { id }, 'queued')), 'BAD_USER_INPUT')
  await until(async () => (await read(id)).waiting === 0, 'nothing waits')
  const { nodes } = await listDeliveries(id)
  assert.ok((nodes as { isResend: boolean }[]).filter(({ isResend }) => isResend).length >= 6)
})

test('an operator does all of it in the domain that it names, and must name one', async () => {
  const receiver = await receive()
  const { consumerId, name: domain } = stack.north
  const inDomain = async (mutation: string, input: object, selection: string): Promise<Payload> => {
    const unnamed = await attempt(askOperator, mutation, input, selection)
    assert.equal(codeOf(unnamed), 'BAD_USER_INPUT')
    return perform(askOperator, mutation, { ...input, domain }, selection)
  }
  const input = { consumerId, name: 'By operator', url: receiver.url, topics }
  const { subscription } = await inDomain('createEventSubscription', input, 'secret subscription { id }')
  const { id } = subscription as { id: string }
  const shown = 'subscription { state secrets { id } }'
  await inDomain('updateEventSubscription', { id, name: 'Other' }, shown)
  await inDomain('pauseEventSubscription', { id }, shown)
  await inDomain('resumeEventSubscription', { id }, shown)
  const added = await inDomain('addEventSubscriptionSecret', { id }, shown)
  const secretId = (added.subscription as { secrets: { id: string }[] }).secrets[0]?.id
  await inDomain('removeEventSubscriptionSecret', { id, secretId }, shown)
  const elsewhere = { id: '999999', domain }
  assert.equal(
    codeOf(await attempt(askOperator, 'sendTestEvent', elsewhere, 'delivery { status }')),
    'NOT_FOUND',
  )
  const tried = await inDomain('sendTestEvent', { id }, 'delivery { status }')
  assert.deepEqual(tried.delivery, { status: 'DELIVERED' })
  await inDomain('resendEvents', { id, sinceSequence: '0' }, 'queued')
  await until(async () => idsOf(await listDeliveries(id)).length > 0, 'the log has something')
  for (const field of ['eventSubscriptions', 'eventSubscription', 'eventDeliveries']) {
    const selection = field === 'eventDeliveries' ? '{ nodes { id } }' : '{ id }'
    const key = {
      eventSubscriptions: '',
      eventSubscription: `id: "${id}"`,
      eventDeliveries: `subscriptionId: "${id}"`,
    }[field]
    const unnamed = key === '' ? '' : `(${key})`
    assert.equal(codeOf(await askOperator(`{ ${field}${unnamed} ${selection} }`)), 'BAD_USER_INPUT')
    const named = await askOperator(`{ ${field}(${key} domain: "${domain}") ${selection} }`)
    assert.equal(codeOf(named), 'accepted', named.text)
    const other = await askOperator(`{ ${field}(${key} domain: "${stack.south.name}") ${selection} }`)
    assert.notDeepEqual(other.body.data, named.body.data)
    const unknown = key?.replace(id, '999999') ?? ''
    const none = await askOperator(`{ ${field}(${unknown} domain: "${domain}") ${selection} }`)
    if (key !== '') assert.notDeepEqual(none.body.data, named.body.data)
  }
  await inDomain('deactivateEventSubscription', { id }, shown)
})

test('the record of a request keeps no secret, though its answer showed one', async () => {
  const receiver = await receive()
  const { secret } = await subscribe(receiver)
  const { body } = await askSupport(
    '{ accessLog(operationKind: MUTATION, first: 1) { nodes { id rootFields } } }',
  )
  const [request] = (body.data?.accessLog as { nodes: { id: string; rootFields: string[] }[] }).nodes
  assert.deepEqual(request?.rootFields, ['createEventSubscription'])
  const opened = await askSupport(`{ accessRecord(id: "${request?.id}") { response responseBody } }`)
  assert.equal(codeOf(opened), 'accepted', opened.text)
  assert.equal(opened.text.includes(String(secret)), false)
  assert.match(opened.text, /whsec_…/)
})
