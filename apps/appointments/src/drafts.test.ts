import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity, createSupportIdentity, forBothDomains } from '@commonchart/testing'
import {
  book,
  bookingInput,
  codeOf,
  dayAhead,
  openTestClinic,
  rulesOf,
  type TestClinic,
} from './test-clinic.ts'
import { hold, listed, send, slotInput } from './test-drafts.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
let other: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  ;[clinic, other] = await forBothDomains(({ id }) => openTestClinic(subgraph, id))
})
after(() => subgraph.close())

const stranger = (domainId = 1) => createIdentity({ domainId, subject: '2', name: 'Another' })

test('a draft is stored whole, and says who holds the slot until when', async () => {
  for (const each of [clinic, other]) {
    const draft = await hold(subgraph, each, dayAhead(0), '09:00')
    const { id, createdAt, updatedAt, expiresAt, ...stored } = draft
    assert.equal(createdAt, updatedAt)
    assert.equal(Date.parse(expiresAt) - Date.parse(String(createdAt)), 15 * 60_000)
    const { startAt, untilAt } = bookingInput(each, dayAhead(0), '09:00')
    assert.deepEqual(stored, {
      ...{ startAt: startAt.toISOString(), untilAt: untilAt.toISOString(), version: 1 },
      ...{
        location: { id: each.locationId },
        provider: { id: each.providerId },
        service: { id: each.serviceId },
      },
      createdBy: { __typename: 'EnterpriseApiConsumer', id: '1' },
    })
    assert.ok((await listed(subgraph, each.domainId)).includes(id))
  }
})

test('a slot that is held is taken, for bookings and drafts alike, in its domain only', async () => {
  await hold(subgraph, clinic, dayAhead(1), '10:00')
  const input = slotInput(clinic, dayAhead(1), '10:15')
  assert.equal(codeOf(await send(subgraph, clinic, 'create', input, stranger())), 'SLOT_TAKEN')
  const booking = bookingInput(clinic, dayAhead(1), '10:00')
  const query = 'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { id } }'
  assert.equal(codeOf(await subgraph.ask(stranger(), query, { input: booking })), 'SLOT_TAKEN')
  assert.equal(codeOf(await book(subgraph, other, dayAhead(1), '10:00')), 'accepted')
})

test('a draft follows the rules of bookings, and may be for no service', async () => {
  const refused = async (time: string, more: object) =>
    rulesOf(await send(subgraph, clinic, 'create', slotInput(clinic, dayAhead(2), time, more)))
  assert.deepEqual(await refused('20:00', {}), ['input.startAt OUTSIDE_WORK_HOURS'])
  const serviceId = clinic.otherServiceId
  assert.deepEqual(await refused('09:00', { serviceId }), ['input.serviceId SERVICE_NOT_ALLOWED'])
  const untilAt = bookingInput(clinic, dayAhead(2), '09:00').startAt
  assert.deepEqual(await refused('09:00', { untilAt }), ['input.untilAt TIMES_OUT_OF_ORDER'])
  const missing = await send(
    subgraph,
    clinic,
    'create',
    slotInput(clinic, dayAhead(2), '09:00', { providerId: '99' }),
  )
  assert.deepEqual([codeOf(missing), missing.errors?.[0]?.extensions.path], ['NOT_FOUND', 'input.providerId'])
  const input = slotInput(clinic, dayAhead(2), '09:00', { serviceId: undefined })
  const { data } = await send(subgraph, clinic, 'create', input)
  assert.equal(data.createDraftAppointment.draftAppointment.service, null)
})

test('a draft that is moved frees the one slot and holds the other; one that cannot be keeps what it has', async () => {
  const { id, version } = await hold(subgraph, clinic, dayAhead(3), '09:00')
  await hold(subgraph, clinic, dayAhead(3), '11:00')
  const move = (time: string, more: object = {}) =>
    send(subgraph, clinic, 'update', { id, ...slotInput(clinic, dayAhead(3), time), ...more }, stranger())
  assert.equal(codeOf(await move('11:00')), 'SLOT_TAKEN')
  assert.equal(
    codeOf(await send(subgraph, clinic, 'create', slotInput(clinic, dayAhead(3), '09:00'))),
    'SLOT_TAKEN',
  )
  assert.equal(codeOf(await move('10:00', { expectedVersion: version + 1 })), 'CONFLICT')
  const moved = await move('10:00', { expectedVersion: version, serviceId: null, clientMutationId: 'm' })
  assert.equal(moved.data.updateDraftAppointment.clientMutationId, 'm')
  const { startAt, service, version: next } = moved.data.updateDraftAppointment.draftAppointment
  assert.equal(startAt, bookingInput(clinic, dayAhead(3), '10:00').startAt.toISOString())
  assert.deepEqual([service, next], [null, version + 1])
  await hold(subgraph, clinic, dayAhead(3), '09:00')
})

