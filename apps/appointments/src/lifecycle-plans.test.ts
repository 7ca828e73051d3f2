import { after, before, test } from 'node:test'
import { listAppointmentHistory } from './appointment-history.ts'
import {
  listNotificationRequests,
  loadRequestsOf,
  type NotificationRequestFilters,
} from './notification-requests.ts'
import { loadReschedules } from './reschedules.ts'
import { findShiftedTimes } from './shifted-times.ts'
import { openTestPlans, type TestPlans } from './test-plans.ts'
import { populateGroups } from './test-group-population.ts'
import { populate } from './test-population.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let plans: TestPlans
before(async () => {
  subgraph = await openTestSubgraph()
  for (const id of [1, 2]) {
    await populate(subgraph, id, 20_000)
    await populateGroups(subgraph, id, 20_000)
    await subgraph.admin(`
      INSERT INTO notification_request (domain_id, appointment_id, patient_id, recipient, method, occasion, state,
        requested_by_kind, requested_by_id, version, created_at, updated_at)
      SELECT ${id}, id, patient_id, 'PATIENT', 'SMS', 'BOOKED', CASE WHEN id % 2 = 0 THEN 'TOLD' ELSE 'UNSENT' END,
        'CONSUMER', 1, 1, created_at, created_at FROM appointment WHERE domain_id = ${id};
      INSERT INTO appointment_reschedule (domain_id, appointment_id, from_starts_at, from_ends_at, from_provider_id,
        from_location_id, to_starts_at, to_ends_at, to_provider_id, to_location_id, by_kind, by_id, by_name, rescheduled_at)
      SELECT ${id}, id, starts_at, ends_at, provider_id, location_id, starts_at, ends_at, provider_id, location_id,
        'consumer', '1', 'portal', created_at FROM appointment WHERE domain_id = ${id};
      INSERT INTO off_time (domain_id, id, provider_id, starts_at, ends_at, start_wall, end_wall, zone, deactivated, version,
        created_at, updated_at)
      SELECT domain_id, id, provider_id, starts_at, ends_at, start_wall, end_wall, zone, false, 1, now(), now()
      FROM appointment WHERE domain_id = ${id};
      INSERT INTO audit_event (domain_id, id, action, record_type, record_id, record_version, patient_id, fields, principal, request_id)
      SELECT ${id}, gen_random_uuid(), 'appointment.updated', 'Appointment', (1 + n % 9000)::text, 1, 1, '{}', '{}', 'r'
      FROM generate_series(1, 20000) n;
      ANALYZE`)
  }
  plans = openTestPlans(subgraph)
})
after(async () => {
  await plans.close()
  await subgraph.close()
})

const page = new Set(['hasNextPage', 'totalCount'])
/** Counting all that a domain has goes through all of it. */
const uncounted = new Set(['hasNextPage'])

const filters: NotificationRequestFilters[] = [
  {},
  { appointmentId: '77' },
  { patientId: '11' },
  { state: 'TOLD' },
  { state: 'UNSENT' },
  { patientId: '11', state: 'TOLD' },
  { appointmentId: '77', patientId: '11', state: 'UNSENT' },
]
for (const filter of filters)
  test(`the requests’ filter ${JSON.stringify(filter)} is served by an index, forwards and backwards`, async () => {
    const fields = Object.keys(filter).length > 0 ? page : uncounted
    for (const args of [filter, { ...filter, last: 10 }])
      await plans.assertServed((context) => listNotificationRequests(context, args, fields))
  })

test('the history of an appointment is served by an index, forwards and backwards', async () => {
  await plans.assertServed((context) => listAppointmentHistory(context, { id: '77' }, page))
  await plans.assertServed((context) => listAppointmentHistory(context, { id: '77', last: 10 }, page))
})

test('the moves of appointments are served by an index', () =>
  plans.assertServed((context) => loadReschedules(context, { id: '77', patientId: '1' })))

test('the requests of appointments are served by an index', () =>
  plans.assertServed((context) => loadRequestsOf(context, '77')))

test('shifted times are looked for provider by provider, each served by an index', () =>
  plans.assertServed((context) =>
    context.read((trx) => findShiftedTimes(trx, context.domainId, { first: 3 })),
  ))
