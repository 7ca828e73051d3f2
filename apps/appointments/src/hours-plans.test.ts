import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Context } from './context.ts'
import { listFlexibleWorkHours, type FlexibleHourFilters } from './flexible-hours.ts'
import { listOffTimes, type OffTimeFilters } from './off-times.ts'
import { listScheduledOffTimes, listWorktime, readSpan } from './schedule.ts'
import { openTestPlans, type TestPlans } from './test-plans.ts'
import { populate } from './test-population.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let plans: TestPlans
before(async () => {
  subgraph = await openTestSubgraph()
  for (const domainId of [1, 2]) {
    await populate(subgraph, domainId, 100)
    await populateHours(domainId, 20_000)
  }
  plans = openTestPlans(subgraph)
})
after(async () => {
  await plans.close()
  await subgraph.close()
})

/** Gives 200 providers as many rows of weekly hours, dated hours and time off, ten of each within a year. */
async function populateHours(domainId: number, rows: number): Promise<void> {
  const owner = `${domainId}, n, 1 + n % 200`
  const bookable = `'PHYSICAL_VISIT', 1, 15, false`
  const end = `n % 50 = 0, 1, now(), now() FROM generate_series(1, ${rows}) n`
  const day = (more: number) => `to_char(date '2020-01-01' + n / 200 * 30 % 3600 + ${more}, 'YYYY-MM-DD')`
  const time = (hours: number) =>
    `timestamptz '2020-01-01 00:00Z' + (n / 200 * 30 % 3600) * interval '1 day' + ${hours} * interval '1 hour'`
  await subgraph.admin(`
    INSERT INTO location (domain_id, id, name, is_primary, is_public, zone, name_key, deactivated, version, created_at, updated_at)
    SELECT ${domainId}, 10 + n, 'Place', n = 1, true, 'UTC', 'place', ${end};
    INSERT INTO standard_work_hour (domain_id, id, provider_id, location_id, weekday, start_minute, end_minute, visit_type, slot,
      interval_minutes, stacking, show_intervals_on_schedule, deactivated, version, created_at, updated_at)
    SELECT ${owner}, 1 + n % 10, n % 7, 480, 600, ${bookable}, false, ${end};
    INSERT INTO flexible_work_hour (domain_id, id, provider_id, location_id, start_day, end_day, start_minute, end_minute,
      visit_type, slot, interval_minutes, stacking, deactivated, version, created_at, updated_at)
    SELECT ${owner}, 1 + n % 10, ${day(0)}, ${day(4)}, 480, 600, ${bookable}, ${end};
    INSERT INTO off_time (domain_id, id, provider_id, starts_at, ends_at, start_wall, end_wall, zone, deactivated, version,
      created_at, updated_at)
    SELECT ${owner}, ${time(0)}, ${time(8)}, '2020-01-01T00:00:00', '2020-01-01T08:00:00', 'UTC', ${end};
    ANALYZE`)
}

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
      await plans.assertServed((context) => listFlexibleWorkHours(context, 7, { ...filter, ...page }, fields))
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
      await plans.assertServed((context) => listOffTimes(context, 7, { ...filter, ...page }, fields))
  })

for (const locations of [null, ['3']])
  test(`a schedule of ${locations ? 'one location' : 'every location'} is served by indexes`, async () => {
    const [from, to] = [new Date('2023-03-01T00:00:00Z'), new Date('2023-04-01T00:00:00Z')]
    const span = (context: Context) =>
      readSpan(context, { from, to, providers: ['7', '8', '9'], locations, visitType: 'PHYSICAL_VISIT' })
    await plans.assertServed((context) => listWorktime(context, span(context)))
    await plans.assertServed((context) => listScheduledOffTimes(context, span(context), new Set(['memo'])))
  })

for (const table of ['flexibleWorkHour', 'offTime'] as const)
  test(`a query of ${table} without a condition sees one domain only`, async () => {
    const rows = await subgraph.inDomain(1, (trx) =>
      trx.selectFrom(table).select('domainId').distinct().execute(),
    )
    assert.deepEqual(rows, [{ domainId: 1 }])
  })
