import { after, before, test } from 'node:test'
import { forBothDomains } from '@commonchart/testing'
import { listAppointments, type AppointmentArguments } from './appointment-list.ts'
import type { AppointmentOrder } from './appointment-order.ts'
import type { Context } from './context.ts'
import { listProviders, type ProviderFilters } from './providers.ts'
import { openTestPlans, type TestPlans } from './test-plans.ts'
import { populate } from './test-population.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let plans: TestPlans
before(async () => {
  subgraph = await openTestSubgraph()
  await forBothDomains(({ id }) => populate(subgraph, id, 20_000))
  plans = openTestPlans(subgraph)
})
after(async () => {
  await plans.close()
  await subgraph.close()
})

const assertServed = (list: (context: Context) => Promise<unknown>) => plans.assertServed(list)

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
