import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openPool, withDomain } from '@commonchart/database'
import { Violations } from '@commonchart/errors'
import { SubgraphContext } from '@commonchart/subgraph'
import { createIdentity } from '@commonchart/testing'
import { CamelCasePlugin, CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import { listAvailabilities, listNextAvailabilities } from '../availabilities.ts'
import { findBusyOf } from '../booking.ts'
import { judgeBooking, readBookingFacts } from '../booking-rules.ts'
import type { AppointmentsChange, Context } from '../context.ts'
import type { Tables } from '../tables.ts'
import { openPopulated, type Populated } from './populated.ts'

let populated: Populated
let db: Kysely<Tables>
const sent: CompiledQuery[] = []
before(async () => {
  populated = await openPopulated()
  db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: openPool(populated.subgraph.appUrl, 2) }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    log: ({ query }) => void sent.push(query),
  })
})
after(async () => {
  await db.destroy()
  await populated.close()
})

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  Plans?: Plan[]
}

/** Tables of a handful of rows are read whole, and may be: a search goes through a clinic's locations, however many are here. */
const small = new Set([
  ...['location', 'service', 'standard_work_hour_service', 'flexible_work_hour_service', 'domain_setting'],
])

function scansOf(plan: Plan): string[] {
  const table = plan['Relation Name'] ?? ''
  const own = plan['Node Type'].includes('Seq Scan') && !small.has(table) ? [table] : []
  return [...own, ...(plan.Plans ?? []).flatMap(scansOf)]
}

/** Claims are found by who holds them: a provider has one for every booking that there ever was. */
function claimSearchesOf(plan: Plan): string[] {
  const index = plan['Index Name'] ?? ''
  const own = plan['Relation Name'] === 'time_claim' && index !== 'time_claim_by_holder' ? [index] : []
  return [...own, ...(plan.Plans ?? []).flatMap(claimSearchesOf)]
}

/**
 * Asserts that nothing that was asked of the database reads a whole table, as the role and with the values it was sent;
 * what is planned once for a connection, not as it is planned for any values either.
 */
async function assertServed(work: (context: Context) => Promise<unknown>): Promise<void> {
  const services = { post: () => Promise.reject(new Error('nobody is asked')) }
  const context: Context = new SubgraphContext<Tables>(createIdentity({ domainId: 1 }), db, services)
  sent.length = 0
  await work(context)
  await context.endReads()
  const queries = sent.filter(({ sql }) => /^\s*(\/\*.*?\*\/)?\s*select/i.test(sql))
  assert.ok(queries.length >= 5, `${queries.length}`)
  // The claims too are looked at, as they are where a provider takes several bookings at once.
  assert.ok(queries.some(({ sql }) => sql.includes('time_claim')))
  await withDomain(db, 1, async (trx) => {
    for (const { sql, parameters } of queries) {
      const explains = [CompiledQuery.raw(`EXPLAIN (FORMAT JSON) ${sql}`, [...parameters])]
      if (sql.includes('/* prepare'))
        explains.push(CompiledQuery.raw(`EXPLAIN (FORMAT JSON, GENERIC_PLAN) ${sql}`))
      for (const explain of explains) {
        const { rows } = await trx.executeQuery<Record<string, { Plan: Plan }[]>>(explain)
        const plan = Object.values(rows[0] ?? {})[0]?.[0]?.Plan
        assert.ok(plan)
        const faults = [...scansOf(plan), ...claimSearchesOf(plan)]
        assert.deepEqual(faults, [], `${explain.sql} ${JSON.stringify(plan, null, 1)}`)
      }
    }
  })
}

const now = Date.parse('2026-02-01T00:00:00Z')
const range = { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-03-31T00:00:00Z') }

for (const providers of [['8'], ['8', '12', '14', '102']])
  test(`availabilities of ${providers.length} of 200 providers read no whole table`, () =>
    assertServed((context) => listAvailabilities(context, { serviceId: '3', providers, ...range }, now)))

test('the next availabilities for a patient read no whole table', () =>
  assertServed((context) =>
    listNextAvailabilities(context, { serviceId: '3', providers: ['8', '10'], forPatientId: '11' }),
  ))

test('the judging of a booking reads no whole table', () =>
  assertServed((context) =>
    context.read((trx) => {
      const service = {
        ...{ id: 3, deactivated: false, providerDefaultStatus: 'BOOKED' as const, maxRequestableDays: null },
        ...{ minRequestableInterval: 0, minRequestableIntervalType: 'hours' },
        ...{ allowNewPatient: true, allowExistingPatient: true },
      }
      const wish = {
        ...{
          provider: { id: 7, deactivated: false },
          location: { id: 3, zone: 'UTC', deactivated: false },
          service,
        },
        ...{ startsAt: new Date('2026-03-03T10:00:00Z'), endsAt: new Date('2026-03-03T10:30:00Z') },
        ...{ visitType: null, patientId: '11' },
      }
      return judgeBooking(trx, 1, wish, new Violations())
    }),
  ))

test('what a booking reads ahead reads no whole table', () =>
  assertServed((context) =>
    context.read(async (trx) => {
      const change = { trx, domainId: 1, identity: context.identity, now: new Date() } as AppointmentsChange
      const slot = { locationId: 3, providerId: 7, startsAt: range.from, endsAt: range.to }
      await readBookingFacts(trx, 1, { ...slot, patientId: '11' })
      await findBusyOf(change, slot)
    }),
  ))
