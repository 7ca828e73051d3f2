import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { withDomain } from '@commonchart/database'
import { createSupportIdentity } from '@commonchart/testing'
import { pino } from 'pino'
import { openMasterKeys } from '../access/master-keys.ts'
import { insertLeaves, type NewLeaf } from '../audit/leaves.ts'
import { createLogSigner } from '../audit/log-key.ts'
import { sequenceLeaves } from '../audit/sequence-leaves.ts'
import { createChangeLeaf, createTestLogKey } from '../audit/test-log.ts'
import { openTestSubgraph, type TestSubgraph } from '../test-subgraph.ts'
import { createAddressPolicy } from './addresses.ts'
import { startEventPumps, type EventPumps } from './pumps.ts'
import { createRetryTimes } from './retries.ts'
import {
  createEventDomain,
  startTestReceiver,
  until,
  type EventDomain,
  type Posted,
  type TestReceiver,
} from './test-events.ts'

let subgraph: TestSubgraph
const key = createTestLogKey()
const opened: (TestReceiver | { close(): unknown })[] = []
const running: EventPumps[] = []
let domains = 0
before(async () => {
  subgraph = await openTestSubgraph()
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((pumps) => pumps.stop()))
  for (const each of opened.splice(0)) await each.close()
})
after(() => subgraph?.close())

function newDomain(): Promise<EventDomain> {
  domains += 1
  return createEventDomain(subgraph, `domain-${domains}`)
}

/** Five minutes are 15 ms, three days 13 s, unless told otherwise. */
function pump({ factor = 1 / 20_000, timeoutMs = 1000 } = {}): EventPumps {
  const pumps = startEventPumps({
    db: subgraph.db,
    masterKeys: openMasterKeys(subgraph.masterKeysFile),
    policy: createAddressPolicy('127.0.0.0/8'),
    times: createRetryTimes(factor),
    logger: pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }),
    ...{ pollMs: 10, timeoutMs },
  })
  running.push(pumps)
  return pumps
}

async function receive(answer?: (posted: Posted) => number | Promise<number>): Promise<TestReceiver> {
  const receiver = await startTestReceiver(answer)
  opened.push(receiver)
  return receiver
}

/** Has changes happen, with their places in the log. */
async function happen(domainId: number, leaves: NewLeaf[]): Promise<void> {
  await withDomain(subgraph.db, domainId, (trx) => insertLeaves(trx, domainId, leaves))
  const signer = createLogSigner(key, domainId)
  await sequenceLeaves(subgraph.db, domainId, { signer, witnessed: false, checkpointIntervalMs: 0 })
}

let changes = 0
/** A change of an appointment of a patient. */
function change(patientId: string, action = 'appointment.updated'): NewLeaf {
  changes += 1
  const occurredAt = new Date(Date.now() - 100_000 + changes)
  return createChangeLeaf('Appointment', String(changes), { patientId, action, occurredAt })
}

interface Told {
  topic: string
  eventId: string
  sequence: number
  patientId: string
  appointmentId?: string
}
const told = ({ posted }: TestReceiver): Told[] => posted.map(({ body }) => JSON.parse(body) as Told)
const topics = ['appointment.created', 'appointment.updated', 'patient.merged']

async function readFrenchReason(domain: EventDomain, id: string): Promise<unknown> {
  const { data } = await subgraph.ask(
    createSupportIdentity({ domainId: domain.domainId, language: 'fr' }),
    `{ eventSubscription(id: "${id}") { stateReason } }`,
  )
  return data.eventSubscription.stateReason
}

async function listLog(domain: EventDomain, id: string, filter = '') {
  const { data, errors } = await subgraph.ask(
    createSupportIdentity({ domainId: domain.domainId }),
    `{ eventDeliveries(subscriptionId: "${id}"${filter}) { nodes { eventId sequence topic status isResend patientId nextAttemptAt
      deliveredAt createdAt attempts { at durationMs status error } } }
      eventSubscription(id: "${id}") { state stateReason waiting lastSequence lastDeliveredAt } }`,
  )
  assert.equal(errors, undefined)
  return {
    nodes: data.eventDeliveries.nodes as Record<string, unknown>[],
    subscription: data.eventSubscription as Record<string, unknown>,
  }
}

