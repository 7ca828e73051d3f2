import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openPool, withDomain } from '@commonchart/database'
import { SubgraphContext } from '@commonchart/subgraph'
import { createSupportIdentity, openTestDatabase, type TestDatabase } from '@commonchart/testing'
import { CamelCasePlugin, CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Tables } from '../tables.ts'
import { dayOf, makeDay } from './days.ts'
import { listElementUsage } from './element-usage.ts'

const dayMs = 86_400_000
const days = 6
const now = Date.now()
let database: TestDatabase
let db: Kysely<Tables>
const sent: CompiledQuery[] = []

/** 36 000 counts of 20 domains over six days, and the sets that they are of. */
before(async () => {
  database = await openTestDatabase(new URL('../../migrations/', import.meta.url))
  db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: openPool(database.url, 2) }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    log: ({ query }) => void sent.push(query),
  })
  for (let at = 0; at < days; at += 1) await makeDay(db, dayOf(now - at * dayMs))
  const client = new pg.Client({ connectionString: database.adminUrl })
  await client.connect()
  const made = `generate_series(1, 20) d, generate_series($1::date, $2::date, interval '1 day') day, generate_series(1, 300) n`
  const period = [dayOf(now - (days - 1) * dayMs), dayOf(now)]
  const id = `lpad(to_hex(n), 32, '0')::uuid`
  await client.query(
    `INSERT INTO element_set SELECT d, day, ${id}, ARRAY['Query.a' || n, 'Query.b' || n] FROM ${made}`,
    period,
  )
  await client.query(
    `INSERT INTO element_use SELECT d, day, n % 40, 'enterprise', ${id}, 0, 1, day FROM ${made}`,
    period,
  )
  await client.query('ANALYZE')
  await client.end()
})
after(async () => {
  await db.destroy()
  await database.close()
})

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  Plans?: Plan[]
}

/** The tables of a day that a plan reads from end to end. */
function scansOf(plan: Plan): string[] {
  const own = plan['Node Type'] === 'Seq Scan' ? [plan['Relation Name'] ?? ''] : []
  return [...own, ...(plan.Plans ?? []).flatMap(scansOf)]
}

test('a domain’s use is found by its domain and day, and no other domain’s is read for it', async () => {
  const services = { post: () => Promise.reject(new Error('nobody is asked')) }
  for (const elements of [null, ['Query.a7']]) {
    const context = new SubgraphContext<Tables>(createSupportIdentity({ domainId: 7 }), db, services)
    sent.length = 0
    const page = await listElementUsage(context, 7, { elements, days: 3 }, new Set(['nodes']), now)
    await context.close()
    assert.equal(page.nodes.length, elements ? 1 : 50)
    const [query] = sent.filter(({ sql }) => sql.includes('element_use'))
    assert.ok(query)
    const plan = await withDomain(db, 7, async (trx) => {
      const explain = CompiledQuery.raw(`EXPLAIN (FORMAT JSON) ${query.sql}`, [...query.parameters])
      const { rows } = await trx.executeQuery<Record<string, { Plan: Plan }[]>>(explain)
      return Object.values(rows[0] ?? {})[0]?.[0]?.Plan
    })
    assert.ok(plan)
    assert.deepEqual(scansOf(plan), [], JSON.stringify(plan, null, 1))
  }
})