test('a draft that is kept for longer keeps its slot also when another was booked over it', async () => {
  const { id, expiresAt } = await hold(subgraph, clinic, dayAhead(4), '09:00')
  const over = await book(subgraph, clinic, dayAhead(4), '09:15', { skipValidations: true })
  assert.equal(over.data.createAppointment.overbooked, true)
  const kept = await send(subgraph, clinic, 'update', { id, ...slotInput(clinic, dayAhead(4), '09:00') })
  assert.ok(kept.data.updateDraftAppointment.draftAppointment.expiresAt > expiresAt)
})

test('a draft that is deleted is gone, and its slot free', async () => {
  const { id } = await hold(subgraph, clinic, dayAhead(5), '09:00')
  const input = { id, clientMutationId: 'd' }
  assert.equal(codeOf(await send(subgraph, clinic, 'delete', { id, expectedVersion: 7 })), 'CONFLICT')
  const { data } = await send(subgraph, clinic, 'delete', input, stranger())
  assert.deepEqual(data.deleteDraftAppointment, { clientMutationId: 'd', deletedDraftAppointmentId: id })
  assert.equal(codeOf(await send(subgraph, clinic, 'delete', input)), 'NOT_FOUND')
  await hold(subgraph, clinic, dayAhead(5), '09:00', stranger())
})

test('a draft of one domain is nowhere to be seen or changed from another', async () => {
  const { id } = await hold(subgraph, clinic, dayAhead(6), '09:00')
  const theirs = await subgraph.get(
    createIdentity({ domainId: 2 }),
    `{ draftAppointment(id: "${id}") { id } }`,
  )
  assert.equal(theirs.draftAppointment, null)
  const patientId = other.patientId
  for (const [name, input] of [
    ['update', { id, ...slotInput(other, dayAhead(6), '10:00') }],
    ['delete', { id }],
    ['convert', { id, patientId }],
  ] as const)
    assert.equal(codeOf(await send(subgraph, other, name, input)), 'NOT_FOUND', name)
  assert.ok((await listed(subgraph, 1)).includes(id))
})

test('a person of the console who holds a slot appears as an internal consumer with one id', async () => {
  const created = async (time: string) =>
    (await hold(subgraph, clinic, dayAhead(7), time, createSupportIdentity())).createdBy as { id: string }
  const one = await created('09:00')
  assert.deepEqual({ ...one, id: '' }, { __typename: 'InternalApiConsumer', id: '', name: 'Support' })
  assert.match(one.id, /^\d{1,18}$/)
  assert.deepEqual(await created('10:00'), one)
  const auditor = createIdentity({ kind: 'person', role: 'auditor' })
  const refused = await send(subgraph, clinic, 'create', slotInput(clinic, dayAhead(7), '11:00'), auditor)
  assert.equal(codeOf(refused), 'FORBIDDEN')
})

test('the list meets every filter in each order, page by page', async () => {
  const day = dayAhead(8)
  const ids: string[] = []
  for (const time of ['09:00', '10:00', '11:00']) ids.push((await hold(subgraph, clinic, day, time)).id)
  const span = (from: string, to: string) =>
    `from: "${bookingInput(clinic, day, from).startAt.toISOString()}", to: "${bookingInput(clinic, day, to).startAt.toISOString()}"`
  const within = (more: string, from = '09:00', to = '12:00') =>
    listed(subgraph, 1, `(${span(from, to)}, ${more})`)
  const { locationId, providerId, serviceId } = clinic
  assert.deepEqual(await within(`locationId: "${locationId}"`), ids)
  assert.deepEqual(await within(`providerId: "${providerId}", serviceId: "${serviceId}"`), ids)
  assert.deepEqual(await within('first: 9', '10:00', '11:00'), [ids[1]])
  for (const none of [
    'locationId: "77"',
    'providerId: "77"',
    `serviceId: "${clinic.otherServiceId}"`,
    'serviceId: "x"',
  ])
    assert.deepEqual(await within(none), [])
  for (const field of ['ID', 'CREATED_AT']) {
    assert.deepEqual(await within(`orderBy: [{ field: ${field}, direction: DESC }]`), ids.toReversed())
    assert.deepEqual(await within(`orderBy: [{ field: ${field}, direction: ASC }], last: 2`), ids.slice(1))
  }
  const page = await subgraph.get(
    createIdentity(),
    `{ draftAppointments(${span('09:00', '12:00')}, first: 2) { totalCount pageInfo { endCursor hasNextPage } } }`,
  )
  assert.equal(page.draftAppointments.totalCount, 3)
  const { endCursor, hasNextPage } = page.draftAppointments.pageInfo
  assert.equal(hasNextPage, true)
  assert.deepEqual(await within(`after: "${endCursor}"`), [ids[2]])
})

test('twenty retries of one draft under one Idempotency-Key hold one slot', async () => {
  const mutations = [{ key: 'retry', fingerprint: 'f', path: 'createDraftAppointment' }]
  const identity = createIdentity({ mutations })
  const input = slotInput(clinic, dayAhead(9), '09:00')
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => send(subgraph, clinic, 'create', input, identity)),
  )
  const ids = new Set(answers.map(({ data }) => data?.createDraftAppointment.draftAppointment.id))
  assert.equal(ids.size, 1)
})
