import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { buildSubgraph } from '@commonchart/subgraph'
import {
  chooseLength,
  createIdentity,
  createSupportIdentity,
  findPatientDataFaults,
  judgeVisit,
  listPatientVisits,
  type PatientVisit,
  type VisitArguments,
} from '@commonchart/testing'
import { isObjectType } from 'graphql'
import { appointmentsSubgraph } from './subgraph.ts'
import { book, dayAhead, openTestClinic, type TestClinic } from './test-clinic.ts'
import { openGroupVisits, type TestGroupVisits } from './test-group-visits.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

/** A visit says how many attend, not who: those are its appointments, each of which names its patient. */
const exempt = {
  AppointmentChangeActor: 'who made a change or a move, which name the patient',
  AppointmentFieldChange: 'a part of a change, which names the patient',
  ConvertDraftAppointmentPayload: 'carries an appointment, and says which draft it was',
  GroupVisit: 'only its appointments are somebody’s',
  ReresolveAppointmentTimesPayload: 'carries shifted times, which name their patients',
  ShiftedAppointmentTimes: 'carries shifted times, which name their patients',
  ShiftedTime: 'a draft, a group visit or time off, none of which is a patient’s',
}

/** What lifecycle-data.test.ts visits, and a mutation that answers with an appointment as others do. */
const visitedElsewhere = {
  ...{
    'Query.appointmentHistory': '',
    'Query.notificationRequests': '',
    'Query.shiftedAppointmentTimes': '',
  },
  ...{ 'Mutation.deactivateAppointment': '', 'Mutation.settleNotificationRequest': '' },
  ...{ 'Mutation.reresolveAppointmentTimes': '', 'Mutation.convertDraftAppointment': '' },
}

const schema = buildSubgraph(appointmentsSubgraph)
const groupVisit = schema.getType('GroupVisit')
assert.ok(isObjectType(groupVisit))
/** What of a visit is nobody's. */
const nobodys = [
  ...Object.keys(groupVisit.getFields())
    .filter((name) => name !== 'appointments')
    .map((name) => `GroupVisit.${name}`),
  ...['GroupVisitEdge.cursor', 'GroupVisitConnection.pageInfo'],
]
let subgraph: TestSubgraph
let clinic: TestClinic
let id = ''
let groups: TestGroupVisits
/** Group visits by what is done to them; only the first is listed. */
const groupIds = { seen: '', joined: '', left: '', ended: '' }
/** Who still attends the visit that is left, one for each question. */
let leaving = 0
const mostLeaving = 300
const given: VisitArguments = {
  'Query.appointment': () => `id: "${id}"`,
  'Query.appointments': 'first: 3',
  'Query.upcomingAppointments': 'first: 3',
  'Query.groupVisit': () => `id: "${groupIds.seen}"`,
  'Query.groupVisits': '',
  'Query.virtualVisitLink': () => `id: "${id}"`,
  '_Entity.GroupVisit': () => `{ __typename: "GroupVisit", id: "${groupIds.seen}" }`,
  '_Entity.Appointment': () => `{ __typename: "Appointment", id: "${id}" }`,
  '_Entity.Patient': () => `{ __typename: "Patient", id: "${clinic.patientId}" }`,
  '_Entity.Respondent': () => `{ __typename: "Respondent", id: "${clinic.patientId}" }`,
  'Mutation.createAppointment': () =>
    `input: { patientId: "${clinic.patientId}", locationId: "${clinic.locationId}", providerId: "${clinic.providerId}",
      serviceId: "${clinic.serviceId}", startAt: "2031-01-01T20:00:00Z", untilAt: "2031-01-01T20:30:00Z", skipValidations: true }`,
  'Mutation.updateAppointment': () => `input: { id: "${id}", note: "n" }`,
  'Mutation.addGroupVisitAttendee': () =>
    `input: { groupVisitId: "${groupIds.joined}", patientId: "${groups.patients(1)[0]}" }`,
  'Mutation.removeGroupVisitAttendee': () =>
    `input: { groupVisitId: "${groupIds.left}", patientId: "${90_000 + (leaving += 1)}" }`,
  'Mutation.updateGroupVisit': () => `input: { id: "${groupIds.seen}", description: "d" }`,
  'Mutation.deactivateGroupVisit': () => `input: { id: "${groupIds.ended}" }`,
}
/** Nobody attends a visit that was just made; what a visit shows is asked of visits. */
const without = [
  ...['CreateGroupVisitPayload.groupVisit', 'Appointment.groupVisit', ...nobodys],
  ...[
    'Appointment.reschedules',
    'Appointment.notificationRequests',
    'Appointment.cancelledBy',
    'Appointment.presentingIssue',
    'Appointment.tags',
  ],
  // What belongs to the clinic, and of which there is none here.
  ...['Service.presentingIssues', 'Schedule.flexibleWorkHours', 'Schedule.offtime'],
]
/** What stands deep below an appointment is visited whole from these, and by a quarter from every other root: each root has another one. */
const whole = ['Query.appointment', 'Query.groupVisit', '_Entity.Appointment', '_Entity.Patient']
const share = chooseLength({ usual: 4, soak: 1 })
const visits: PatientVisit[] = listPatientVisits(
  schema,
  { ...given, ...visitedElsewhere, 'Mutation.createGroupVisit': '' },
  without,
).filter(({ root, path }, at) => path.length < 4 || at % share === 0 || whole.includes(root))

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
  await makeGroupVisits()
})

