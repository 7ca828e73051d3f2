import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openDatabase, withDomain } from '@commonchart/database'
import { SubgraphContext } from '@commonchart/subgraph'
import { createSupportIdentity } from '@commonchart/testing'
import fc from 'fast-check'
import { sql } from 'kysely'
import { precision } from './audit/duration-histogram.ts'
import { createRequestLeaf, openTestLog, type TestLog } from './audit/test-log.ts'
import type { Context } from './context.ts'
import { getRequestStatistics, loadStatistics, type RequestFigures } from './request-statistics.ts'
import type { Consumer } from './consumers.ts'
import { readPeriod } from './statistics-period.ts'
import type { Tables } from './tables.ts'

let log: TestLog
before(async () => {
  log = await openTestLog()
})
after(() => log.close())

const services = { post: () => Promise.reject(new Error('nobody is asked')) }
const hourMs = 3_600_000
const start = Date.parse('2026-03-08T00:00:00Z')
const span = { from: new Date(start), to: new Date(start + 48 * hourMs) }

async function ask<Result>(domainId: number, work: (context: Context) => Promise<Result>): Promise<Result> {
  const context: Context = new SubgraphContext<Tables>(createSupportIdentity({ domainId }), log.db, services)
  try {
    return await work(context)
  } finally {
    await context.close()
  }
}

const consumerOf = (domainId: number, id: string) => ({ domainId, id }) as Consumer

interface Asked {
  consumer: number
  atHour: number
  ms: number
  outcome: 'SUCCESS' | 'PARTIAL' | 'FAILED' | 'REFUSED'
}

const asked: fc.Arbitrary<Asked> = fc.record({
  consumer: fc.integer({ min: 1, max: 3 }),
  atHour: fc.integer({ min: 0, max: 47 }),
  ms: fc.oneof(fc.nat(60), fc.nat(10_000)),
  outcome: fc.constantFrom('SUCCESS', 'SUCCESS', 'SUCCESS', 'PARTIAL', 'FAILED', 'REFUSED'),
})

function assertFigures(told: RequestFigures, all: Asked[]): void {
  const refused = all.filter(({ outcome }) => outcome === 'REFUSED').length
  const errors = all.filter(({ outcome }) => outcome !== 'SUCCESS').length
  assert.deepEqual(
    { requests: told.requests, errors: told.errors, refused: told.refused },
    { requests: all.length, errors, refused },
  )
  const sorted = all
    .filter(({ outcome }) => outcome !== 'REFUSED')
    .map(({ ms }) => ms)
    .sort((a, b) => a - b)
  for (const [share, figure] of [
    [0.5, told.p50Ms],
    [0.95, told.p95Ms],
  ] as const) {
    const exact = sorted[Math.ceil(sorted.length * share) - 1]
    if (exact === undefined) assert.equal(figure, null)
    else assert.ok(Math.abs((figure ?? Number.NaN) - exact) <= exact * precision, `${exact}: ${figure}`)
  }
}

test('whoever counts and however often, figures are those of the requests, percentiles to within 5 %', async () => {
  let domainId = 100
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(asked, { maxLength: 60 }), { maxLength: 4 }), async (batches) => {
      domainId += 1
      for (const batch of batches) {
        await log.insert(
          domainId,
          batch.map(({ consumer, atHour, ms, outcome }) =>
            createRequestLeaf({
              actor: { kind: 'consumer', id: String(consumer), name: 'P', role: null },
              occurredAt: new Date(start + atHour * hourMs + ms),
              ...{ outcome, durationMs: ms },
            }),
          ),
        )
        // Several processes look at once, and again when nothing is left.
        await Promise.all([log.sequence(domainId), log.sequence(domainId), log.sequence(domainId)])
        await log.sequence(domainId)
      }
      const all = batches.flat()
      for (const bucket of ['HOUR', 'DAY'] as const) {
        const whole = await ask(domainId, (context) =>
          getRequestStatistics(context, domainId, { ...span, bucket }),
        )
        assertFigures(whole.totals, all)
        const width = bucket === 'HOUR' ? 1 : 24
        assert.equal(whole.buckets.length, 48 / width)
        for (const [at, each] of whole.buckets.entries()) {
          assert.equal(each.startAt.getTime(), start + at * width * hourMs)
          assertFigures(
            each,
            all.filter(({ atHour }) => Math.floor(atHour / width) === at),
          )
        }
        const [first, second] = await ask(domainId, (context) =>
          Promise.all(
            ['1', '2'].map((id) => loadStatistics(context, consumerOf(domainId, id), { ...span, bucket })),
          ),
        )
        assert.ok(first && second)
        assertFigures(
          first.totals,
          all.filter(({ consumer }) => consumer === 1),
        )
        assertFigures(
          second.totals,
          all.filter(({ consumer }) => consumer === 2),
        )
      }
    }),
    { numRuns: 12 },
  )
})

