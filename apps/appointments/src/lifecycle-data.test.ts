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
import { appointmentsSubgraph } from './subgraph.ts'
import { book, bookingInput, change, dayAhead, openTestClinic, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
let id = ''
const given: VisitArguments = {
  'Query.appointment': () => `id: "${id}"`,
  'Query.appointmentHistory': () => `id: "${id}"`,
  'Query.notificationRequests': '',
  'Query.shiftedAppointmentTimes': '',
}
/** The root fields that patient-data.test.ts visits need no arguments here. */
const anyRoot = new Proxy(given, { has: () => true })
/** The clinic's own records, and what patient-data.test.ts visits of appointments. */
const without = [
  ...['previousProvider', 'previousLocation', 'provider', 'location'].map(
    (field) => `AppointmentReschedule.${field}`,
  ),
  ...['provider', 'location', 'service', 'groupVisit', 'presentingIssue', 'tags'].map(
    (field) => `Appointment.${field}`,
  ),
]
/** How far a list was read shows nobody, and neither do visits, drafts and time off. */
const showsNobody = ({ path }: PatientVisit) =>
  ['endProviderId', 'zoneData', 'others'].includes(path[1] ?? '')
const visits = listPatientVisits(buildSubgraph(appointmentsSubgraph), anyRoot, without)

before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
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

for (const root of Object.keys(given))
  test(`every value of what became of appointments that ${root} can show names the patient`, async () => {
    const own = visits.filter((visit) => visit.root === root && !showsNobody(visit))
    assert.ok(own.length > 10, `${own.length}`)
    const faults: string[] = []
    for (const visit of own) {
      const fault = judgeVisit(visit, await subgraph.ask(createSupportIdentity(), visit.query))
      if (fault) faults.push(fault)
    }
    assert.deepEqual(faults, [])
  })