/** Makes a virtual visit of each kind that somebody attends, and makes the appointment of the test one of the first. */
async function makeGroupVisits(): Promise<void> {
  groups = openGroupVisits(subgraph, clinic)
  const url = 'https://visits.example/{appointmentId}/{accessCode}'
  await subgraph.get(
    createSupportIdentity(),
    `mutation { setVirtualVisitUrl(input: { virtualVisitUrl: "${url}" }) { virtualVisitUrl } }`,
  )
  for (const [at, name] of Object.keys(groupIds).entries()) {
    const more = { visitType: 'VIRTUAL_VISIT', allowEbooking: name === 'seen' }
    groupIds[name as keyof typeof groupIds] = await groups.createId(dayAhead(20 + at), '09:00', more)
  }
  id = await groups.addId(groupIds.seen, clinic.patientId)
  await groups.addId(groupIds.ended, groups.patients(1)[0] ?? '')
  await subgraph.admin(`
    INSERT INTO appointment (domain_id, patient_id, location_id, provider_id, service_id, group_visit_id, starts_at, ends_at,
      start_wall, end_wall, zone, status, visit_type, deactivated, overbooked, version, created_at, updated_at)
    SELECT domain_id, 90000 + n, location_id, ${clinic.providerId}, service_id, id, starts_at, ends_at, start_wall, end_wall,
      zone, 'BOOKED', visit_type, false, false, 1, created_at, updated_at
    FROM group_visit, generate_series(1, ${mostLeaving}) n WHERE id = ${groupIds.left};
    UPDATE group_visit SET occupied = ${mostLeaving} WHERE id = ${groupIds.left}`)
}
after(() => subgraph.close())

test('every type that can hold a patient’s data says whose its rows are', () => {
  const { patientOf = {} } = appointmentsSubgraph
  assert.deepEqual(findPatientDataFaults(schema, { patientOf, exempt }), [])
})

for (const root of Object.keys(given))
  test(`every value of a patient that ${root} can show names the patient to the record`, async () => {
    const own = visits.filter((visit) => visit.root === root)
    assert.ok(own.length > 20, `${own.length}`)
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
  const taken = await book(subgraph, clinic, dayAhead(0), '09:00')
  assert.ok(taken.errors)
  assert.equal(taken.extensions, undefined)
})
