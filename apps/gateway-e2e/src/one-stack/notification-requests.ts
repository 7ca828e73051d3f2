import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createClinic, type Clinic } from '../clinic.ts'
import { assertGuardsVersion, attempt, perform, type AskGraph } from '../mutations.ts'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'
import { until } from '../until.ts'

let stack: Stack
let clinic: Clinic
let patientId: string
before(async () => {
  stack = await openStack()
  clinic = await createClinic(stack.north, { slot: 100 })
  patientId = (await createPatient(stack.north)).id
})
after(() => stack.stop())

const ask: AskGraph = (query, variables) => stack.north.ask(query, variables)
const askSettings: AskGraph = (query, variables) => stack.north.askSettings(query, variables)

interface Noted {
  id: string
  version: number
  recipient: string
  method: string
  occasion: string
  state: string
  settledAt: string | null
  createdAt: string
  updatedAt: string
  appointment: { id: string }
  patient: { id: string; lastName: string }
  requestedBy: object
}

const fields = `id version recipient method occasion state settledAt createdAt updatedAt
  appointment { id } patient { id lastName }
  requestedBy { __typename ... on EnterpriseApiConsumer { id name } ... on InternalApiConsumer { internalId: id } }`

async function list(args: string, graph: AskGraph = ask) {
  const { body, text } = await graph(`{ notificationRequests${args && `(${args})`} { totalCount
    pageInfo { startCursor endCursor hasNextPage hasPreviousPage } edges { cursor node { id } } nodes { ${fields} } } }`)
  assert.equal(body.errors, undefined, text)
  return body.data?.notificationRequests as {
    totalCount: number
    pageInfo: Record<'startCursor' | 'endCursor', string> & Record<'hasNextPage' | 'hasPreviousPage', boolean>
    edges: { cursor: string; node: { id: string } }[]
    nodes: Noted[]
  }
}

/** What was noted of an appointment, the oldest first. */
async function notedOf(id: string): Promise<string[]> {
  const { nodes } = await list(`appointmentId: "${id}"`)
  return nodes.map(({ recipient, method, occasion }) => `${recipient} ${method} ${occasion}`).toReversed()
}

/** A booking so many days ahead. */
function booking(days: number, more: object = {}) {
  const startAt = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + days * 86_400_000)
  const untilAt = new Date(startAt.getTime() + 1_800_000)
  return { ...clinic, patientId, startAt, untilAt, skipValidations: true, ...more }
}

async function book(input: object) {
  const { body, text } = await ask(
    'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { id } }',
    { input },
  )
  assert.ok(body.data?.createAppointment, text)
  const warnings = (body.extensions?.warnings ?? []) as { code: string; requestIds: string[] }[]
  return { id: body.data.createAppointment.id as string, warnings }
}

test('each wish makes a request for each who is to be told, how and of what, and the warning names them', async () => {
  const { id, warnings } = await book(booking(20, { notifyBy: 'SMS', allowPractitionerNotification: true }))
  const update = (input: object) => perform(ask, 'updateAppointment', { id, ...input }, 'appointment { id }')
  const { startAt, untilAt } = booking(21)
  await update({ startAt, untilAt, skipValidations: true, notifyBy: 'EMAIL' })
  await update({ note: 'x', notifyBy: 'BOTH' })
  await update({ status: 'CANCELLED', allowNotification: true })
  await update({ notifyBy: 'NONE' })
  assert.deepEqual(await notedOf(id), [
    'PATIENT SMS BOOKED',
    'PROVIDER SMS BOOKED',
    'PATIENT EMAIL MOVED',
    'PATIENT BOTH CHANGED',
    'PATIENT DEFAULT CANCELLED',
  ])
  const { nodes, totalCount, edges } = await list(`appointmentId: "${id}"`)
  assert.deepEqual([totalCount, edges.length], [5, 5])
  const named = warnings.find(({ code }) => code === 'NOTIFICATION_NOT_SENT')?.requestIds
  assert.deepEqual(
    named,
    nodes
      .map((one) => one.id)
      .toReversed()
      .slice(0, 2),
  )
  const { body } = await ask(`{ appointment(id: "${id}") { notificationRequests { ${fields} } } }`)
  assert.deepEqual(body.data?.appointment.notificationRequests, nodes)
  for (const one of nodes) {
    assert.deepEqual(
      [one.appointment.id, one.patient, one.state],
      [id, { id: patientId, lastName: 'Doe' }, 'UNSENT'],
    )
    assert.deepEqual(one.requestedBy, {
      ...{
        __typename: 'EnterpriseApiConsumer',
        id: stack.north.consumerId,
        name: `portal of ${stack.north.name}`,
      },
    })
    assert.ok(Math.abs(Date.parse(one.createdAt) - Date.now()) < 60_000)
  }
})

