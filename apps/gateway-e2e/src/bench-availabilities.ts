import assert from 'node:assert/strict'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { replaceSection } from '@commonchart/tools/bench-document'
import { signToken } from '@commonchart/testing'
import pg from 'pg'
import { Pool } from 'undici'
import { benchDays, benchProviders, createBenchClinic, type BenchClinic } from './bench-clinic.ts'
import { drainEvents } from './bench-population.ts'
import { startStack, type Stack } from './stack.ts'

/**
 * Asks two whole stacks, one with many appointments and one with a thousand, what can be booked of 50 providers in 30 days,
 * in turn, one request at a time, beside the bare SQL that fetches what this is worked out from. Fails when the p95 is more
 * than three times that of the SQL, or more than twice that of the smaller stack.
 */
const { values } = parseArgs({
  options: {
    appointments: { type: 'string', default: '100000' },
    requests: { type: 'string', default: '200' },
    write: { type: 'boolean', default: false },
  },
})
const [many, requests] = [Number(values.appointments), Number(values.requests)]
const bars = { sql: 3, size: 2 }
const few = 1000
const unlimited = String(1_000_000_000)

interface Population {
  count: number
  stack: Stack
  admin: pg.Client
  app: pg.Client
  pool: Pool
  clinic: BenchClinic
}

async function openPopulation(count: number): Promise<Population> {
  const stack = await startStack({
    gateway: {
      LIMIT_REQUESTS_PER_MINUTE_PER_CONSUMER: unlimited,
      LIMIT_REQUESTS_PER_MINUTE_PER_ADDRESS: unlimited,
    },
  })
  try {
    const { url, adminUrl } = stack.databases.appointments ?? {}
    const admin = new pg.Client({ connectionString: adminUrl })
    admin.on('error', () => undefined)
    await admin.connect()
    const app = new pg.Client({ connectionString: url })
    await app.connect()
    const clinic = await createBenchClinic(stack, admin, count)
    await drainEvents(admin)
    return { count, stack, admin, app, clinic, pool: new Pool(stack.url, { connections: 1 }) }
  } catch (error) {
    await stack.stop()
    throw error
  }
}

const tokens = new Map<Stack, { text: string; madeAt: number }>()

function tokenOf(stack: Stack): string {
  const known = tokens.get(stack)
  if (known && Date.now() - known.madeAt < 300_000) return known.text
  const { key, issuer } = stack.north
  const text = signToken({ privateKey: key.privateKey, issuer, lifetimeSeconds: 800 })
  tokens.set(stack, { text, madeAt: Date.now() })
  return text
}

/** Asks the gateway once, and gives how long the answer took and what it says. */
async function ask({ stack, pool }: Population, query: string, variables: object) {
  const headers = {
    'content-type': 'application/json',
    host: stack.north.host,
    authorization: `Bearer ${tokenOf(stack)}`,
  }
  const begun = performance.now()
  const body = JSON.stringify({ query, variables })
  const answer = await pool.request({ path: '/graphql', method: 'POST', headers, body })
  const text = await answer.body.text()
  const tookMs = performance.now() - begun
  assert.ok(answer.statusCode === 200 && !text.includes('"errors"'), text.slice(0, 500))
  return { tookMs, text }
}

const availabilities = `query ($serviceId: ID!, $from: DateTimeWithTimezone, $to: DateTimeWithTimezone) {
  availabilities(serviceId: $serviceId, from: $from, to: $to) { startAt untilAt visitType provider { id } location { id } } }`

/** The statements that fetch what availabilities are worked out from, as the service sends them. */
function inputsOf({ stack, clinic }: Population): [string, unknown[]][] {
  const { domainId } = stack.north
  const providers = `provider_id = ANY(ARRAY(SELECT id FROM provider WHERE domain_id = ${domainId} AND has_schedule AND NOT deactivated))`
  const span = `ends_at > $1 AND starts_at < $2`
  const [from, to] = [clinic.from, clinic.to]
  return [
    [`SELECT * FROM service WHERE domain_id = ${domainId} AND id = $1`, [clinic.serviceId]],
    [`SELECT id, zone FROM location WHERE domain_id = ${domainId} AND NOT deactivated`, []],
    [
      `SELECT id, provider_id, location_id, weekday, start_minute, end_minute, slot, interval_minutes, stacking, visit_type,
         ARRAY(SELECT service_id FROM standard_work_hour_service s WHERE s.domain_id = h.domain_id AND s.work_hour_id = h.id)
       FROM standard_work_hour h WHERE domain_id = ${domainId} AND ${providers} AND NOT deactivated`,
      [],
    ],
    [
      `SELECT * FROM flexible_work_hour WHERE domain_id = ${domainId} AND ${providers} AND end_day >= $1 AND start_day <= $2`,
      [from.slice(0, 10), to.slice(0, 10)],
    ],
    [
      `SELECT id, provider_id, starts_at, ends_at FROM off_time WHERE domain_id = ${domainId} AND ${providers} AND ${span}`,
      [from, to],
    ],
    [
      `SELECT provider_id, starts_at, ends_at FROM appointment WHERE domain_id = ${domainId} AND ${providers} AND ${span}
         AND NOT deactivated AND status <> ALL('{CANCELLED,REJECTED,NO_SHOW}') AND group_visit_id IS NULL
       UNION ALL SELECT provider_id, starts_at, ends_at FROM draft_appointment
         WHERE domain_id = ${domainId} AND ${providers} AND ${span} AND expires_at > now()
       UNION ALL SELECT provider_id, starts_at, ends_at FROM group_visit_provider
         WHERE domain_id = ${domainId} AND ${providers} AND ${span} AND live`,
      [from, to],
    ],
  ]
}

