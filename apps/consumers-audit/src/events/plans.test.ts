import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { dayOf } from '../access/days.ts'
import type { Context } from '../context.ts'
import { openTestPlans, type Plan, type TestPlans } from '../test-plans.ts'
import { makeEventDay } from './days.ts'
import { listDeliveries, type DeliveryFilters } from './delivery-log.ts'

const dayMs = 86_400_000
const days = 10
const today = Date.now()
/** Every day is full, whatever the time is. */
const endOfToday = (Math.floor(today / dayMs) + 1) * dayMs - 1
let plans: TestPlans

before(async () => {
  plans = await openTestPlans()
  for (let at = 0; at < days; at += 1) await makeEventDay(plans.db, dayOf(today - at * dayMs))
  await fill()
})
after(() => plans.close())

/** 40 000 deliveries of each of two domains over 10 days, of five subscriptions; one topic is rare, and most are done. */
async function fill(): Promise<void> {
  await plans.asSuperuser(async (client) => {
    await client.query(
      `INSERT INTO event_delivery
      SELECT d, (lpad(to_hex($1::bigint - n * $2::bigint), 12, '0') || '7000800000000000' || lpad(to_hex(n), 4, '0'))::uuid,
        n % 5, gen_random_uuid(), 40000 - n,
        CASE WHEN n % 499 = 0 THEN 'patient.merged' ELSE 'appointment.' || (ARRAY['created', 'updated'])[1 + n % 2] END,
        now(), n::text, (n % 1000)::text, '{startAt}',
        (ARRAY['DELIVERED', 'FAILED', 'RETRYING', 'WAITING'])[1 + greatest(n % 50 - 46, 0)],
        '[]', NULL, NULL, NULL, false, false
      FROM generate_series(1, 40000) n, generate_series(1, 2) d`,
      [endOfToday, Math.floor((days * dayMs) / 40_000) - 1],
    )
    await client.query('ANALYZE event_delivery')
  })
}

/** What is wrong with the plans of a search. */
async function faultsOf(search: (context: Context) => Promise<unknown>): Promise<string[]> {
  const explained = await plans.explain(search, { analyze: true })
  return explained.flatMap(({ sql, plan }) => describeFaults(plan).map((fault) => `${fault} of ${sql}`))
}

function describeFaults(plan: Plan): string[] {
  const node = `${plan['Node Type']} ${plan['Relation Name'] ?? ''} ${plan['Index Name'] ?? ''}`.trim()
  return [
    ...(/Seq Scan|Sort|Bitmap/.test(plan['Node Type']) ? [node] : []),
    ...(plan.Filter && !isOfDone(plan) ? [`${node}: Filter ${plan.Filter}`] : []),
    ...(plan.Plans ?? []).flatMap(describeFaults),
  ]
}

/**
 * Of those that are not DELIVERED there are few, however long a receiver is down: the list of all is read without them, and
 * few are thrown away. An index of those that are would be written for each delivery, and save nothing.
 */
function isOfDone({ Filter, 'Rows Removed by Filter': removed = 0 }: Plan): boolean {
  return Filter === "(status = 'DELIVERED'::text)" && removed < pageSize
}

const pageSize = 20
const fields = new Set(['nodes', 'hasNextPage', 'hasPreviousPage'])
const filters: Omit<DeliveryFilters, 'subscriptionId'>[] = [
  {},
  { status: 'DELIVERED' },
  { status: 'FAILED' },
  { status: 'RETRYING' },
  { status: 'WAITING' },
  { topic: 'appointment.created' },
  { topic: 'patient.merged' },
  { patientId: '7' },
  { from: new Date(today - 3 * dayMs), to: new Date(today - 2 * dayMs) },
  { status: 'FAILED', from: new Date(today - 3 * dayMs) },
  { topic: 'patient.merged', to: new Date(today - 2 * dayMs) },
  { patientId: '7', from: new Date(today - 3 * dayMs) },
]
for (const filter of filters)
  test(`the delivery log is searched by ${JSON.stringify(filter)} in the index of its order, from both ends and between`, async () => {
    for (const size of [{ first: pageSize }, { last: pageSize }]) {
      let cursor: string | null = null
      const search = (on: object) => async (context: Context) => {
        const args = { subscriptionId: '1', ...filter, ...size, ...on }
        const page = await listDeliveries(context, 1, args, fields)
        cursor = page.pageInfo.endCursor
      }
      assert.deepEqual(await faultsOf(search({})), [])
      assert.deepEqual(await faultsOf(search({ ['first' in size ? 'after' : 'before']: cursor })), [])
    }
  })
