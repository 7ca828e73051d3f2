import { after, before, test } from 'node:test'
import { listAppointmentHistory } from '../appointment-history.ts'
import {
  listNotificationRequests,
  loadRequestsOf,
  type NotificationRequestFilters,
} from '../notification-requests.ts'
import { loadReschedules } from '../reschedules.ts'
import { findShiftedTimes } from '../shifted-times.ts'
import { openPopulated, type Populated } from './populated.ts'

let populated: Populated
before(async () => {
  populated = await openPopulated()
})
after(() => populated.close())

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
      await populated.plans.assertServed((context) => listNotificationRequests(context, args, fields))
  })

test('the history of an appointment is served by an index, forwards and backwards', async () => {
  await populated.plans.assertServed((context) => listAppointmentHistory(context, { id: '77' }, page))
  await populated.plans.assertServed((context) =>
    listAppointmentHistory(context, { id: '77', last: 10 }, page),
  )
})

test('the moves of appointments are served by an index', () =>
  populated.plans.assertServed((context) => loadReschedules(context, { id: '77', patientId: '1' })))

test('the requests of appointments are served by an index', () =>
  populated.plans.assertServed((context) => loadRequestsOf(context, '77')))

test('shifted times are looked for provider by provider, each served by an index', () =>
  populated.plans.assertServed((context) =>
    context.read((trx) => findShiftedTimes(trx, context.domainId, { first: 3 })),
  ))
