import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createIdentity, createServiceIdentity, createSupportIdentity } from '@commonchart/testing'
import {
  book,
  bookingInput,
  change,
  codeOf,
  dayAhead,
  openTestClinic,
  type TestClinic,
} from './test-clinic.ts'
import { openTestSubgraph, type Answer, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
})
after(() => subgraph.close())

const fields = `id recipient method occasion state version settledAt createdAt
  appointment { id note } patient { id } requestedBy { __typename }`

async function requestsOf(args: string, identity = createIdentity()) {
  const answer = await subgraph.get(
    identity,
    `{ notificationRequests${args && `(${args})`} { totalCount nodes { ${fields} } } }`,
  )
  return answer.notificationRequests
}

/** What was noted of an appointment, the oldest first. */
async function notedOf(id: string): Promise<string[]> {
  const { nodes } = await requestsOf(`appointmentId: "${id}"`)
  return nodes
    .map((one: Record<string, string>) => `${one.recipient} ${one.method} ${one.occasion} ${one.state}`)
    .toReversed()
}

function warningsOf({ extensions }: Answer) {
  return (extensions?.warnings ?? []) as { code: string; recipients: string[]; requestIds: string[] }[]
}

test('each wish is a request that can be looked up, and the warning names it', async () => {
  const wish = { notifyBy: 'SMS', allowPractitionerNotification: true }
  const answer = await book(subgraph, clinic, dayAhead(0), '09:00', wish)
  const { id } = answer.data.createAppointment
  const [warning] = warningsOf(answer)
  assert.deepEqual([warning?.code, warning?.recipients], ['NOTIFICATION_NOT_SENT', ['patient', 'provider']])
  assert.deepEqual(await notedOf(id), ['PATIENT SMS BOOKED UNSENT', 'PROVIDER SMS BOOKED UNSENT'])
  const { nodes, totalCount } = await requestsOf(`appointmentId: "${id}"`)
  assert.equal(totalCount, 2)
  assert.deepEqual(nodes.map((one: { id: string }) => one.id).toReversed(), warning?.requestIds)
  assert.deepEqual(
    [nodes[0].appointment.id, nodes[0].patient.id, nodes[0].requestedBy.__typename],
    [id, clinic.patientId, 'EnterpriseApiConsumer'],
  )
  const events = await subgraph.inDomain(1, (trx) =>
    trx.selectFrom('auditEvent').selectAll().where('action', '=', 'notification_request.created').execute(),
  )
  assert.deepEqual(events.map(({ recordId }) => recordId).sort(), warning?.requestIds.toSorted())
  assert.ok(events.every(({ patientId }) => patientId === clinic.patientId))
})

test('an appointment shows its own requests as the list does, those of many read at once', async () => {
  const times = ['13:00', '13:30', '14:00']
  const ids: string[] = []
  for (const [at, time] of times.entries()) {
    const wish = at < 2 ? { notifyBy: 'SMS', allowPractitionerNotification: true } : {}
    ids.push((await book(subgraph, clinic, dayAhead(4), time, wish)).data.createAppointment.id)
  }
  await change(subgraph, clinic, { id: ids[0], note: 'x', notifyBy: 'EMAIL' })
  subgraph.statements.length = 0
  const selection = `{ id notificationRequests { ${fields} } }`
  const shown = await subgraph.get(
    createIdentity(),
    `{ ${ids.map((id, at) => `a${at}: appointment(id: "${id}") ${selection}`).join(' ')} }`,
  )
  const read = subgraph.statements.filter((statement) => statement.includes('"notification_request"'))
  assert.equal(read.length, 1)
  for (const [at, id] of ids.entries())
    assert.deepEqual(shown[`a${at}`].notificationRequests, (await requestsOf(`appointmentId: "${id}"`)).nodes)
  assert.deepEqual(
    ids.map((_, at) => shown[`a${at}`].notificationRequests.length),
    [3, 2, 0],
  )
})

test('a request says what had become of the appointment, and nobody who is not to be told is noted', async () => {
  const day = dayAhead(1)
  const { id } = (await book(subgraph, clinic, day, '09:00')).data.createAppointment
  const { startAt, untilAt } = bookingInput(clinic, day, '10:00')
  for (const input of [
    { startAt, untilAt, allowNotification: true },
    { note: 'x', notifyBy: 'EMAIL' },
    { notifyBy: 'BOTH' },
    { status: 'CANCELLED', notifyBy: 'DEFAULT' },
    { status: 'BOOKED', allowNotification: true },
    { status: 'REJECTED', allowPractitionerNotification: true },
    { notifyBy: 'NONE' },
    { notifyBy: 'NONE', allowNotification: true },
    { notifyBy: 'SMS', allowNotification: false },
  ])
    assert.equal(codeOf(await change(subgraph, clinic, { id, ...input })), 'accepted')
  assert.deepEqual(await notedOf(id), [
    'PATIENT DEFAULT MOVED UNSENT',
    'PATIENT EMAIL CHANGED UNSENT',
    'PATIENT BOTH CHANGED UNSENT',
    'PATIENT DEFAULT CANCELLED UNSENT',
    'PATIENT DEFAULT BOOKED UNSENT',
    'PROVIDER DEFAULT CANCELLED UNSENT',
  ])
})

