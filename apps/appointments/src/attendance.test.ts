import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createIdentity, createServiceIdentity, createSupportIdentity } from '@commonchart/testing'
import { book, change, codeOf, dayAhead, openTestClinic, rulesOf, type TestClinic } from './test-clinic.ts'
import { openGroupVisits, type TestGroupVisits } from './test-group-visits.ts'
import { openTestSubgraph, type Answer, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
let visits: TestGroupVisits
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
  visits = openGroupVisits(subgraph, clinic)
})
after(() => subgraph.close())

const skipValidations = true

test('a patient is booked into a visit at its place and time, and takes a seat and no time', async () => {
  const id = await visits.createId(dayAhead(0), '09:00', { capacity: 2 })
  const claims = await subgraph.count(1, 'time_claim')
  const [patientId = ''] = visits.patients(1)
  const { data } = await visits.add(id, patientId, { reason: ' knee ', clientMutationId: 'c' })
  const { appointment, clientMutationId } = data.addGroupVisitAttendee
  const { startAt, untilAt } = await visits.read(id)
  assert.deepEqual(
    { ...appointment, id: '', clientMutationId },
    {
      ...{ id: '', startAt, untilAt, status: 'BOOKED', reason: 'knee', visitType: 'PHYSICAL_VISIT' },
      ...{ overbooked: false, version: 1, checkedInAt: null, clientMutationId: 'c' },
      ...{ patient: { id: patientId }, provider: { id: clinic.providerId } },
      ...{ location: { id: clinic.locationId }, service: { id: clinic.serviceId } },
      groupVisit: { id, occupiedSlotsCount: 1 },
    },
  )
  assert.equal(await subgraph.count(1, 'time_claim'), claims)
  const visit = await visits.read(id)
  assert.deepEqual([visit.availableSlots, visit.fullyBooked, visit.version], [1, false, 2])
  assert.deepEqual(visit.appointments, [{ id: appointment.id, status: 'BOOKED', patient: { id: patientId } }])
})

test('the last seat is sold once, and a removal gives it back', async () => {
  const id = await visits.createId(dayAhead(1), '09:00', { capacity: 1 })
  const [one = '', other = ''] = visits.patients(2)
  await visits.addId(id, one)
  assert.equal((await visits.read(id)).fullyBooked, true)
  const full = await visits.add(id, other)
  assert.equal(codeOf(full), 'GROUP_VISIT_FULL')
  assert.deepEqual(rulesOf(full), ['input.groupVisitId GROUP_VISIT_FULL'])
  const removed = await visits.remove(id, one, { clientMutationId: 'c' })
  const { appointments, clientMutationId } = removed.data.removeGroupVisitAttendee
  assert.deepEqual([appointments[0].status, clientMutationId], ['CANCELLED', 'c'])
  await visits.addId(id, other)
  const again = await visits.remove(id, one)
  assert.deepEqual([codeOf(again), again.errors?.[0]?.extensions.path], ['NOT_FOUND', 'input.patientId'])
  const unknown = await visits.remove('999', one)
  assert.equal(unknown.errors?.[0]?.extensions.path, 'input.groupVisitId')
})

test('every rule that keeps a patient out is told at once', async () => {
  const id = await visits.createId(dayAhead(2), '09:00', { capacity: 1, allowNewPatient: false })
  const [one = ''] = visits.patients(1)
  assert.deepEqual(rulesOf(await visits.add(id, one)), ['input.patientId NEW_PATIENT_NOT_ALLOWED'])
  await subgraph.inDomain(1, (trx) =>
    trx.updateTable('groupVisit').set({ allowNewPatient: true }).where('id', '=', id).execute(),
  )
  await visits.addId(id, one)
  await visits.update({ id, allowNewPatient: false })
  assert.deepEqual(rulesOf(await visits.add(id, one)), [
    'input.patientId NEW_PATIENT_NOT_ALLOWED',
    'input.patientId ALREADY_ATTENDING',
    'input.groupVisitId GROUP_VISIT_FULL',
  ])
  await visits.update({ id, allowNewPatient: true })
  await visits.deactivate({ id })
  assert.deepEqual(rulesOf(await visits.add(id, one)), ['input.groupVisitId GROUP_VISIT_DEACTIVATED'])
  const cancelled = await visits.createId(dayAhead(2), '10:00', { status: 'CANCELLED' })
  assert.deepEqual(rulesOf(await visits.add(cancelled, one)), ['input.groupVisitId GROUP_VISIT_CANCELLED'])
})

