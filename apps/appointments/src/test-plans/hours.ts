import { after, before, test } from 'node:test'
import type { Context } from '../context.ts'
import { listFlexibleWorkHours, type FlexibleHourFilters } from '../flexible-hours.ts'
import { listOffTimes, type OffTimeFilters } from '../off-times.ts'
import { listScheduledOffTimes, listWorktime, readSpan } from '../schedule.ts'
import { openPopulated, type Populated } from './populated.ts'

let populated: Populated
before(async () => {
  populated = await openPopulated()
})
after(() => populated.close())

const fields = { nodes: new Set(['name', 'memo', 'slot', 'location']), page: new Set(['totalCount']) }

const hourFilters: FlexibleHourFilters[] = [
  {},
  { from: '2026-03-01' },
  { to: '2021-03-01' },
  { from: '2023-03-01', to: '2023-03-31' },
  { anyLocationIds: ['3', '4'] },
  { from: '2023-03-01', to: '2023-03-31', anyLocationIds: ['3', '4'] },
]
for (const filter of hourFilters)
  test(`the dated hours’ filter ${JSON.stringify(filter)} is served by an index, forwards and backwards`, async () => {
    for (const page of [{}, { last: 5 }])
      await populated.plans.assertServed((context) =>
        listFlexibleWorkHours(context, 7, { ...filter, ...page }, fields),
      )
  })

const offTimeFilters: OffTimeFilters[] = [
  {},
  { from: '2026-03-01' },
  { to: '2021-03-01' },
  { from: '2023-03-01', to: '2023-03-31' },
]
for (const filter of offTimeFilters)
  test(`the time off’s filter ${JSON.stringify(filter)} is served by an index, forwards and backwards`, async () => {
    for (const page of [{}, { last: 5 }])
      await populated.plans.assertServed((context) =>
        listOffTimes(context, 7, { ...filter, ...page }, fields),
      )
  })

for (const locations of [null, ['3']])
  test(`a schedule of ${locations ? 'one location' : 'every location'} is served by indexes`, async () => {
    const [from, to] = [new Date('2023-03-01T00:00:00Z'), new Date('2023-04-01T00:00:00Z')]
    const span = (context: Context) =>
      readSpan(context, { from, to, providers: ['7', '8', '9'], locations, visitType: 'PHYSICAL_VISIT' })
    await populated.plans.assertServed((context) => listWorktime(context, span(context)))
    await populated.plans.assertServed((context) =>
      listScheduledOffTimes(context, span(context), new Set(['memo'])),
    )
  })
