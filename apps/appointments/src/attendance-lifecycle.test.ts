import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity, createSupportIdentity } from '@commonchart/testing'
import { dayAhead, openTestClinic, type TestClinic } from './test-clinic.ts'
import { openGroupVisits, type TestGroupVisits } from './test-group-visits.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
let groups: TestGroupVisits
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
  groups = openGroupVisits(subgraph, clinic)
})
after(() => subgraph.close())

const read = async (id: string) =>
  (
    await subgraph.get(
      createIdentity(),
      `{ appointment(id: "${id}") { status startAt cancelledBy { __typename } reschedules { previousStartAt startAt } } }`,
    )
  ).appointment

test('deactivating the appointment of somebody who attends gives their seat back, once', async () => {
  const visit = await groups.createId(dayAhead(0), '09:00', { capacity: 2 })
  const [one = '', other = ''] = groups.patients(2)
  const id = await groups.addId(visit, one)
  await groups.addId(visit, other)
  for (let round = 0; round < 2; round += 1)
    await subgraph.get(
      createSupportIdentity(),
      `mutation { deactivateAppointment(input: { id: "${id}" }) { appointment { id } } }`,
    )
  assert.equal((await groups.read(visit)).occupiedSlotsCount, 1)
})

test('whoever is added or removed can be asked to be told, and a removal says by whom it was', async () => {
  const visit = await groups.createId(dayAhead(1), '09:00')
  const [patient = ''] = groups.patients(1)
  const wish = { allowPatientNotification: true, patientNotificationMethod: 'SMS' }
  const id = await groups.addId(visit, patient, wish)
  await groups.remove(visit, patient, { ...wish, allowPractitionerNotification: true })
  const query = `{ notificationRequests(appointmentId: "${id}") { nodes { recipient method occasion } } }`
  const { notificationRequests } = await subgraph.get(createIdentity(), query)
  assert.deepEqual(
    notificationRequests.nodes
      .map((each: Record<string, string>) => `${each.recipient} ${each.method} ${each.occasion}`)
      .toReversed(),
    ['PATIENT SMS BOOKED', 'PATIENT SMS CANCELLED', 'PROVIDER SMS CANCELLED'],
  )
  const { status, cancelledBy } = await read(id)
  assert.deepEqual([status, cancelledBy], ['CANCELLED', { __typename: 'EnterpriseApiConsumer' }])
})

test('a visit that moves is kept as a move of each who attends', async () => {
  const visit = await groups.createId(dayAhead(2), '09:00')
  const [patient = ''] = groups.patients(1)
  const id = await groups.addId(visit, patient)
  const before = await read(id)
  const { startAt, untilAt } = groups.input(dayAhead(2), '13:00')
  const { errors } = await groups.update({ id: visit, startAt, untilAt })
  assert.equal(errors, undefined, JSON.stringify(errors))
  const moved = await read(id)
  assert.deepEqual(moved.reschedules, [{ previousStartAt: before.startAt, startAt: moved.startAt }])
})

test('the appointment of somebody who attends stays at the time of its visit, whatever the zone data says', async () => {
  const visit = await groups.createId(dayAhead(3), '09:00')
  const id = await groups.addId(visit, groups.patients(1)[0] ?? '')
  await subgraph.inDomain(1, (trx) =>
    trx
      .updateTable('appointment')
      .set({ startWall: `${dayAhead(3)}T10:00:00` })
      .where('domainId', '=', 1)
      .where('id', '=', id)
      .execute(),
  )
  const query = '{ shiftedAppointmentTimes { nodes { wallTime } } }'
  const { shiftedAppointmentTimes } = await subgraph.get(createSupportIdentity(), query)
  assert.deepEqual(shiftedAppointmentTimes.nodes, [])
})
