import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity, createSupportIdentity } from '@commonchart/testing'
import {
  book,
  bookingInput,
  codeOf,
  createAppointmentMutation,
  dayAhead,
  openTestClinic,
  rulesOf,
  type TestClinic,
} from './test-clinic.ts'
import { expire, hold, listed, send, slotInput } from './test-drafts.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph({ max: 50 })
  clinic = await openTestClinic(subgraph, 1)
})
after(() => subgraph.close())

const stranger = createIdentity({ subject: '2', name: 'Another' })

const claimsAt = async (day: string, time: string) => {
  const { startAt } = bookingInput(clinic, day, time)
  const { rows } = await subgraph.admin<{ holder: string }>(
    `SELECT holder_kind || ' ' || holder_id AS holder FROM time_claim
      WHERE domain_id = 1 AND lower(during) = '${startAt.toISOString()}'`,
  )
  return rows.map(({ holder }) => holder)
}

const actionsOf = (id: string) =>
  subgraph.inDomain(1, async (trx) => {
    const rows = await trx
      .selectFrom('auditEvent')
      .select('action')
      .where('recordType', '=', 'DraftAppointment')
      .where('recordId', '=', id)
      .orderBy('occurredAt')
      .execute()
    return rows.map(({ action }) => action)
  })

function bookAs(identity: ReturnType<typeof createIdentity>, day: string, time: string, more: object = {}) {
  return subgraph.ask(identity, createAppointmentMutation, { input: bookingInput(clinic, day, time, more) })
}

test('the creator of a draft takes its slot by booking it; the draft goes', async () => {
  for (const [index, creator] of [createIdentity(), createSupportIdentity()].entries()) {
    const time = ['09:00', '10:00'][index] ?? ''
    const { id } = await hold(subgraph, clinic, dayAhead(0), time, creator)
    assert.equal(codeOf(await bookAs(stranger, dayAhead(0), time)), 'SLOT_TAKEN')
    const { data } = await bookAs(creator, dayAhead(0), time)
    assert.deepEqual(await claimsAt(dayAhead(0), time), [`appointment ${data.createAppointment.id}`])
    assert.equal(data.createAppointment.overbooked, false)
    assert.ok(!(await listed(subgraph, 1)).includes(id))
    assert.deepEqual(await actionsOf(id), ['draft_appointment.created', 'draft_appointment.converted'])
  }
})

test('a booking at another time or place than the draft’s does not take it over', async () => {
  const { id } = await hold(subgraph, clinic, dayAhead(1), '09:00')
  assert.equal(codeOf(await book(subgraph, clinic, dayAhead(1), '09:15')), 'SLOT_TAKEN')
  assert.equal(
    codeOf(await book(subgraph, clinic, dayAhead(1), '09:00', { status: 'CANCELLED' })),
    'accepted',
  )
  assert.ok((await listed(subgraph, 1)).includes(id))
})

test('a booking that is refused leaves the draft and what it holds', async () => {
  const { id } = await hold(subgraph, clinic, dayAhead(2), '09:00')
  const serviceId = clinic.otherServiceId
  assert.equal(codeOf(await book(subgraph, clinic, dayAhead(2), '09:00', { serviceId })), 'VALIDATION_FAILED')
  assert.deepEqual(await claimsAt(dayAhead(2), '09:00'), [`draft ${id}`])
})

test('of ten bookings at once by the creator of one draft one wins', async () => {
  await hold(subgraph, clinic, dayAhead(3), '09:00')
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => book(subgraph, clinic, dayAhead(3), '09:00')),
  )
  const codes = answers.map(codeOf).toSorted()
  assert.deepEqual(codes, [...Array.from({ length: 9 }, () => 'SLOT_TAKEN'), 'accepted'])
})

test('a draft is converted in one step with all that was sent', async () => {
  const { id } = await hold(subgraph, clinic, dayAhead(4), '09:00')
  const { patientId, serviceId } = clinic
  const { data, errors, extensions } = await send(
    subgraph,
    clinic,
    'convert',
    {
      ...{
        id,
        patientId,
        expectedVersion: 1,
        clientMutationId: 'c',
        status: 'CONFIRMED',
        note: 'n',
        reason: 'r',
      },
      ...{ visitType: 'PHYSICAL_VISIT', notifyBy: 'SMS' },
    },
    stranger,
  )
  assert.equal(errors, undefined)
  const { appointment, ...payload } = data.convertDraftAppointment
  assert.deepEqual(payload, { clientMutationId: 'c', convertedDraftAppointmentId: id })
  const { id: appointmentId, ...stored } = appointment
  const startAt = bookingInput(clinic, dayAhead(4), '09:00').startAt.toISOString()
  assert.deepEqual(stored, {
    ...{
      startAt,
      status: 'CONFIRMED',
      note: 'n',
      reason: 'r',
      visitType: 'PHYSICAL_VISIT',
      overbooked: false,
    },
    ...{ patient: { id: patientId }, service: { id: serviceId } },
  })
  assert.deepEqual(await claimsAt(dayAhead(4), '09:00'), [`appointment ${appointmentId}`])
  assert.match(JSON.stringify(extensions?.warnings), /NOTIFICATION_NOT_SENT/)
})

