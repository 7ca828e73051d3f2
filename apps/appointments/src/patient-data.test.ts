import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { buildSubgraph } from '@commonchart/subgraph'
import {
  createIdentity,
  createSupportIdentity,
  findPatientDataFaults,
  judgeVisit,
  listPatientVisits,
  type PatientVisit,
  type VisitArguments,
} from '@commonchart/testing'
import { appointmentsSubgraph } from './subgraph.ts'
import { book, bookingInput, change, dayAhead, openTestClinic, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

/** Every other type that holds patients' data is in `patientOf`. */
const exempt = {
  AppointmentChangeActor: 'who made a change or a move, which name the patient',
  AppointmentFieldChange: 'a part of a change, which names the patient',
  ConvertDraftAppointmentPayload: 'carries an appointment, and says which draft it was',
  ReresolveAppointmentTimesPayload: 'carries shifted times, which name their patients',
  ShiftedAppointmentTimes: 'carries shifted times, which name their patients',
}

/** Mutations that answer with what another field visits; two could show it only once. */
const visitedElsewhere = {
  'Mutation.deactivateAppointment': 'an appointment, as Mutation.updateAppointment',
  'Mutation.settleNotificationRequest': 'a request, as Query.notificationRequests',
  'Mutation.convertDraftAppointment': 'an appointment, as Mutation.updateAppointment',
  'Mutation.reresolveAppointmentTimes': 'shifted times, as Query.shiftedAppointmentTimes',
}

const schema = buildSubgraph(appointmentsSubgraph)
let subgraph: TestSubgraph
let clinic: TestClinic
let id = ''
const given: VisitArguments = {
  'Query.appointment': () => `id: "${id}"`,
  'Query.appointments': '',
  'Query.appointmentHistory': () => `id: "${id}"`,
  'Query.notificationRequests': '',
  'Query.shiftedAppointmentTimes': '',
  '_Entity.Appointment': () => `{ __typename: "Appointment", id: "${id}" }`,
  '_Entity.Patient': () => `{ __typename: "Patient", id: "${clinic.patientId}" }`,
  '_Entity.Respondent': () => `{ __typename: "Respondent", id: "${clinic.patientId}" }`,
  'Mutation.createAppointment': () =>
    `input: { patientId: "${clinic.patientId}", locationId: "${clinic.locationId}", providerId: "${clinic.providerId}",
      serviceId: "${clinic.serviceId}", startAt: "2031-01-01T20:00:00Z", untilAt: "2031-01-01T20:30:00Z", skipValidations: true }`,
  'Mutation.updateAppointment': () => `input: { id: "${id}", note: "n" }`,
  'Mutation.deactivateAppointment': '',
  'Mutation.settleNotificationRequest': '',
  'Mutation.convertDraftAppointment': '',
  'Mutation.reresolveAppointmentTimes': '',
}
/** What shows little of a patient. */
const fewVisits: Record<string, number> = { 'Query.appointmentHistory': 10 }
/** The clinic's own records, which other fields visit; asked for below a move, they come with its patient all the same. */
const without = ['previousProvider', 'previousLocation', 'provider', 'location'].map(
  (field) => `AppointmentReschedule.${field}`,
)
/** An appointment that was just booked has never been moved, nor cancelled; how far a list was read shows nobody. */
const isNever = ({ root, path }: PatientVisit) =>
  (root === 'Mutation.createAppointment' && (path.includes('reschedules') || path.includes('cancelledBy'))) ||
  (root === 'Query.shiftedAppointmentTimes' && ['endProviderId', 'zoneData'].includes(path[1] ?? ''))
const visits: PatientVisit[] = listPatientVisits(schema, given, without).filter((visit) => !isNever(visit))

before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
  const texts = '[{ locale: ENGLISH, value: "x" }]'
  await subgraph.get(
    createSupportIdentity(),
    `mutation { updateService(input: { id: "${clinic.serviceId}", localizedName: ${texts},
      localizedShortDescription: ${texts}, localizedLongDescription: ${texts} }) { service { id } } }`,
  )
  const { data } = await book(subgraph, clinic, dayAhead(0), '09:00')
  id = data.createAppointment.id
  const { startAt, untilAt } = bookingInput(clinic, dayAhead(0), '10:00')
  await change(subgraph, clinic, { id, startAt, untilAt, notifyBy: 'SMS' })
  await change(subgraph, clinic, { id, status: 'CANCELLED', cancelReason: 'ill' })
  // An older release of the zone data would have left it so.
  await subgraph.inDomain(1, (trx) =>
    trx
      .updateTable('appointment')
      .set({ startsAt: new Date(startAt.getTime() - 3_600_000) })
      .where('domainId', '=', 1)
      .where('id', '=', id)
      .execute(),
  )
})
after(() => subgraph.close())

test('every type that can hold a patient’s data says whose its rows are', () => {
  const { patientOf = {} } = appointmentsSubgraph
  assert.deepEqual(findPatientDataFaults(schema, { patientOf, exempt }), [])
})

for (const root of Object.keys(given).filter((each) => !(each in visitedElsewhere)))
  test(`every value of a patient that ${root} can show names the patient to the record`, async () => {
    const own = visits.filter((visit) => visit.root === root)
    assert.ok(own.length > (fewVisits[root] ?? 50), `${own.length}`)
    const faults: string[] = []
    for (const visit of own) {
      const fault = judgeVisit(visit, await subgraph.ask(createSupportIdentity(), visit.query))
      if (fault) faults.push(fault)
    }
    assert.deepEqual(faults, [])
  })

test('an answer counts the appointments of each patient, and names one who has none', async () => {
  subgraph.patients?.set('1/5', { id: '5', state: 'ACTIVE', mergedInto: null, version: 1 })
  await book(subgraph, clinic, dayAhead(1), '09:00', { patientId: '5' })
  await book(subgraph, clinic, dayAhead(1), '10:00', { patientId: '5' })
  const ask = async (query: string) => (await subgraph.ask(createIdentity(), query)).extensions?.recorder
  const two = { reads: [{ patientId: '5', types: { Appointment: 2 } }], changes: [] }
  assert.deepEqual(
    await ask('{ appointments(patientId: "5") { nodes { patient { id } } edges { cursor } } }'),
    two,
  )
  const entity = (patient: string) =>
    `{ _entities(representations: [{ __typename: "Patient", id: "${patient}" }]) { ... on Patient { appointments { nodes { id } } } } }`
  assert.deepEqual(await ask(entity('5')), two)
  assert.deepEqual(await ask(entity('6')), { reads: [{ patientId: '6', types: {} }], changes: [] })
})

test('what shows nobody names nobody: the clinic, counts, unknown ids, refusals', async () => {
  const quiet = await subgraph.ask(
    createIdentity(),
    `{ appointments { totalCount } appointment(id: "99999") { id } locations { name } services { name }
       providers { nodes { fullName schedule { standardWorkHours { nodes { weekday } } } } pageInfo { endCursor } } }`,
  )
  assert.deepEqual([quiet.errors, quiet.extensions], [undefined, undefined])
  const taken = await book(subgraph, clinic, dayAhead(1), '09:00')
  assert.ok(taken.errors)
  assert.equal(taken.extensions, undefined)
})