test('requests are listed in pages, the newest first, of one appointment, patient or state', async () => {
  const { id: another } = await createPatient(stack.north, { lastName: 'Roe' })
  for (const days of [1, 2, 3]) await book(booking(days, { patientId: another, notifyBy: 'EMAIL' }))
  const { id: lone } = await book(booking(4, { patientId: another, allowPractitionerNotification: true }))
  const all = await list('')
  assert.ok(all.totalCount > 4)
  assert.deepEqual(
    (await list(`appointmentId: "${lone}"`)).nodes.map(({ recipient }) => recipient),
    ['PROVIDER'],
  )
  const own = await list(`patientId: "${another}"`)
  assert.equal(own.totalCount, 4)
  assert.ok(own.nodes.every(({ patient }) => patient.id === another))
  const first = await list(`patientId: "${another}", first: 2`)
  const second = await list(`patientId: "${another}", first: 2, after: "${first.pageInfo.endCursor}"`)
  assert.deepEqual([...first.nodes, ...second.nodes], own.nodes)
  assert.equal(first.pageInfo.hasNextPage, true)
  const last = await list(`patientId: "${another}", last: 2`)
  assert.deepEqual([last.nodes, last.pageInfo.hasPreviousPage], [own.nodes.slice(2), true])
  const back = await list(`patientId: "${another}", last: 2, before: "${second.pageInfo.startCursor}"`)
  assert.deepEqual(back.nodes, first.nodes)
  assert.deepEqual((await list(`state: TOLD, patientId: "${another}"`)).nodes, [])
  assert.equal((await list('', (query) => stack.south.ask(query))).totalCount, 0)
})

test('people say that they have told somebody on the version that they have seen, and can take it back', async () => {
  const { id: appointmentId } = await book(booking(5, { notifyBy: 'SMS' }))
  const read = async () => (await list(`appointmentId: "${appointmentId}"`)).nodes[0] as Noted
  const { id } = await read()
  const settle = (input: object) =>
    attempt(
      askSettings,
      'settleNotificationRequest',
      { id, ...input },
      `clientMutationId notificationRequest { ${fields} }`,
    )
  const told = await assertGuardsVersion(
    (expectedVersion) => settle({ expectedVersion, state: 'TOLD', clientMutationId: 't' }),
    read,
  )
  assert.equal(told.state, 'TOLD')
  assert.ok(told.settledAt)
  assert.deepEqual((await list('state: TOLD')).nodes, [told])
  const { body } = await settle({ state: 'UNSENT', clientMutationId: 'u' })
  assert.equal(body.data?.settleNotificationRequest.clientMutationId, 'u')
  const back = await read()
  assert.deepEqual([back.state, back.settledAt], ['UNSENT', null])
})

test('a patient who is to be told of the archiving is noted for each appointment that it cancels', async () => {
  const { id } = await createPatient(stack.north, { lastName: 'Gone' })
  const made = [await book(booking(6, { patientId: id })), await book(booking(7, { patientId: id }))]
  await perform(ask, 'archivePatient', { id, notify: true }, 'patient { id }')
  await until(async () => (await list(`patientId: "${id}"`)).totalCount === 2, 'both are noted')
  const { nodes } = await list(`patientId: "${id}"`)
  assert.deepEqual(nodes.map(({ appointment }) => appointment.id).sort(), made.map((one) => one.id).sort())
  assert.ok(nodes.every(({ occasion, recipient }) => occasion === 'CANCELLED' && recipient === 'PATIENT'))
  const { body } = await ask(`{ appointment(id: "${made[0]?.id}") { status cancelledBy { __typename } } }`)
  assert.deepEqual(body.data?.appointment, {
    status: 'CANCELLED',
    cancelledBy: { __typename: 'EnterpriseApiConsumer' },
  })
})
