import { after, before, test } from 'node:test'
import type { Context } from '../context.ts'
import { listDrafts, type DraftArguments } from '../draft-list.ts'
import { openPopulated, type Populated } from './populated.ts'

let populated: Populated
before(async () => {
  populated = await openPopulated()
})
after(() => populated.close())

const fields = {
  nodes: new Set(['startAt', 'createdBy', 'expiresAt', 'version']),
  page: new Set(['hasNextPage', 'totalCount']),
}
const drafts = (args: DraftArguments) => (context: Context) => listDrafts(context, args, fields)

const day = { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-03-02T00:00:00Z') }
const filters: DraftArguments[] = [
  {},
  day,
  { from: new Date('2026-09-30T00:00:00Z') },
  { to: new Date('2026-01-03T00:00:00Z') },
  { locationId: '3' },
  { providerId: '7' },
  { serviceId: '5' },
  { ...day, providerId: '7' },
  { ...day, locationId: '3', providerId: '7', serviceId: '5' },
]
for (const filter of filters)
  test(`the drafts’ filter ${JSON.stringify(filter)} is served by an index`, () =>
    populated.plans.assertServed(drafts(filter)))

for (const field of ['ID', 'CREATED_AT'] as const)
  for (const direction of ['ASC', 'DESC'] as const)
    test(`the drafts’ order ${field} ${direction} is served by an index, forwards and backwards`, async () => {
      const orderBy = [{ field, direction }]
      await populated.plans.assertServed(drafts({ orderBy }))
      await populated.plans.assertServed(drafts({ orderBy, last: 10 }))
    })
