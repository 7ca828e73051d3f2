import { after, before, test } from 'node:test'
import { listAppointments, listUpcomingAppointments, type AppointmentArguments } from '../appointment-list.ts'
import type { AppointmentOrder } from '../appointment-order.ts'
import type { Context } from '../context.ts'
import { listPresentingIssues, type PresentingIssueFilters } from '../presenting-issues.ts'
import { listProviders, type ProviderFilters } from '../providers.ts'
import { openPopulated, type Populated } from './populated.ts'

let populated: Populated
before(async () => {
  populated = await openPopulated()
})
after(() => populated.close())

const assertServed = (list: (context: Context) => Promise<unknown>) => populated.plans.assertServed(list)

const nodes = new Set(['startAt', 'status', 'note'])
const fields = { nodes, page: new Set(['hasNextPage']) }
const appointments = (args: AppointmentArguments) => (context: Context) =>
  listAppointments(context, args, fields)

const filters: AppointmentArguments[] = [
  {},
  { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-03-02T00:00:00Z') },
  { from: new Date('2026-09-30T00:00:00Z') },
  { to: new Date('2026-01-03T00:00:00Z') },
  { locationId: '3' },
  { patientId: '11' },
  { providerId: '7' },
  { serviceId: '5' },
  { visitType: 'VIRTUAL_VISIT' },
  { statuses: ['BOOKED'] },
  { statuses: ['REQUESTED', 'CANCELLED'] },
  { tagIds: ['4'] },
  { tagIds: ['4', '21'] },
  { tagIds: ['22'] },
  { updatedSince: new Date('2026-02-07T00:00:00Z') },
]
for (const filter of filters)
  for (const includeDeactivated of [false, true])
    test(`the filter ${JSON.stringify({ ...filter, includeDeactivated })} is served by an index`, () =>
      assertServed(appointments({ ...filter, includeDeactivated })))

const orders = [
  'ID',
  'START_AT',
  'CREATED_AT',
  'UPDATED_AT',
  'VISIT_TYPE',
  'LOCATION',
  'PROVIDER',
  'SERVICE',
] as const
for (const field of orders)
  for (const direction of ['ASC', 'DESC'] as const)
    test(`the order ${field} ${direction} is served by an index, forwards and backwards`, async () => {
      const orderBy: AppointmentOrder[] = [{ field, direction }]
      await assertServed(appointments({ orderBy }))
      await assertServed(appointments({ orderBy, last: 10 }))
      await assertServed(appointments({ orderBy, includeDeactivated: true }))
    })

for (const filter of [{ providerId: '7' }, { patientId: '11' }] satisfies AppointmentArguments[])
  test(`a calendar of ${Object.keys(filter).join()} in order of time is served by an index`, () =>
    assertServed(
      appointments({
        ...filter,
        from: new Date('2026-03-01T00:00:00Z'),
        to: new Date('2026-04-01T00:00:00Z'),
        orderBy: [{ field: 'START_AT', direction: 'ASC' }],
      }),
    ))

test('what is to come is served by an index in order of time', () =>
  assertServed((context) => listUpcomingAppointments(context, {}, fields)))

test('changes since an instant are served by an index in their order', () =>
  assertServed(
    appointments({
      updatedSince: new Date('2026-02-07T00:00:00Z'),
      orderBy: [{ field: 'UPDATED_AT', direction: 'ASC' }],
    }),
  ))

test('a calendar of statuses and of tags is served by an index', async () => {
  const days = { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-04-01T00:00:00Z') }
  const orderBy: AppointmentOrder[] = [{ field: 'START_AT', direction: 'ASC' }]
  await assertServed(appointments({ ...days, orderBy, providerId: '7', statuses: ['BOOKED', 'CONFIRMED'] }))
  await assertServed(appointments({ ...days, orderBy, statuses: ['REQUESTED'] }))
  await assertServed(appointments({ ...days, orderBy, tagIds: ['4'] }))
})

const presentingIssueFilters: PresentingIssueFilters[] = [
  {},
  { name: 'issue 77' },
  { nameOrSearchablePhrase: 'issue 77' },
  { serviceId: 5 },
  { includeDeactivated: true },
]
for (const filter of presentingIssueFilters)
  test(`the presenting issues’ filter ${JSON.stringify(filter)} is served by an index`, () =>
    assertServed((context) =>
      listPresentingIssues(context, filter, { nodes: new Set(['color']), page: new Set() }),
    ))

const providerFilters: ProviderFilters[] = [
  {},
  { lastName: 'last77' },
  { firstName: 'first66' },
  { licenseNumber: 'l123' },
  { billingNumber: 'b123' },
  { email: '123@x.test' },
  { hasSchedule: true },
  { hasSchedule: false },
  { languages: ['language 7'] },
  { includeDeactivated: true },
]
for (const filter of providerFilters)
  test(`the providers’ filter ${JSON.stringify(filter)} is served by an index`, () =>
    assertServed((context) =>
      listProviders(context, filter, { nodes: new Set(['lastName']), page: new Set() }),
    ))