test('of 48 who convert one draft at once one gets the appointment', async () => {
  const { id } = await hold(subgraph, clinic, dayAhead(5), '09:00')
  const { patientId } = clinic
  const answers = await Promise.all([
    ...Array.from({ length: 48 }, () => send(subgraph, clinic, 'convert', { id, patientId })),
    ...Array.from({ length: 8 }, () => bookAs(stranger, dayAhead(5), '09:00')),
  ])
  const tally = Object.groupBy(answers.slice(0, 48).map(codeOf), (code) => code)
  assert.deepEqual([tally.accepted?.length, tally.NOT_FOUND?.length], [1, 47])
  assert.deepEqual([...new Set(answers.slice(48).map(codeOf))], ['SLOT_TAKEN'])
  assert.equal((await claimsAt(dayAhead(5), '09:00')).length, 1)
})

test('a draft that has expired is converted while its slot is free', async () => {
  const { patientId } = clinic
  const free = await hold(subgraph, clinic, dayAhead(6), '09:00')
  const taken = await hold(subgraph, clinic, dayAhead(6), '10:00')
  for (const { id } of [free, taken]) await expire(subgraph, 1, id)
  assert.equal(codeOf(await bookAs(stranger, dayAhead(6), '10:00')), 'accepted')
  assert.equal(codeOf(await send(subgraph, clinic, 'convert', { id: free.id, patientId })), 'accepted')
  assert.equal(codeOf(await send(subgraph, clinic, 'convert', { id: taken.id, patientId })), 'SLOT_TAKEN')
})

test('of those who book and those who convert a slot whose draft has just expired exactly one gets it', async () => {
  const { patientId } = clinic
  for (const time of ['09:00', '10:00', '11:00']) {
    const { id } = await hold(subgraph, clinic, dayAhead(7), time)
    await expire(subgraph, 1, id)
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, at) =>
        at % 2 ? bookAs(stranger, dayAhead(7), time) : send(subgraph, clinic, 'convert', { id, patientId }),
      ),
    )
    const codes = answers.map(codeOf)
    assert.equal(codes.filter((code) => code === 'accepted').length, 1, codes.join())
    for (const code of codes) assert.match(code, /^(accepted|SLOT_TAKEN|NOT_FOUND)$/)
    assert.equal((await claimsAt(dayAhead(7), time)).length, 1)
  }
})

test('a draft for no service is converted for the one that is named, and the rules are those of bookings', async () => {
  const { patientId, serviceId, otherServiceId } = clinic
  const input = slotInput(clinic, dayAhead(8), '09:00', { serviceId: null })
  const { data } = await send(subgraph, clinic, 'create', input)
  const { id } = data.createDraftAppointment.draftAppointment
  const rules = async (more: object) =>
    rulesOf(await send(subgraph, clinic, 'convert', { id, patientId, ...more }))
  assert.deepEqual(await rules({}), ['input.serviceId REQUIRED'])
  assert.deepEqual(await rules({ serviceId: otherServiceId }), ['input.serviceId SERVICE_NOT_ALLOWED'])
  assert.deepEqual(await rules({ serviceId, visitType: 'VIRTUAL_VISIT' }), [
    'input.visitType VISIT_TYPE_NOT_ALLOWED',
  ])
  const restricted = createIdentity({ scopes: ['appointments:write'] })
  const convert = { id, patientId, serviceId: otherServiceId, skipValidations: true }
  assert.equal(codeOf(await send(subgraph, clinic, 'convert', convert, restricted)), 'SCOPE_MISSING')
  assert.equal(
    codeOf(await send(subgraph, clinic, 'convert', { ...convert, expectedVersion: 9 })),
    'CONFLICT',
  )
  const made = await send(subgraph, clinic, 'convert', convert)
  assert.equal(made.data.convertDraftAppointment.appointment.service.id, otherServiceId)
})

test('a draft that is converted to an appointment that takes no time frees its slot', async () => {
  const { id } = await hold(subgraph, clinic, dayAhead(9), '09:00')
  const { patientId } = clinic
  assert.equal(
    codeOf(await send(subgraph, clinic, 'convert', { id, patientId, status: 'CANCELLED' })),
    'accepted',
  )
  assert.equal(codeOf(await bookAs(stranger, dayAhead(9), '09:00')), 'accepted')
})

test('a retry of a conversion under one Idempotency-Key converts once and answers the same', async () => {
  const { id } = await hold(subgraph, clinic, dayAhead(10), '09:00')
  const mutations = [{ key: 'convert', fingerprint: 'f', path: 'convertDraftAppointment' }]
  const identity = createIdentity({ mutations })
  const answers = await Promise.all(
    Array.from({ length: 5 }, () =>
      send(subgraph, clinic, 'convert', { id, patientId: clinic.patientId }, identity),
    ),
  )
  const ids = new Set(answers.map(({ data }) => data?.convertDraftAppointment.appointment.id))
  assert.equal(ids.size, 1)
})
