import assert from 'node:assert/strict'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { replaceSection } from '@commonchart/tools/bench-document'
import { signToken } from '@commonchart/testing'
import pg from 'pg'
import { Pool } from 'undici'
import { listQueries, type PatientQuery, type Sample } from './bench-patient-queries.ts'
import {
  baseCount,
  drainEvents,
  importPatients,
  measureCopy,
  multiplyPatients,
  tagPatients,
} from './bench-population.ts'
import { startStack, type Stack } from './stack.ts'

/**
 * Asks the queries of the patients area of two whole stacks, one with many patients and one with a thousand, in turn, one
 * request at a time. Fails when the p95 of a query among many is more than twice that among a thousand.
 */
const { values } = parseArgs({
  options: {
    patients: { type: 'string', default: '100000' },
    requests: { type: 'string', default: '300' },
    write: { type: 'boolean', default: false },
  },
})
const [many, requests] = [Number(values.patients), Number(values.requests)]
const bar = 2
/** So many go through the import when all others are there, to measure it. */
const imported = 2000
const unlimited = String(1_000_000_000)

interface Population {
  count: number
  stack: Stack
  admin: pg.Client
  samples: Sample[]
  pool: Pool
  importedPerSecond: number
  copiedPerSecond: number
}

async function openPopulation(count: number): Promise<Population> {
  const stack = await startStack({
    gateway: {
      LIMIT_REQUESTS_PER_MINUTE_PER_CONSUMER: unlimited,
      LIMIT_REQUESTS_PER_MINUTE_PER_ADDRESS: unlimited,
    },
  })
  try {
    return await fill(stack, count)
  } catch (error) {
    await stack.stop()
    throw error
  }
}

async function fill(stack: Stack, count: number): Promise<Population> {
  const admin = new pg.Client({ connectionString: stack.databases.patients?.adminUrl })
  admin.on('error', () => undefined)
  await admin.connect()
  await importPatients(stack, 0, baseCount)
  await tagPatients(stack, admin)
  let [importedPerSecond, copiedPerSecond] = [Number.NaN, Number.NaN]
  if (count > baseCount) {
    await multiplyPatients(admin, count)
    await drainEvents(admin)
    importedPerSecond = await importPatients(stack, count, imported)
    copiedPerSecond = await measureCopy(admin, imported)
  }
  await drainEvents(admin)
  const pool = new Pool(stack.url, { connections: 1 })
  return {
    ...{ count, stack, admin, pool },
    samples: await readSamples(admin),
    importedPerSecond,
    copiedPerSecond,
  }
}

async function readSamples(admin: pg.Client): Promise<Sample[]> {
  const { rows } = await admin.query<Sample>(
    `SELECT patient.id, first_name AS "firstName", last_name AS "lastName", email, phone, gender,
       date_of_birth::text AS "dateOfBirth", value AS identification, template_id AS "templateId",
       primary_location_id AS "locationId", primary_practitioner_id AS "practitionerId", status_tag_id AS "statusTagId",
       to_char((SELECT max(updated_at) FROM patient), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS newest
     FROM patient JOIN identification ON identification.patient_id = patient.id
       CROSS JOIN (SELECT min(id) AS status_tag_id FROM status_tag) tag
     WHERE NOT archived ORDER BY hashint8(patient.id) LIMIT 400`,
  )
  assert.ok(rows.length > 0)
  return rows
}

/** Asks a query once, of the patient whose turn it is, and gives how long the answer took. */
async function ask(
  { stack, pool, samples }: Population,
  { query, variables }: PatientQuery,
  turn: number,
): Promise<number> {
  const body = JSON.stringify({ query, variables: variables(samples[turn % samples.length] as Sample) })
  const headers = {
    'content-type': 'application/json',
    host: stack.north.host,
    authorization: `Bearer ${tokenOf(stack)}`,
  }
  const begun = performance.now()
  const answer = await pool.request({ path: '/graphql', method: 'POST', headers, body })
  const text = await answer.body.text()
  const tookMs = performance.now() - begun
  assert.ok(
    answer.statusCode === 200 && !text.includes('"errors"'),
    `${query} ${body}: ${text.slice(0, 500)}`,
  )
  return tookMs
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

/** How long the database takes for `SELECT 1` in a transaction of one domain, as the service opens them. */
async function measureSelect({ stack }: Population): Promise<number[]> {
  const client = new pg.Client({ connectionString: stack.databases.patients?.url })
  await client.connect()
  const took: number[] = []
  for (let turn = 0; turn < requests; turn += 1) {
    const begun = performance.now()
    await client.query(`BEGIN; SET LOCAL app.domain_id = '${stack.north.domainId}'`)
    await client.query('SELECT 1')
    await client.query('ROLLBACK')
    took.push(performance.now() - begun)
  }
  await client.end()
  return took
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

async function measure(few: Population, large: Population): Promise<Row[]> {
  const rows: Row[] = [
    {
      title: '`SELECT 1`, in the database alone',
      few: await measureSelect(few),
      many: await measureSelect(large),
    },
  ]
  for (const query of listQueries()) {
    const row: Row = { title: query.title, few: [], many: [] }
    for (let turn = -Math.ceil(requests / 5); turn < requests; turn += 1) {
      const place = turn + requests
      const [one, other] = [await ask(few, query, place), await ask(large, query, place)]
      // What comes first warms up both.
      if (turn < 0) continue
      row.few.push(one)
      row.many.push(other)
    }
    rows.push(row)
    process.stderr.write(
      `${row.title}: ${at(row.few, 0.95).toFixed(1)} and ${at(row.many, 0.95).toFixed(1)} ms\n`,
    )
  }
  return rows
}

function report(rows: Row[], { count, importedPerSecond, copiedPerSecond }: Population): string {
  const lines = rows.map(({ title, few, many: large }) => {
    const cells = [at(few, 0.5), at(few, 0.95), at(large, 0.5), at(large, 0.95)].map((ms) => ms.toFixed(1))
    return `| ${title} | ${cells.join(' | ')} | ${(at(large, 0.95) / at(few, 0.95)).toFixed(2)} |`
  })
  const thousand = (number: number): string => number.toLocaleString('en').replaceAll(',', ' ')
  return [
    `One run, ${requests} requests a query and stack, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}.`,
    '',
    `| query | ${thousand(baseCount)}: p50 ms | p95 ms | ${thousand(count)}: p50 ms | p95 ms | p95 ratio |`,
    '| --- | --: | --: | --: | --: | --: |',
    ...lines,
    '',
    `Import into ${thousand(count)}: ${importedPerSecond.toFixed(0)} patients/s, a hundred at once, one call after the other; bare COPY of the ` +
      `same rows, indexes included: ${copiedPerSecond.toFixed(0)} patients/s.`,
    '',
  ].join('\n')
}

const opened: Population[] = []
try {
  for (const count of [baseCount, many]) opened.push(await openPopulation(count))
  const [few, large] = opened as [Population, Population]
  const rows = await measure(few, large)
  const text = report(rows, large)
  process.stdout.write(`\n${text}`)
  if (values.write) replaceSection('patients', text)
  const slow = rows.slice(1).filter((row) => at(row.many, 0.95) > bar * at(row.few, 0.95))
  if (slow.length > 0) {
    process.stderr.write(`the bar is a ratio of ${bar}: ${slow.map(({ title }) => title).join(', ')}\n`)
    process.exitCode = 1
  }
} finally {
  for (const { pool, admin, stack } of opened) {
    await pool.close()
    await admin.end()
    await stack.stop()
  }
}
