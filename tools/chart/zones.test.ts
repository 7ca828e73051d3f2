import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { openTestDatabase } from '@commonchart/testing'
import { knownInstants } from '@commonchart/clinic-time'
import { describeHome } from '../environment/home.ts'
import { ensurePeopleKey } from '../environment/people-keys.ts'
import { startTestChart, type TestChart } from './test-chart.ts'
import { checkZones } from './zones-check.ts'

let chart: TestChart
let database: Awaited<ReturnType<typeof openTestDatabase>>
before(async () => {
  chart = await startTestChart()
  ensurePeopleKey(describeHome(`${chart.folder}/home`), 'console')
  database = await openTestDatabase(new URL('../../apps/appointments/migrations/', import.meta.url))
})
beforeEach(() => chart.reset())
after(async () => {
  await chart.close()
  await database.close()
})

test('what PostgreSQL, Node and the pinned data show is compared at every known instant', async () => {
  const { code, out } = await chart.run(['zones', 'check', '--database', database.url, '--json'])
  const verdict = JSON.parse(out) as Awaited<ReturnType<typeof checkZones>>
  assert.equal(verdict.instants, knownInstants.length)
  // The machine's Node and PostgreSQL may be older than the law; the data that we pin may not.
  assert.ok(verdict.disagreements.every(({ part }) => part !== 'pinned'))
  assert.equal(code, verdict.disagreements.length > 0 ? 1 : 0)
  const { out: text } = await chart.run(['zones', 'check', '--database', database.url])
  for (const { zone } of verdict.disagreements) assert.ok(text.includes(zone), text)
})

test('each disagreement is named with what the clock shows and what is said', async () => {
  const wrong = await checkZones(database.url, [
    ['2020-01-01T10:00', 'America/Toronto', '2020-01-01T16:00:00.000Z'],
  ])
  const said = {
    zone: 'America/Toronto',
    instant: '2020-01-01T16:00:00.000Z',
    expected: '2020-01-01T10:00:00',
  }
  assert.deepEqual(
    wrong.disagreements,
    ['pinned', 'node', 'postgres'].map((part) => ({ part, ...said, shown: '2020-01-01T11:00:00' })),
  )
  const right = await checkZones(database.url, [
    ['2020-01-01T10:00', 'America/Toronto', '2020-01-01T15:00:00.000Z'],
  ])
  assert.deepEqual(right.disagreements, [])
})

test('without a database, or with one that cannot be reached, it says so', async () => {
  const none = await chart.run(['zones', 'check'])
  assert.deepEqual([none.code, /--database/.test(none.err)], [2, true])
  const gone = await chart.run(['zones', 'check', '--database', 'postgres://x@127.0.0.1:1/x'])
  assert.deepEqual([gone.code, /cannot be reached/.test(gone.err)], [3, true])
})

const shifted = {
  ...{ appointment: { id: '7' }, wallTime: '2026-12-01T10:00:00', zone: 'America/Vancouver' },
  ...{ previousStartAt: '2026-12-01T18:00:00.000Z', startAt: '2026-12-01T17:00:00.000Z', overbooked: true },
}
const domain = { body: { data: { domain: { hosts: ['north.test'] } } } }
const { appointment: _, ...times } = shifted
const off = { kind: 'OFF_TIME', recordId: '9', ...times, overbooked: false }
const pages = [
  { nodes: [shifted], others: [off], endProviderId: '3', hasNextPage: true, zoneData: '2026f' },
  { nodes: [], others: [], endProviderId: '5', hasNextPage: false, zoneData: '2026f' },
]

test('what has shifted is listed with its kind through the settings graph, page by page, and nothing is moved', async () => {
  chart.gateway.answers.splice(0, 1, domain, ...pages.map((page) => ({ body: { data: { shifted: page } } })))
  const { code, out } = await chart.run(['zones', 'reresolve', '--domain', 'north'])
  assert.equal(code, 0)
  assert.match(out, /2 times to come have shifted; --apply moves them/)
  assert.match(out, /APPOINTMENT +7 +2026-12-01T10:00:00 +America\/Vancouver/)
  assert.match(out, /OFF_TIME +9 +2026-12-01T10:00:00 +America\/Vancouver/)
  const asked = chart.gateway.asked.filter(({ path }) => path === '/settings/graphql')
  assert.deepEqual(
    asked.map(({ variables }) => variables.after),
    [null, '3'],
  )
  assert.ok(asked.every(({ query, headers }) => !query.includes('mutation') && headers.host === 'north.test'))
})

test('what is moved with --apply is told, and what went over capacity is said', async () => {
  const moved = pages.map((page) => ({ body: { data: { moved: { shifted: page } } } }))
  chart.gateway.answers.splice(0, 1, ...moved)
  const args = ['zones', 'reresolve', '--domain', 'north', '--host', 'north.test', '--apply']
  const { code, out } = await chart.run(args)
  assert.equal(code, 0)
  assert.match(out, /2 times to come were moved, 1 of them over capacity/)
  assert.ok(chart.gateway.asked.every(({ query }) => query.includes('reresolveAppointmentTimes')))
})
