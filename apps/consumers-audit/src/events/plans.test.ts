import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openPool, withDomain } from '@commonchart/database'
import { SubgraphContext } from '@commonchart/subgraph'
import { createSupportIdentity, openTestDatabase, type TestDatabase } from '@commonchart/testing'
import { CamelCasePlugin, CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { dayOf } from '../access/days.ts'
import type { Context } from '../context.ts'
import type { Tables } from '../tables.ts'
import { makeEventDay } from './days.ts'
import { listDeliveries, type DeliveryFilters } from './delivery-log.ts'

const dayMs = 86_400_000
const days = 10
const today = Date.now()
/** Every day is full, whatever the time is. */
const endOfToday = (Math.floor(today / dayMs) + 1) * dayMs - 1
let database: TestDatabase
let db: Kysely<Tables>
const sent: CompiledQuery[] = []

before(async () => {
  database = await openTestDatabase(new URL('../../migrations/', import.meta.url))
  db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: openPool(database.url, 2) }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    log: ({ query }) => void sent.push(query),
  })
  for (let at = 0; at < days; at += 1) await makeEventDay(db, dayOf(today - at * dayMs))
  await fill()
})
after(async () => {
  await db.destroy()
  await database.close()
})

/** 40 000 deliveries of each of two domains over 10 days, of five subscriptions; one topic is rare, and most are done. */
async function fill(): Promise<void> {
  const client = new pg.Client({ connectionString: database.adminUrl })
  await client.connect()
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
  await client.end()
}

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  Filter?: string
  'Rows Removed by Filter'?: number
  Plans?: Plan[]
}

/** Runs a search and explains each of its queries as the program's own role, with the values it was sent with. */
async function faultsOf(search: (context: Context) => Promise<unknown>): Promise<string[]> {
  const services = { post: () => Promise.reject(new Error('nobody is asked')) }
  const context: Context = new SubgraphContext<Tables>(createSupportIdentity(), db, services)
  sent.length = 0
  await search(context)
  await context.endReads()
  const queries = sent.filter(({ sql }) => sql.startsWith('select'))
  assert.ok(queries.length > 0)
  return withDomain(db, 1, async (trx) => {
    const faults: string[] = []
    for (const { sql, parameters } of queries) {
      const explain = CompiledQuery.raw(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, [...parameters])
      const { rows } = await trx.executeQuery<Record<string, { Plan: Plan }[]>>(explain)
      const plan = Object.values(rows[0] ?? {})[0]?.[0]?.Plan ?? assert.fail()
      faults.push(...describeFaults(plan).map((fault) => `${fault} of ${sql}`))
    }
    return faults
  })
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
