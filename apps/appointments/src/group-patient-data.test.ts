import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { buildSubgraph } from '@commonchart/subgraph'
import {
  createSupportIdentity,
  judgeVisit,
  listPatientVisits,
  type PatientVisit,
  type VisitArguments,
} from '@commonchart/testing'
import { isObjectType } from 'graphql'
import { appointmentsSubgraph } from './subgraph.ts'
import { dayAhead, openTestClinic, type TestClinic } from './test-clinic.ts'
import { openGroupVisits, type TestGroupVisits } from './test-group-visits.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

const schema = buildSubgraph(appointmentsSubgraph)
const groupVisit = schema.getType('GroupVisit')
assert.ok(isObjectType(groupVisit))
/** What of a visit is nobody's; and nobody attends a visit that was just made. */
const without = [
  ...Object.keys(groupVisit.getFields())
    .filter((name) => name !== 'appointments')
    .map((name) => `GroupVisit.${name}`),
  ...['GroupVisitEdge.cursor', 'GroupVisitConnection.pageInfo', 'CreateGroupVisitPayload.groupVisit'],
  'Appointment.groupVisit',
]

let subgraph: TestSubgraph
let clinic: TestClinic
let groups: TestGroupVisits
let id = ''
/** Group visits by what is done to them; only the first is listed. */
const groupIds = { seen: '', joined: '', left: '', ended: '' }
/** Who still attends the visit that is left, one for each question. */
let leaving = 0
const mostLeaving = 300
const given: VisitArguments = {
  'Query.groupVisit': () => `id: "${groupIds.seen}"`,
  'Query.groupVisits': '',
  'Query.virtualVisitLink': () => `id: "${id}"`,
  '_Entity.GroupVisit': () => `{ __typename: "GroupVisit", id: "${groupIds.seen}" }`,
  'Mutation.addGroupVisitAttendee': () =>
    `input: { groupVisitId: "${groupIds.joined}", patientId: "${groups.patients(1)[0]}" }`,
  'Mutation.removeGroupVisitAttendee': () =>
    `input: { groupVisitId: "${groupIds.left}", patientId: "${90_000 + (leaving += 1)}" }`,
  'Mutation.updateGroupVisit': () => `input: { id: "${groupIds.seen}", description: "d" }`,
  'Mutation.deactivateGroupVisit': () => `input: { id: "${groupIds.ended}" }`,
}
/** Those that patient-data.test.ts visits, as it does all that is reached from an appointment. */
const others = Object.fromEntries(
  Object.values(schema.getTypeMap()).flatMap((type): [string, string][] => {
    if (!isObjectType(type)) return []
    const isRoot = type === schema.getQueryType() || type === schema.getMutationType()
    const fields = isRoot ? Object.keys(type.getFields()).map((name) => `${type.name}.${name}`) : []
    return [`_Entity.${type.name}`, ...fields].map((name) => [name, ''])
  }),
)
const isHere = ({ path }: PatientVisit) =>
  path.slice(path.findIndex((each) => /^appointments?$/.test(each))).length < 3
const visits = listPatientVisits(schema, { ...others, ...given }, without).filter(isHere)

before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
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
})
after(() => subgraph.close())

for (const root of Object.keys(given))
  test(`every value of a patient that ${root} can show names the patient to the record`, async () => {
    const own = visits.filter((visit) => visit.root === root)
    assert.ok(own.length > 10, `${own.length}`)
    const faults: string[] = []
    for (const visit of own) {
      const fault = judgeVisit(visit, await subgraph.ask(createSupportIdentity(), visit.query))
      if (fault) faults.push(fault)
    }
    assert.deepEqual(faults, [])
  })
