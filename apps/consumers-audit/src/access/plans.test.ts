import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Context } from '../context.ts'
import { openTestPlans, type Plan, type TestPlans } from '../test-plans.ts'
import { dayOf, makeDay } from './days.ts'
import { listRequests } from './requests.ts'
import type { RequestFilters } from './search-requests.ts'

const dayMs = 86_400_000
const days = 20
const today = Date.now()
/** Every day is full, whatever the time is: for a day of few rows the planner would rather sort. */
const endOfToday = (Math.floor(today / dayMs) + 1) * dayMs - 1
let plans: TestPlans

before(async () => {
  plans = await openTestPlans()
  for (let at = 0; at < days; at += 1) await makeDay(plans.db, dayOf(today - at * dayMs))
  await fill()
})
after(() => plans.close())

/** 20 000 requests of each of two domains over 20 days, and what they are searched by. */
async function fill(): Promise<void> {
  await plans.asSuperuser(async (client) => {
    await client.query(
      `CREATE TEMPORARY TABLE made AS
      SELECT d AS domain_id, n, (lpad(to_hex($1::bigint - n * $2::bigint), 12, '0') || '7000800000000000' || lpad(to_hex(n), 4, '0'))::uuid AS id
      FROM generate_series(1, 20000) n, generate_series(1, 2) d`,
      [endOfToday, Math.floor((days * dayMs) / 20_000) - 1],
    )
    await client.query(`
    INSERT INTO access_log SELECT domain_id, id, now(), n % 4000, (ARRAY['enterprise', 'settings'])[1 + (n % 10 = 0)::int],
      CASE WHEN n % 10 = 0 THEN NULL ELSE n % 40 END, '192.0.2.' || n % 200, 'Operation' || n % 100,
      (ARRAY['QUERY', 'MUTATION'])[1 + (n % 7 = 0)::int],
      (ARRAY['SUCCESS', 'PARTIAL', 'FAILED', 'REFUSED'])[1 + (n % 20 = 0)::int + (n % 60 = 0)::int + (n % 300 = 0)::int],
      200, 1, '{"actor":null}', '', '', 0, 0 FROM made;
    INSERT INTO audit_leaf (domain_id, id, kind, occurred_at, request_id, action, fields, outcome, count, patient_id, seen)
      SELECT domain_id, id, 'REQUEST', to_timestamp(('x' || translate(left(id::text, 13), '-', ''))::bit(48)::bigint / 1000.0),
        id, 'request.answered', '{}', 'SUCCESS', 1, CASE WHEN n / 170 % 3 = 0 THEN n % 170 END,
        CASE WHEN n / 170 % 3 = 1 THEN jsonb_build_array(jsonb_build_object('patientIds', ARRAY[n % 170, 7777])) END
      FROM made;
    INSERT INTO audit_seen
      SELECT domain_id, (n % 170)::text, occurred_at, id FROM made JOIN audit_leaf USING (domain_id, id) WHERE n / 170 % 3 = 1;
    INSERT INTO access_patient SELECT domain_id, (n % 170)::text, id FROM made WHERE n / 170 % 3 = 2;
    INSERT INTO access_error SELECT domain_id, 'CODE_' || n % 30, id FROM made WHERE n % 20 < 3;
    INSERT INTO access_slow SELECT domain_id, t, id FROM made, unnest(ARRAY[100, 250, 500, 1000, 2500, 5000, 10000]) t WHERE n % 4000 >= t;
    ANALYZE`)
  })
}

/** How Postgres runs each query of a search. Whether anything lies beyond a page is asked without an order: there the planner may choose. */
async function plansOf(search: (context: Context) => Promise<unknown>): Promise<Plan[]> {
  const explained = await plans.explain(search, { analyze: true })
  const ordered = explained.filter(({ sql }) => sql.includes('order by'))
  assert.ok(ordered.length > 0)
  return ordered.map(({ plan }) => plan)
}

/** A page is 50: whoever reads or throws away many more for it does not follow an index of what is searched. */
const mostRows = 60

function faultsOf(plan: Plan): string[] {
  const node = `${plan['Node Type']} ${plan['Relation Name'] ?? ''} ${plan['Index Name'] ?? ''}`.trim()
  const removed = plan['Rows Removed by Filter'] ?? 0
  return [
    ...(/Seq Scan|Sort|Bitmap/.test(plan['Node Type']) ? [node] : []),
    ...((plan['Actual Rows'] ?? 0) > mostRows ? [`${node}: ${plan['Actual Rows']} rows`] : []),
    ...(removed > mostRows ? [`${node}: throws ${removed} rows away`] : []),
    ...(plan.Plans ?? []).flatMap(faultsOf),
  ]
}

const fields = new Set(['nodes', 'hasNextPage', 'hasPreviousPage'])
const filters: RequestFilters[] = [
  {},
  { consumerId: '7' },
  { operationName: 'Operation7' },
  { operationKind: 'MUTATION' },
  { operationKind: 'QUERY' },
  { outcome: 'SUCCESS' },
  { outcome: 'REFUSED' },
  { ip: '192.0.2.7' },
  { graph: 'settings' },
  { graph: 'enterprise' },
  { errorCode: 'CODE_1' },
  { slowerThanMs: 1000 },
  { slowerThanMs: 5000 },
  { patientId: '7' },
  { from: new Date(today - 3 * dayMs), to: new Date(today - 2 * dayMs) },
  { patientId: '7', from: new Date(today - 9 * dayMs) },
  { consumerId: '7', to: new Date(today - 9 * dayMs) },
]
for (const filter of filters)
  test(`the search ${JSON.stringify(filter)} is served by an index, from both ends and between`, async () => {
    for (const size of [{ first: 50 }, { last: 50 }]) {
      let cursor: string | null = null
      const search = (on: object) => (context: Context) =>
        listRequests(context, 1, { ...filter, ...size, ...on }, fields, new Date(today - days * dayMs))
      for (const plan of await plansOf(async (context) => {
        cursor = (await search({})(context)).pageInfo.endCursor
      }))
        assert.deepEqual(faultsOf(plan), [], JSON.stringify(plan, null, 1))
      const on = 'first' in size ? { after: cursor } : { before: cursor }
      for (const plan of await plansOf(search(on)))
        assert.deepEqual(faultsOf(plan), [], JSON.stringify(plan, null, 1))
    }
  })
