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
import { book, dayAhead, openTestClinic, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

/** Every type that holds patients' data is in `patientOf`. */
const exempt = {}

const schema = buildSubgraph(appointmentsSubgraph)
let subgraph: TestSubgraph
let clinic: TestClinic
let id = ''
const given: VisitArguments = {
  'Query.appointment': () => `id: "${id}"`,
  'Query.appointments': '',
  'Query.upcomingAppointments': '',
  '_Entity.Appointment': () => `{ __typename: "Appointment", id: "${id}" }`,
  '_Entity.Patient': () => `{ __typename: "Patient", id: "${clinic.patientId}" }`,
  '_Entity.Respondent': () => `{ __typename: "Respondent", id: "${clinic.patientId}" }`,
  'Mutation.createAppointment': () =>
    `input: { patientId: "${clinic.patientId}", locationId: "${clinic.locationId}", providerId: "${clinic.providerId}",
      serviceId: "${clinic.serviceId}", startAt: "2031-01-01T20:00:00Z", untilAt: "2031-01-01T20:30:00Z", skipValidations: true, presentingIssueId: "1", tagIds: ["1"] }`,
  'Mutation.updateAppointment': () => `input: { id: "${id}", note: "n" }`,
}
const visits: PatientVisit[] = listPatientVisits(schema, given)

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
})
after(() => subgraph.close())

test('every type that can hold a patient’s data says whose its rows are', () => {
  const { patientOf = {} } = appointmentsSubgraph
  assert.deepEqual(findPatientDataFaults(schema, { patientOf, exempt }), [])
})

for (const root of Object.keys(given))
  test(`every value of a patient that ${root} can show names the patient to the record`, async () => {
    const own = visits.filter((visit) => visit.root === root)
    assert.ok(own.length > 50, `${own.length}`)
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
