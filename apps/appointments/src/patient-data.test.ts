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
  GroupVisit: 'how many attend, not who: those are its appointments, which name their patients',
  AppointmentChangeActor: 'who made a change or a move, which name the patient',
  AppointmentFieldChange: 'a part of a change, which names the patient',
  ConvertDraftAppointmentPayload: 'carries an appointment, and says which draft it was',
  ReresolveAppointmentTimesPayload: 'carries shifted times, which name their patients',
  ShiftedAppointmentTimes: 'carries shifted times, which name their patients',
}

/** What group-patient-data.test.ts visits. */
const inGroupTest = {
  'Query.groupVisit': '',
  'Query.groupVisits': '',
  'Query.virtualVisitLink': '',
  '_Entity.GroupVisit': '',
  'Mutation.addGroupVisitAttendee': '',
  'Mutation.removeGroupVisitAttendee': '',
  'Mutation.createGroupVisit': '',
  'Mutation.updateGroupVisit': '',
  'Mutation.deactivateGroupVisit': '',
}

/** Mutations that answer with what another field visits; two could show it only once. */
const visitedElsewhere = {
  ...inGroupTest,
  'Mutation.deactivateAppointment': 'an appointment, as Mutation.updateAppointment',
  'Mutation.settleNotificationRequest': 'a request, as Query.notificationRequests',
  'Mutation.reresolveAppointmentTimes': 'shifted times, as Query.shiftedAppointmentTimes',
}

const schema = buildSubgraph(appointmentsSubgraph)
let subgraph: TestSubgraph
let clinic: TestClinic
let id = ''
/** Ids of drafts, one for each conversion. */
let drafts: string[] = []
const given: VisitArguments = {
  ...inGroupTest,
  'Query.appointment': () => `id: "${id}"`,
  'Query.appointments': '',
  'Query.appointmentHistory': () => `id: "${id}"`,
  'Query.notificationRequests': '',
  'Query.shiftedAppointmentTimes': '',
  'Query.upcomingAppointments': '',
  '_Entity.Appointment': () => `{ __typename: "Appointment", id: "${id}" }`,
  '_Entity.Patient': () => `{ __typename: "Patient", id: "${clinic.patientId}" }`,
  '_Entity.Respondent': () => `{ __typename: "Respondent", id: "${clinic.patientId}" }`,
  'Mutation.createAppointment': () =>
    `input: { patientId: "${clinic.patientId}", locationId: "${clinic.locationId}", providerId: "${clinic.providerId}",
      serviceId: "${clinic.serviceId}", startAt: "2031-01-01T20:00:00Z", untilAt: "2031-01-01T20:30:00Z", skipValidations: true, presentingIssueId: "1", tagIds: ["1"] }`,
  'Mutation.convertDraftAppointment': () =>
    `input: { id: "${drafts.pop()}", patientId: "${clinic.patientId}", skipValidations: true, presentingIssueId: "1", tagIds: ["1"] }`,
  'Mutation.updateAppointment': () => `input: { id: "${id}", note: "n" }`,
  'Mutation.deactivateAppointment': '',
  'Mutation.settleNotificationRequest': '',
  'Mutation.reresolveAppointmentTimes': '',
}
/** What shows little of a patient. */
const fewVisits: Record<string, number> = { 'Query.appointmentHistory': 10 }
/** The clinic's own records, which other fields visit; asked for below a move, they come with its patient all the same. */
const without = [
  'Appointment.groupVisit',
  ...['previousProvider', 'previousLocation', 'provider', 'location'].map(
    (field) => `AppointmentReschedule.${field}`,
  ),
]
/** An appointment that was just booked has never been moved, nor cancelled; how far a list was read shows nobody. */
const booking = new Set(['Mutation.createAppointment', 'Mutation.convertDraftAppointment'])
const isNever = ({ root, path }: PatientVisit) =>
  (booking.has(root) && (path.includes('reschedules') || path.includes('cancelledBy'))) ||
  (root === 'Query.shiftedAppointmentTimes' && ['endProviderId', 'zoneData'].includes(path[1] ?? ''))
const visits: PatientVisit[] = listPatientVisits(schema, given, without).filter((visit) => !isNever(visit))

before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
  const texts = '[{ locale: ENGLISH, value: "x" }]'
  await subgraph.get(
    createSupportIdentity(),
    `mutation { updateService(input: { id: "${clinic.serviceId}", localizedName: ${texts},
      localizedShortDescription: ${texts}, localizedLongDescription: ${texts} }) { service { id } }
      createPresentingIssue(input: { name: "x", serviceIds: ["${clinic.serviceId}"], localizedName: ${texts},
        localizedInternalName: ${texts}, localizedSearchablePhrase: ${texts}, localizedPrepNote: ${texts} }) { presentingIssue { id } }
      createAppointmentTag(input: { name: "x", shortName: "x" }) { appointmentTag { id } } }`,
  )
  const belongings = { presentingIssueId: '1', tagIds: ['1'] }
  const { data } = await book(subgraph, clinic, dayAhead(0), '09:00', belongings)
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
  const { rows } = await subgraph.admin<{ id: string }>(
    `INSERT INTO draft_appointment (domain_id, location_id, provider_id, service_id, starts_at, ends_at, start_wall, end_wall,
      zone, expires_at, created_by_kind, created_by_id, version, created_at, updated_at)
    SELECT 1, ${clinic.locationId}, ${clinic.providerId}, ${clinic.serviceId}, now() + interval '1 year',
      now() + interval '1 year 30 minutes', '', '', 'UTC', now() + interval '1 hour', 'CONSUMER', '1', 1, now(), now()
    FROM generate_series(1, ${visits.length}) RETURNING id`,
  )
  drafts = rows.map((row) => row.id)
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