test('whoever has been here is no new patient, and a visit that is over takes nobody', async () => {
  const [one = ''] = visits.patients(1)
  const past = await visits.createId(dayAhead(3), '09:00')
  const attended = await visits.addId(past, one)
  await subgraph.admin(`UPDATE appointment SET starts_at = now() - interval '2 hours', ends_at = now() - interval '1 hour'
    WHERE id = ${attended}`)
  await subgraph.admin(`UPDATE group_visit SET starts_at = now() - interval '2 hours', ends_at = now() - interval '1 hour'
    WHERE id = ${past}`)
  const [other = ''] = visits.patients(1)
  assert.deepEqual(rulesOf(await visits.add(past, other)), ['input.groupVisitId GROUP_VISIT_OVER'])
  const id = await visits.createId(dayAhead(3), '10:00', { allowExistingPatient: false })
  assert.deepEqual(rulesOf(await visits.add(id, one)), ['input.patientId EXISTING_PATIENT_NOT_ALLOWED'])
  assert.equal(codeOf(await visits.add(id, other)), 'accepted')
})

test('who is unknown or archived is refused as by any booking', async () => {
  const id = await visits.createId(dayAhead(4), '09:00')
  const unknown = await visits.add(id, '424242')
  assert.deepEqual([codeOf(unknown), unknown.errors?.[0]?.extensions.path], ['NOT_FOUND', 'input.patientId'])
  subgraph.patients?.set('1/90', { id: '90', state: 'ARCHIVED', mergedInto: '7', version: 3 })
  assert.equal(codeOf(await visits.add(id, '90')), 'PATIENT_ARCHIVED')
  const [one = ''] = visits.patients(1)
  const nowhere = await visits.add('999', one)
  assert.deepEqual(
    [codeOf(nowhere), nowhere.errors?.[0]?.extensions.path],
    ['NOT_FOUND', 'input.groupVisitId'],
  )
})

test('a status without time takes no seat, and ARRIVED notes when', async () => {
  const id = await visits.createId(dayAhead(5), '09:00', { capacity: 1 })
  const [one = '', other = ''] = visits.patients(2)
  await visits.addId(id, one, { status: 'REJECTED' })
  const arrived = await visits.add(id, other, { status: 'ARRIVED' })
  assert.ok(arrived.data.addGroupVisitAttendee.appointment.checkedInAt)
  assert.equal((await visits.read(id)).occupiedSlotsCount, 1)
})

test('an attendee who cancels gives up the seat, and takes one again on return or is refused', async () => {
  const id = await visits.createId(dayAhead(6), '09:00', { capacity: 1 })
  const [one = '', other = ''] = visits.patients(2)
  const appointment = await visits.addId(id, one)
  const status = (to: string) => change(subgraph, clinic, { id: appointment, status: to, skipValidations })
  await status('CANCELLED')
  assert.equal((await visits.read(id)).occupiedSlotsCount, 0)
  const taken = await visits.addId(id, other)
  const refused = await status('CONFIRMED')
  assert.deepEqual(
    [codeOf(refused), rulesOf(refused)],
    ['GROUP_VISIT_FULL', ['input.status GROUP_VISIT_FULL']],
  )
  await change(subgraph, clinic, { id: taken, status: 'NO_SHOW' })
  assert.equal(codeOf(await status('CONFIRMED')), 'accepted')
  assert.equal(codeOf(await status('ARRIVED')), 'accepted')
  assert.equal((await visits.read(id)).occupiedSlotsCount, 1)
  assert.equal(await subgraph.inDomain(1, (trx) => countClaims(trx, appointment)), 0)
})

async function countClaims(trx: Parameters<Parameters<TestSubgraph['inDomain']>[1]>[0], id: string) {
  const rows = await trx
    .selectFrom('timeClaim')
    .select('id')
    .where('holderKind', '=', 'appointment')
    .where('holderId', '=', id)
    .execute()
  return rows.length
}