test('what happens is delivered in the order of its places, as ids alone, signed and on the log', async () => {
  const domain = await newDomain()
  const receiver = await receive()
  const { id } = await domain.subscribe({ url: receiver.url, topics })
  const leaves = [
    change('7', 'appointment.created'),
    change('7'),
    change('7', 'appointment.canceled'),
    change('7'),
  ]
  await happen(domain.domainId, leaves)
  pump()
  await until(() => receiver.posted.length === 3, 'three events came')
  const events = told(receiver)
  assert.deepEqual(
    events.map(({ eventId }) => eventId),
    [leaves[0], leaves[1], leaves[3]].map((leaf) => leaf?.id),
  )
  assert.deepEqual(Object.keys(events[0] ?? {}).sort(), [
    ...['accountDomain', 'appointmentId', 'changedFields', 'eventId', 'occurredAt', 'patientId', 'sequence'],
    ...['subscriptionId', 'topic'],
  ])
  for (const { headers, body } of receiver.posted) {
    assert.equal(headers['webhook-id'], (JSON.parse(body) as Told).eventId)
    assert.match(String(headers['webhook-signature']), /^v1,[A-Za-z0-9+/]{43}=$/)
  }
  await until(async () => (await listLog(domain, id)).nodes.length === 3, 'the log has them')
  const { nodes, subscription } = await listLog(domain, id, ', status: DELIVERED, patientId: "7"')
  assert.deepEqual(
    nodes.map(({ sequence }) => Number(sequence)),
    events.map(({ sequence }) => sequence).reverse(),
  )
  assert.deepEqual([subscription.state, subscription.waiting], ['ACTIVE', 0])
  assert.ok(subscription.lastDeliveredAt)
})

test('one that fails holds back later ones of its patient and no others, and all arrive in order', async () => {
  const domain = await newDomain()
  let isBroken = true
  const receiver = await receive(({ body }) =>
    isBroken && (JSON.parse(body) as Told).patientId === '1' ? 500 : 204,
  )
  const { id } = await domain.subscribe({ url: receiver.url, topics })
  await happen(domain.domainId, [change('1'), change('1'), change('2'), change('1'), change('2')])
  pump()
  await until(
    async () => (await listLog(domain, id, ', status: DELIVERED')).nodes.length === 2,
    'the other patient’s were delivered',
  )
  const { subscription } = await listLog(domain, id)
  assert.equal(subscription.waiting, 3)
  await happen(domain.domainId, [change('1')])
  isBroken = false
  await until(async () => (await listLog(domain, id)).subscription.waiting === 0, 'nothing waits')
  const seen = told(receiver).filter(({ patientId }) => patientId === '1')
  const firsts = [...new Set(seen.map(({ sequence }) => sequence))]
  assert.equal(firsts.length, 4)
  assert.deepEqual(
    firsts,
    [...firsts].sort((one, other) => one - other),
  )
  const { nodes } = await listLog(domain, id)
  const first = nodes.find(({ sequence }) => Number(sequence) === firsts[0])
  const attempts = first?.attempts as { status: number; error: string | null }[]
  assert.deepEqual(attempts[0] && [attempts[0].status, attempts[0].error], [500, 'HTTP_STATUS'])
  assert.equal(attempts.at(-1)?.error, null)
})

test('however many are held back, what is new does not overtake them', async () => {
  const domain = await newDomain()
  let isBroken = true
  const receiver = await receive(() => (isBroken ? 500 : 204))
  const { id } = await domain.subscribe({ url: receiver.url, topics })
  const many = (count: number) => Array.from({ length: count }, () => change('1'))
  await happen(domain.domainId, many(120))
  pump()
  await until(async () => (await listLog(domain, id, ', status: WAITING')).nodes.length > 0, 'others wait')
  isBroken = false
  receiver.posted.length = 0
  for (let batch = 0; batch < 20; batch += 1) await happen(domain.domainId, many(10))
  await until(async () => (await listLog(domain, id)).subscription.waiting === 0, 'nothing waits')
  const places = [...new Set(told(receiver).map(({ sequence }) => sequence))]
  assert.equal(places.length, 320)
  assert.deepEqual(
    places,
    places.toSorted((one, other) => one - other),
  )
})

test('an event that is given up after three days lets later ones of its patient go, and is shown as failed', async () => {
  const domain = await newDomain()
  const receiver = await receive(({ body }) =>
    (JSON.parse(body) as Told).topic === 'appointment.created' ? 500 : 204,
  )
  const { id } = await domain.subscribe({ url: receiver.url, topics })
  await happen(domain.domainId, [change('1', 'appointment.created'), change('1'), change('2')])
  pump({ factor: 1e-7 })
  await until(async () => (await listLog(domain, id)).subscription.waiting === 0, 'nothing waits')
  const { nodes } = await listLog(domain, id)
  assert.deepEqual(
    nodes.map(({ status }) => status),
    ['DELIVERED', 'DELIVERED', 'FAILED'],
  )
})

