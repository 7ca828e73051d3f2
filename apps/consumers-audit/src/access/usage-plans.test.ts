import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSupportIdentity } from '@commonchart/testing'
import type { Context } from '../context.ts'
import { openTestPlans, type Plan, type TestPlans } from '../test-plans.ts'
import { dayOf, makeDay } from './days.ts'
import { listElementUsage } from './element-usage.ts'

const dayMs = 86_400_000
const days = 6
const now = Date.now()
let plans: TestPlans

/** 36 000 counts of 20 domains over six days, and the sets that they are of. */
before(async () => {
  plans = await openTestPlans()
  for (let at = 0; at < days; at += 1) await makeDay(plans.db, dayOf(now - at * dayMs))
  const made = `generate_series(1, 20) d, generate_series($1::date, $2::date, interval '1 day') day, generate_series(1, 300) n`
  const period = [dayOf(now - (days - 1) * dayMs), dayOf(now)]
  const id = `lpad(to_hex(n), 32, '0')::uuid`
  await plans.asSuperuser(async (client) => {
    await client.query(
      `INSERT INTO element_set SELECT d, day, ${id}, ARRAY['Query.a' || n, 'Query.b' || n] FROM ${made}`,
      period,
    )
    await client.query(
      `INSERT INTO element_use SELECT d, day, n % 40, 'enterprise', ${id}, 0, 1, day FROM ${made}`,
      period,
    )
    await client.query('ANALYZE')
  })
})
after(() => plans.close())

/** The tables of a day that a plan reads from end to end. */
function scansOf(plan: Plan): string[] {
  const own = plan['Node Type'] === 'Seq Scan' ? [plan['Relation Name'] ?? ''] : []
  return [...own, ...(plan.Plans ?? []).flatMap(scansOf)]
}

test('a domain’s use is found by its domain and day, and no other domain’s is read for it', async () => {
  for (const elements of [null, ['Query.a7']]) {
    const read = async (context: Context) => {
      const page = await listElementUsage(context, 7, { elements, days: 3 }, new Set(['nodes']), now)
      assert.equal(page.nodes.length, elements ? 1 : 50)
    }
    const explained = await plans.explain(read, { identity: createSupportIdentity({ domainId: 7 }) })
    const [found] = explained.filter(({ sql }) => sql.includes('element_use'))
    const plan = found?.plan ?? assert.fail()
    assert.deepEqual(scansOf(plan), [], JSON.stringify(plan, null, 1))
  }
})