test('an attendee stays where the visit is, whatever is skipped, and may change all else', async () => {
  const id = await visits.createId(dayAhead(7), '09:00')
  const [one = ''] = visits.patients(1)
  const appointment = await visits.addId(id, one)
  const { startAt, untilAt } = visits.input(dayAhead(7), '11:00')
  const moved = await change(subgraph, clinic, { id: appointment, startAt, untilAt, skipValidations })
  assert.deepEqual(rulesOf(moved), ['input.startAt GROUP_VISIT_FIXED', 'input.untilAt GROUP_VISIT_FIXED'])
  const { violations } = moved.errors?.[0]?.extensions as { violations: { message: string }[] }
  assert.match(violations[0]?.message ?? '', /has no place and time of its own, whatever is skipped/)
  const same = visits.input(dayAhead(7), '09:00')
  const kept = await change(subgraph, clinic, {
    ...{ id: appointment, startAt: same.startAt, untilAt: same.untilAt, note: 'n' },
    ...{ serviceId: clinic.otherServiceId, visitType: 'VIRTUAL_VISIT' },
  })
  assert.equal(codeOf(kept), 'accepted')
  assert.equal(kept.data.updateAppointment.appointment.service.id, clinic.otherServiceId)
})

test('who comes back after the visit was moved comes back where it is now', async () => {
  const id = await visits.createId(dayAhead(8), '09:00')
  const [one = ''] = visits.patients(1)
  const appointment = await visits.addId(id, one)
  await change(subgraph, clinic, { id: appointment, status: 'CANCELLED' })
  const { startAt, untilAt } = visits.input(dayAhead(8), '14:00')
  await visits.update({ id, startAt, untilAt })
  const back = await change(subgraph, clinic, { id: appointment, status: 'CONFIRMED' })
  assert.equal(back.data.updateAppointment.appointment.startAt, (startAt as Date).toISOString())
})

test('a patient who is archived gives up the seats of what is to come, and a merged one keeps them', async () => {
  const id = await visits.createId(dayAhead(9), '09:00', { capacity: 3 })
  const [one = '', other = ''] = visits.patients(2)
  await visits.addId(id, one)
  const kept = await visits.addId(id, other)
  const service = createServiceIdentity('patients', { domainId: 1 })
  const by = { kind: 'consumer', subject: '7', name: 'p', role: null, keyId: 'k', ip: null, requestId: 'r' }
  const tell = (type: string, payload: object) =>
    subgraph.post('/internal/events', service, { id: randomUUID(), type, domainId: 1, payload })
  const facts = { mergedInto: null, version: 2 }
  await tell('patient.changed', { id: one, state: 'ARCHIVED', ...facts, by })
  assert.equal((await visits.read(id)).occupiedSlotsCount, 1)
  const [into = ''] = visits.patients(1)
  await visits.addId(id, into)
  await tell('patient.merged', {
    mergeId: '1',
    kept: { id: into, state: 'ACTIVE', ...facts },
    merged: { id: other, state: 'ARCHIVED', mergedInto: into, version: 2 },
    by,
  })
  const merged = await visits.read(id)
  assert.equal(merged.occupiedSlotsCount, 2)
  assert.ok(merged.appointments.some((each: { id: string; patient: object }) => each.id === kept))
  const removed = await visits.remove(id, into)
  assert.equal(removed.data.removeGroupVisitAttendee.appointments.length, 2)
  assert.equal((await visits.read(id)).occupiedSlotsCount, 0)
})