test('a receiver that answers 410 is sent nothing more, until somebody resumes', async () => {
  const domain = await newDomain()
  let status = 410
  const receiver = await receive(() => status)
  const { id } = await domain.subscribe({ url: receiver.url, topics })
  await happen(domain.domainId, [change('1'), change('1')])
  pump()
  await until(async () => (await listLog(domain, id)).subscription.state === 'SUSPENDED', 'it is suspended')
  assert.equal(receiver.posted.length, 1)
  assert.match(String((await listLog(domain, id)).subscription.stateReason), /answered 410/)
  assert.match(String(await readFrenchReason(domain, id)), /a répondu 410/)
  status = 200
  const { errors } = await domain.run('resumeEventSubscription', { id })
  assert.equal(errors, undefined)
  await until(() => receiver.posted.length === 3, 'both came')
  assert.deepEqual((await listLog(domain, id)).subscription.stateReason, null)
})

test('a receiver that fails for three days is suspended, with the reason, on the record', async () => {
  const domain = await newDomain()
  const receiver = await receive(() => 503)
  const { id } = await domain.subscribe({ url: receiver.url, topics })
  await happen(domain.domainId, [change('1'), change('2')])
  pump({ factor: 1e-6 })
  await until(async () => (await listLog(domain, id)).subscription.state === 'SUSPENDED', 'it is suspended')
  assert.match(String((await listLog(domain, id)).subscription.stateReason), /three days.*HTTP_STATUS/)
  assert.match(String(await readFrenchReason(domain, id)), /trois jours.*HTTP_STATUS/)
  const leaf = await withDomain(subgraph.db, domain.domainId, (trx) =>
    trx
      .selectFrom('auditLeaf')
      .select(['actorKind', 'recordId'])
      .where('domainId', '=', domain.domainId)
      .where('action', '=', 'event_subscription.suspended')
      .execute(),
  )
  assert.deepEqual(leaf, [{ actorKind: 'service', recordId: id }])
})

test('a receiver that is down is sent a few to see whether it is back, and then everything in order', async () => {
  const domain = await newDomain()
  let isDown = true
  const receiver = await receive(() => (isDown ? 502 : 204))
  const { id } = await domain.subscribe({ url: receiver.url, topics })
  await happen(
    domain.domainId,
    Array.from({ length: 300 }, (_, at) => change(String(at % 60))),
  )
  pump({ factor: 1 / 600 })
  await until(async () => (await listLog(domain, id)).subscription.state === 'FAILING', 'it fails')
  assert.ok(receiver.posted.length < 30, `${receiver.posted.length} were sent to a receiver that is down`)
  const { subscription } = await listLog(domain, id)
  assert.equal(subscription.waiting, 300)
  assert.match(String(subscription.stateReason), /Nothing was acknowledged since.*HTTP_STATUS/)
  assert.match(String(await readFrenchReason(domain, id)), /Rien n’a été confirmé depuis.*HTTP_STATUS/)
  isDown = false
  receiver.posted.length = 0
  await until(async () => (await listLog(domain, id)).subscription.waiting === 0, 'nothing waits')
  const events = told(receiver)
  assert.equal(new Set(events.map(({ eventId }) => eventId)).size, 300)
  for (const [, own] of Map.groupBy(events, ({ patientId }) => patientId)) {
    const places = own.map(({ sequence }) => sequence)
    assert.deepEqual(
      places,
      [...places].sort((one, other) => one - other),
    )
  }
})

test('nothing is sent while a subscription is paused or its consumer inactive, and all of it afterwards', async () => {
  const domain = await newDomain()
  const receiver = await receive()
  const { id } = await domain.subscribe({ url: receiver.url, topics, active: false })
  const other = await receive()
  const second = await domain.subscribe({ url: other.url, topics })
  pump()
  await happen(domain.domainId, [change('1'), change('2')])
  await until(() => other.posted.length === 2, 'the other one has them')
  assert.equal(receiver.posted.length, 0)
  assert.equal((await listLog(domain, id)).subscription.waiting, 2)
  await domain.run('deactivateConsumer { consumer { id } }', { id: domain.consumerId })
  await domain.run('resumeEventSubscription', { id })
  await happen(domain.domainId, [change('3')])
  const third = await newDomain()
  const witness = await receive()
  await third.subscribe({ url: witness.url, topics })
  await happen(third.domainId, [change('1')])
  await until(() => witness.posted.length === 1, 'a look has passed')
  assert.equal(receiver.posted.length + other.posted.length, 2)
  await domain.run('activateConsumer { consumer { id } }', { id: domain.consumerId })
  await until(() => receiver.posted.length === 3 && other.posted.length === 3, 'all came')
  assert.equal((await listLog(domain, second.id)).subscription.state, 'ACTIVE')
})