test('a booking that is refused notes nobody, and one that is repeated under its key notes each once', async () => {
  const before = (await requestsOf('')).totalCount
  const refused = await book(subgraph, clinic, dayAhead(2), '07:00', { notifyBy: 'SMS' })
  assert.equal(codeOf(refused), 'VALIDATION_FAILED')
  assert.equal((await requestsOf('')).totalCount, before)
  const mutations = [{ path: 'createAppointment', key: randomUUID(), fingerprint: 'f' }]
  const send = () =>
    subgraph.ask(
      createIdentity({ mutations }),
      'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { id } }',
      { input: bookingInput(clinic, dayAhead(2), '09:00', { notifyBy: 'SMS' }) },
    )
  const [first, second] = [await send(), await send()]
  assert.deepEqual(second.data, first.data)
  assert.deepEqual(warningsOf(second), warningsOf(first))
  assert.equal((await requestsOf('')).totalCount, before + 1)
})

test('an archived patient who is to be told is noted for each appointment that is cancelled', async () => {
  subgraph.patients?.set('1/801', { id: '801', state: 'ACTIVE', mergedInto: null, version: 1 })
  const booked = await book(subgraph, clinic, dayAhead(3), '09:00', { patientId: '801' })
  const { id } = booked.data.createAppointment
  const by = {
    ...{ kind: 'consumer', subject: '7', name: 'portal', role: null },
    ...{ keyId: 'k', ip: null, requestId: 'r-1' },
  }
  const payload = { id: '801', state: 'ARCHIVED', mergedInto: null, version: 2, by, notify: true }
  const service = createServiceIdentity('patients', { domainId: 1 })
  const event = { id: randomUUID(), type: 'patient.changed', domainId: 1, payload }
  await subgraph.post('/internal/events', service, event)
  await subgraph.post('/internal/events', service, event)
  assert.deepEqual(await notedOf(id), ['PATIENT DEFAULT CANCELLED UNSENT'])
  const { appointment } = await subgraph.get(
    createIdentity(),
    `{ appointment(id: "${id}") { status cancelledAt cancelledBy { ... on EnterpriseApiConsumer { id } } } }`,
  )
  assert.deepEqual([appointment.status, appointment.cancelledBy], ['CANCELLED', { id: '7' }])
  assert.ok(appointment.cancelledAt)
  assert.equal((await requestsOf('patientId: "801"')).totalCount, 1)
})

test('people say that they have told somebody, and take it back; each is on the audit log', async () => {
  const answer = await book(subgraph, clinic, dayAhead(4), '09:00', { notifyBy: 'EMAIL' })
  const [id] = warningsOf(answer)[0]?.requestIds ?? []
  const settle = (input: object, identity = createSupportIdentity()) =>
    subgraph.ask(
      identity,
      `mutation ($input: SettleNotificationRequestInput!) { settleNotificationRequest(input: $input) {
        clientMutationId notificationRequest { ${fields} } } }`,
      { input: { id, ...input } },
    )
  const told = (await settle({ state: 'TOLD', clientMutationId: 't' })).data.settleNotificationRequest
  assert.deepEqual(
    [told.clientMutationId, told.notificationRequest.state, told.notificationRequest.version],
    [...['t', 'TOLD', 2]],
  )
  assert.ok(told.notificationRequest.settledAt)
  assert.deepEqual(
    (await requestsOf('state: TOLD')).nodes.map((one: { id: string }) => one.id),
    [id],
  )
  assert.equal(codeOf(await settle({ state: 'UNSENT', expectedVersion: 1 })), 'CONFLICT')
  const back = (await settle({ state: 'UNSENT', expectedVersion: 2 })).data.settleNotificationRequest
  assert.equal(back.notificationRequest.settledAt, null)
  assert.equal(codeOf(await settle({ state: 'TOLD' }, createIdentity())), 'FORBIDDEN')
  assert.equal(codeOf(await settle({ id: '999999', state: 'TOLD' })), 'NOT_FOUND')
  assert.equal((await requestsOf('', createIdentity({ domainId: 2 }))).totalCount, 0)
})