test('a count that is rolled back is made again, once', async () => {
  await log.insert(90, [createRequestLeaf({ occurredAt: new Date(start), durationMs: 7 })])
  await log.tamper(`
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''not now''; END';
    CREATE TRIGGER stays BEFORE DELETE ON audit_waiting EXECUTE FUNCTION fail()`)
  await assert.rejects(log.sequence(90), /not now/)
  await log.tamper('DROP TRIGGER stays ON audit_waiting')
  await log.sequence(90)
  const { totals } = await ask(90, (context) => getRequestStatistics(context, 90, { ...span, bucket: 'DAY' }))
  assert.deepEqual(totals, { requests: 1, errors: 0, refused: 0, p50Ms: 7, p95Ms: 7 })
})

test('hours from before durations were counted have no percentile, and say of refusals that it is not known', async () => {
  await log.tamper(`INSERT INTO consumer_usage (domain_id, consumer_id, hour, requests, errors, last_at, durations)
    VALUES (91, 1, '2026-03-08T05:00:00Z', 10, 2, '2026-03-08T05:10:00Z', '{1,2,3,0,0,0,0,0,0,0,0,0,0,4}')`)
  await log.insert(91, [
    createRequestLeaf({ occurredAt: new Date(start + 5.5 * hourMs), durationMs: 7 }),
    createRequestLeaf({ occurredAt: new Date(start + 24 * hourMs), durationMs: 9 }),
  ])
  const figures = { requests: 10, errors: 2, refused: null, p50Ms: null, p95Ms: null }
  const read = () =>
    ask(91, (context) => getRequestStatistics(context, 91, { ...span, bucket: 'DAY' })).then(
      ({ totals, buckets }) => ({ totals, days: buckets.map(({ startAt: _, ...each }) => each) }),
    )
  assert.deepEqual((await read()).days[0], figures)
  await log.sequence(91)
  const { totals, days } = await read()
  assert.deepEqual(days[0], { ...figures, requests: 11, p50Ms: 7, p95Ms: 7 })
  assert.deepEqual(days[1], { requests: 1, errors: 0, refused: 0, p50Ms: 9, p95Ms: 9 })
  assert.deepEqual(totals, { requests: 12, errors: 2, refused: null, p50Ms: 7, p95Ms: 9 })
})

test('a period is widened to whole hours or days, and refused when it is none or too long', () => {
  const now = Date.parse('2026-03-08T09:30:00Z')
  const read = (from: string, bucket: 'HOUR' | 'DAY', to?: string, mostDaysOfHours?: number) => {
    const period = readPeriod(
      { from: new Date(from), bucket, to: to === undefined ? null : new Date(to) },
      { now, ...(mostDaysOfHours && { mostDaysOfHours }) },
    )
    return [period.from.toISOString(), period.to.toISOString(), period.starts.length]
  }
  const day = ['2026-03-07T00:00:00.000Z', '2026-03-09T00:00:00.000Z', 2]
  assert.deepEqual(read('2026-03-07T23:59:59Z', 'DAY'), day)
  const hours = ['2026-03-08T09:00:00.000Z', '2026-03-08T11:00:00.000Z', 2]
  assert.deepEqual(read('2026-03-08T09:00:00Z', 'HOUR', '2026-03-08T11:00:00Z'), hours)
  assert.equal(read('2025-12-08T09:30:00Z', 'HOUR')[2], 2161)
  for (const refused of [
    () => read('2025-12-08T09:29:00Z', 'DAY'),
    () => read('2026-03-08T09:30:00Z', 'DAY'),
    () => read('2026-02-01T00:00:00Z', 'HOUR', '2026-02-15T00:00:01Z', 14),
  ])
    assert.throws(refused, { extensions: { code: 'BAD_USER_INPUT', path: 'from' } })
})

test('the statistics of many consumers are one query, and all of them rest on an index', async () => {
  await log.tamper(`INSERT INTO consumer_usage (domain_id, consumer_id, hour, requests, errors, refused, last_at, histogram)
    SELECT d, c, '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 hour', 9, 1, 1, now(), '{0,1,3,4}'
    FROM generate_series(92, 93) d, generate_series(1, 20) c, generate_series(1, 2160) n; ANALYZE consumer_usage`)
  const sent: string[] = []
  const db = openDatabase<Tables>(log.url, { max: 1, onQuery: (text) => void sent.push(text) })
  const context: Context = new SubgraphContext<Tables>(createSupportIdentity({ domainId: 92 }), db, services)
  const all = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      loadStatistics(context, consumerOf(92, String(at + 1)), { ...span, bucket: 'DAY' }),
    ),
  )
  await context.close()
  await db.destroy()
  for (const { totals } of all)
    assert.deepEqual(totals, { requests: 9 * 48, errors: 48, refused: 48, p50Ms: 2, p95Ms: 3 })
  assert.equal(sent.filter((text) => text.includes('consumer_usage')).length, 1)
  const { from, to } = span
  const plans = await withDomain(log.db, 92, (trx) =>
    Promise.all(
      [sql``, sql`AND consumer_id = ANY ('{3,5}'::bigint[])`].map(async (whose) =>
        JSON.stringify(
          (
            await sql`EXPLAIN SELECT sum(requests) FROM consumer_usage
            WHERE domain_id = 92 AND hour >= ${from} AND hour < ${to} ${whose}`.execute(trx)
          ).rows,
        ),
      ),
    ),
  )
  assert.match(plans[0] ?? '', /consumer_usage_by_hour/)
  for (const plan of plans) assert.doesNotMatch(plan, /Seq Scan/)
})