test('seats are on the audit log with the appointment, and name no patient of the visit', async () => {
  const id = await visits.createId(dayAhead(10), '09:00')
  const [one = ''] = visits.patients(1)
  const appointment = await visits.addId(id, one)
  await visits.remove(id, one)
  const rows = await subgraph.inDomain(1, (trx) =>
    trx
      .selectFrom('auditEvent')
      .select(['action', 'recordId', 'patientId'])
      .where('recordId', 'in', [id, appointment])
      .where('recordType', 'in', ['GroupVisit', 'Appointment'])
      .orderBy('id')
      .execute(),
  )
  const ofVisit = rows.filter(({ action }) => action.startsWith('group_visit'))
  assert.deepEqual(
    ofVisit.filter((row) => row.recordId === id).map(({ action, patientId }) => [action, patientId]),
    [
      ['group_visit.created', null],
      ['group_visit.updated', null],
      ['group_visit.updated', null],
    ],
  )
  const ofPatient = rows.filter((row) => row.recordId === appointment && row.patientId === one)
  assert.deepEqual(
    ofPatient.map(({ action }) => action),
    ['appointment.created', 'appointment.canceled'],
  )
})

test('nobody is led to believe that an attendee was told', async () => {
  const id = await visits.createId(dayAhead(11), '09:00')
  const told = ({ extensions }: Answer) =>
    ((extensions?.warnings ?? []) as { recipients: string[] }[]).map(({ recipients }) => recipients.join())
  const [one = '', two = '', three = ''] = visits.patients(3)
  assert.deepEqual(told(await visits.add(id, one)), [])
  const both = { allowPatientNotification: true, allowPractitionerNotification: true }
  assert.deepEqual(told(await visits.add(id, two, both)), ['patient,provider'])
  const none = { ...both, patientNotificationMethod: 'NONE' }
  assert.deepEqual(told(await visits.add(id, three, none)), ['provider'])
  assert.deepEqual(told(await visits.remove(id, two, both)), ['patient,provider'])
})

test('a visit of another domain takes nobody from here, and shows nothing', async () => {
  const id = await visits.createId(dayAhead(12), '09:00')
  const elsewhere = openGroupVisits(subgraph, { ...clinic, domainId: 2 })
  const [stranger = ''] = elsewhere.patients(1)
  const refused = await elsewhere.add(id, stranger)
  assert.equal(refused.errors?.[0]?.extensions.path, 'input.groupVisitId')
  assert.equal(codeOf(await elsewhere.update({ id, name: 'stolen' })), 'NOT_FOUND')
  assert.equal(codeOf(await elsewhere.deactivate({ id })), 'NOT_FOUND')
  assert.equal(await elsewhere.read(id), null)
  const { groupVisits } = await subgraph.get(
    createIdentity({ domainId: 2 }),
    '{ groupVisits { totalCount } }',
  )
  assert.equal(groupVisits.totalCount, 0)
})

test('an attendee’s time is free for bookings beyond the visit’s own', async () => {
  const { errors } = await visits.create(dayAhead(13), '09:00')
  assert.equal(errors, undefined)
  assert.equal(codeOf(await book(subgraph, clinic, dayAhead(13), '09:00')), 'SLOT_TAKEN')
  assert.equal(codeOf(await book(subgraph, clinic, dayAhead(13), '10:00')), 'accepted')
})

test('an attendee whose appointment is deactivated gives up the seat once', async () => {
  const id = await visits.createId(dayAhead(14), '09:00', { capacity: 2 })
  const [one = '', other = ''] = visits.patients(2)
  const appointment = await visits.addId(id, one)
  await visits.addId(id, other)
  const deactivate = () =>
    subgraph.get(
      createSupportIdentity(),
      'mutation ($input: DeactivateAppointmentInput!) { deactivateAppointment(input: $input) { appointment { id } } }',
      { input: { id: appointment } },
    )
  await deactivate()
  await deactivate()
  const { occupiedSlotsCount, appointments } = await visits.read(id)
  assert.deepEqual([occupiedSlotsCount, appointments.length], [1, 1])
})

test('who takes a patient out of a visit is on the appointment', async () => {
  const id = await visits.createId(dayAhead(15), '09:00')
  const [one = ''] = visits.patients(1)
  const appointment = await visits.addId(id, one)
  await visits.remove(id, one)
  const { appointment: shown } = await subgraph.get(
    createIdentity(),
    `{ appointment(id: "${appointment}") { status cancelledAt cancelledBy { __typename } } }`,
  )
  assert.equal(shown.status, 'CANCELLED')
  assert.ok(shown.cancelledAt)
  assert.ok(shown.cancelledBy)
})