/** How long some statements take in a transaction of one domain, as the service opens them. */
async function runBare({ app, stack }: Population, statements: [string, unknown[]][]): Promise<number> {
  const begun = performance.now()
  await app.query(`BEGIN; SET LOCAL app.domain_id = '${stack.north.domainId}'`)
  for (const [text, parameters] of statements) await app.query(text, parameters)
  await app.query('ROLLBACK')
  return performance.now() - begun
}

/** The scans of whole tables in the plans of the inputs. */
async function findScans(population: Population): Promise<string[]> {
  const { app, stack } = population
  await app.query(`BEGIN; SET LOCAL app.domain_id = '${stack.north.domainId}'`)
  const scans: string[] = []
  for (const [text, parameters] of inputsOf(population)) {
    const { rows } = await app.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, parameters)
    scans.push(...rows.map((row) => row['QUERY PLAN']).filter((line) => /Seq Scan on appointment/.test(line)))
  }
  await app.query('ROLLBACK')
  return scans
}

function at(took: number[], share: number): number {
  const sorted = took.toSorted((a, b) => a - b)
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN
}

interface Row {
  title: string
  few: number[]
  many: number[]
}

async function measure(small: Population, large: Population): Promise<Row[]> {
  const asked = async (population: Population) =>
    (await ask(population, availabilities, population.clinic)).tookMs
  const rows: [title: string, measured: (population: Population) => Promise<number>][] = [
    ['`SELECT 1`, in the database alone', (population) => runBare(population, [['SELECT 1', []]])],
    [
      'one record by its id, through the gateway',
      async (population) =>
        (
          await ask(population, 'query ($id: ID!) { service(id: $id) { id } }', {
            id: population.clinic.serviceId,
          })
        ).tookMs,
    ],
    [
      'the SQL of the inputs, in the database alone',
      (population) => runBare(population, inputsOf(population)),
    ],
    ['`availabilities`, through the gateway', asked],
  ]
  const measured: Row[] = rows.map(([title]) => ({ title, few: [], many: [] }))
  for (let turn = -Math.ceil(requests / 5); turn < requests; turn += 1)
    for (const [place, [, take]] of rows.entries()) {
      const [one, other] = [await take(small), await take(large)]
      // What comes first warms up both.
      if (turn < 0) continue
      measured[place]?.few.push(one)
      measured[place]?.many.push(other)
    }
  return measured
}

function ratiosOf(rows: Row[]): { sql: number; size: number } {
  const [, , inputs, shown] = rows as [Row, Row, Row, Row]
  return {
    sql: at(shown.many, 0.95) / at(inputs.many, 0.95),
    size: at(shown.many, 0.95) / at(shown.few, 0.95),
  }
}

function report(rows: Row[], [small, large]: number[], ratios: { sql: number; size: number }): string {
  const lines = rows.map(({ title, few: one, many: other }) => {
    const cells = [at(one, 0.5), at(one, 0.95), at(other, 0.5), at(other, 0.95)].map((ms) => ms.toFixed(1))
    return `| ${title} | ${cells.join(' | ')} | ${(at(other, 0.95) / at(one, 0.95)).toFixed(2)} |`
  })
  const thousand = (number: number): string => number.toLocaleString('en').replaceAll(',', ' ')
  return [
    `One run, ${requests} requests each, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}: ${benchProviders} providers ` +
      `who work 8 hours on each of ${benchDays} days, half an hour a visit. ${thousand(small ?? 0)} times are shown among ${thousand(few)} appointments, ` +
      `${thousand(large ?? 0)} among ${thousand(many)}, where four of five slots are booked.`,
    '',
    `| what | ${thousand(few)}: p50 ms | p95 ms | ${thousand(many)}: p50 ms | p95 ms | p95 ratio |`,
    '| --- | --: | --: | --: | --: | --: |',
    ...lines,
    '',
    `Among ${thousand(many)} appointments \`availabilities\` takes ${ratios.sql.toFixed(2)} times as long as the SQL of its inputs (p95, at most ` +
      `${bars.sql}), and ${ratios.size.toFixed(2)} times as long as among ${thousand(few)} (at most ${bars.size}).`,
    '',
  ].join('\n')
}

const opened: Population[] = []
try {
  for (const count of [few, many]) opened.push(await openPopulation(count))
  const [small, large] = opened as [Population, Population]
  const shown: number[] = []
  for (const population of opened) {
    const { text } = await ask(population, availabilities, population.clinic)
    const answer = JSON.parse(text) as { data: { availabilities: unknown[] } }
    shown.push(answer.data.availabilities.length)
  }
  const rows = await measure(small, large)
  const ratios = ratiosOf(rows)
  const text = report(rows, shown, ratios)
  process.stdout.write(`\n${text}`)
  if (values.write) replaceSection('availabilities', text)
  const scans = await findScans(large)
  const faults = [
    ...scans.map((line) => `a whole table is read: ${line}`),
    ...(ratios.sql > bars.sql ? [`the bar is ${bars.sql} times the SQL`] : []),
    ...(ratios.size > bars.size ? [`the bar is ${bars.size} times the smaller stack`] : []),
  ]
  if (faults.length > 0) {
    process.stderr.write(`${faults.join('\n')}\n`)
    process.exitCode = 1
  }
} finally {
  for (const { pool, admin, app, stack } of opened) {
    await pool.close()
    await admin.end()
    await app.end()
    await stack.stop()
  }
}
