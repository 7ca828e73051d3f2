import { after, before, test } from 'node:test'
import { listGroupVisits, type GroupVisitArguments } from '../group-visit-list.ts'
import type { GroupVisitOrder } from '../group-visit-order.ts'
import { loadAppointmentsOf, loadGroupVisit, loadLeadersOf } from '../group-visits.ts'
import { openPopulated, type Populated } from './populated.ts'
import { listUserGroups, loadMembersOf } from '../user-groups.ts'

let populated: Populated
before(async () => {
  populated = await openPopulated()
})
after(() => populated.close())

const fields = { nodes: new Set(['startAt', 'name', 'fullyBooked']), page: new Set(['hasNextPage']) }
const assertServed = (args: GroupVisitArguments) =>
  populated.plans.assertServed((context) => listGroupVisits(context, args, fields))

const filters: GroupVisitArguments[] = [
  {},
  { fullyBooked: true },
  { fullyBooked: false },
  { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-03-02T00:00:00Z') },
  { from: new Date('2026-09-30T00:00:00Z') },
  { to: new Date('2026-01-03T00:00:00Z') },
  { locationId: '3' },
  { name: 'visit 77' },
  { name: 'visit' },
  { description: 'about 66' },
  { description: 'about' },
]
for (const filter of filters)
  for (const more of [{ allowEbooking: true }, { allowEbooking: false }, { includeDeactivated: true }])
    test(`the visits’ filter ${JSON.stringify({ ...filter, ...more })} is served by an index`, () =>
      assertServed({ ...filter, ...more }))

const orders = ['CREATED_AT', 'ID', 'LOCATION_NAME', 'NAME', 'START_AT', 'UPDATED_AT'] as const
for (const field of orders)
  for (const direction of ['ASC', 'DESC'] as const)
    test(`the visits’ order ${field} ${direction} is served by an index, forwards and backwards`, async () => {
      const orderBy: GroupVisitOrder[] = [{ field, direction }]
      await assertServed({ orderBy, allowEbooking: true })
      await assertServed({ orderBy, allowEbooking: true, last: 10 })
      await assertServed({ orderBy, includeDeactivated: true })
    })

test('what a page shows of visits is read by index: the visits themselves, their providers and appointments', async () => {
  await populated.plans.assertServed((context) => loadGroupVisit(context, '77', fields.nodes))
  await populated.plans.assertServed((context) => loadLeadersOf(context, '77'))
  await populated.plans.assertServed((context) => loadAppointmentsOf(context, '77', new Set(['status'])))
})

test('user groups and their members are read by index', async () => {
  const names = new Set(['name'])
  await populated.plans.assertServed((context) => loadMembersOf(context, 77))
  await populated.plans.assertServed((context) =>
    listUserGroups(context, { includeDeactivated: true }, names),
  )
  await populated.plans.assertServed((context) => listUserGroups(context, {}, names))
})