test('a receiver that never answers slows no other', async () => {
  const domain = await newDomain()
  const stuck = await receive(() => new Promise<number>(() => undefined))
  const receiver = await receive()
  const { id } = await domain.subscribe({ url: stuck.url, topics })
  await domain.subscribe({ url: receiver.url, topics })
  pump({ timeoutMs: 500, factor: 1 })
  await happen(
    domain.domainId,
    Array.from({ length: 100 }, (_, at) => change(String(at))),
  )
  await until(() => receiver.posted.length === 100, 'the other one has all')
  assert.ok(stuck.posted.length <= 8)
  await until(async () => (await listLog(domain, id)).nodes.length > 0, 'the attempts are on the log')
  const { nodes } = await listLog(domain, id, ', status: RETRYING')
  assert.equal((nodes[0]?.attempts as { error: string }[])[0]?.error, 'TIMEOUT')
})

test('two processes at once deliver each event once', async () => {
  const domain = await newDomain()
  const receiver = await receive()
  const { id } = await domain.subscribe({ url: receiver.url, topics })
  pump()
  pump()
  for (let batch = 0; batch < 10; batch += 1)
    await happen(
      domain.domainId,
      Array.from({ length: 30 }, (_, at) => change(String(at))),
    )
  await until(async () => (await listLog(domain, id)).subscription.waiting === 0, 'nothing waits')
  const ids = told(receiver).map(({ eventId }) => eventId)
  assert.deepEqual([ids.length, new Set(ids).size], [300, 300])
})

test('events are sent again with the ids that they had: one, a range, and all from a place on', async () => {
  const domain = await newDomain()
  const receiver = await receive()
  const { id } = await domain.subscribe({ url: receiver.url, topics })
  await happen(domain.domainId, [change('1'), change('2'), change('3'), change('4')])
  pump()
  await until(async () => (await listLog(domain, id)).nodes.length === 4, 'all are on the log')
  const events = told(receiver)
  const resend = async (input: object): Promise<string[]> => {
    receiver.posted.length = 0
    const { data, errors } = await domain.run('resendEvents { queued }', { id, ...input })
    if (errors) return [String(errors[0]?.extensions.code)]
    await until(() => receiver.posted.length >= Number(data.resendEvents.queued), 'they came')
    return told(receiver).map(({ eventId }) => eventId)
  }
  const ids = events.map(({ eventId }) => eventId)
  const place = (at: number) => String(events[at]?.sequence)
  assert.deepEqual(await resend({ eventId: ids[2] }), [ids[2]])
  assert.deepEqual(
    (await resend({ fromSequence: place(1), toSequence: place(2) })).toSorted(),
    ids.slice(1, 3).sort(),
  )
  await until(async () => (await listLog(domain, id)).subscription.waiting === 0, 'nothing waits')
  assert.deepEqual((await resend({ sinceSequence: place(1) })).toSorted(), ids.slice(1).sort())
  assert.deepEqual(await resend({ eventId: '01890000-0000-7000-8000-000000000000' }), ['NOT_FOUND'])
  for (const wrong of [
    {},
    { eventId: ids[0], sinceSequence: '0' },
    { fromSequence: '1' },
    { sinceSequence: 'x' },
  ])
    assert.deepEqual(await resend(wrong), ['BAD_USER_INPUT'])
  await until(async () => (await listLog(domain, id)).subscription.waiting === 0, 'nothing waits')
  const { nodes } = await listLog(domain, id)
  assert.equal(nodes.filter(({ isResend }) => isResend).length, 6)
})

test('a merge tells both charts, and the one that was kept as updated', async () => {
  const domain = await newDomain()
  const receiver = await receive()
  await domain.subscribe({ url: receiver.url, topics: ['patient.merged', 'patient_demographics.updated'] })
  const merged = { action: 'patient.merged', requestId: 'merge', occurredAt: new Date(Date.now() - 5000) }
  await happen(domain.domainId, [
    createChangeLeaf('Patient', '2', { ...merged, patientId: '2', fields: ['archived', 'mergedInto'] }),
    createChangeLeaf('Patient', '1', { ...merged, patientId: '1', fields: ['email'] }),
  ])
  pump()
  await until(() => receiver.posted.length === 2, 'both came')
  const events = receiver.posted.map(({ body }) => JSON.parse(body) as Record<string, unknown>)
  const merge = events.find(({ topic }) => topic === 'patient.merged')
  assert.deepEqual([merge?.patientId, merge?.mergedPatientId], ['1', '2'])
  assert.equal(events.find(({ topic }) => topic !== 'patient.merged')?.patientId, '1')
})
