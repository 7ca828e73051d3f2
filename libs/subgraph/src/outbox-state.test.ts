import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTelemetry, type Telemetry } from '@commonchart/telemetry'
import { openTestDatabase, type TestDatabase } from '@commonchart/testing'
import pg from 'pg'
import { showOutbox } from './outbox-state.ts'

let database: TestDatabase
let admin: pg.Pool
let worker: pg.Pool
let telemetry: Telemetry
before(async () => {
  database = await openTestDatabase(new URL('../fixtures/migrations/', import.meta.url))
  admin = new pg.Pool({ connectionString: database.adminUrl })
  worker = new pg.Pool({ connectionString: database.workerUrl })
  // A connection that is being closed may hear of the end of the database.
  for (const pool of [admin, worker]) pool.on('connect', (client) => client.on('error', () => undefined))
  telemetry = await openTelemetry('test', { metrics: { host: '127.0.0.1', port: 0 }, traces: null })
  assert.ok(telemetry.metrics)
  showOutbox(telemetry.metrics, worker)
})
after(async () => {
  await telemetry.close()
  await admin.end()
  await database.close()
})

async function addJob(task: string, set: string): Promise<void> {
  const { rows } = await admin.query<{ id: string }>(
    `SELECT id FROM graphile_worker.add_job($1, '{"domainId": 1}')`,
    [task],
  )
  await admin.query(`UPDATE graphile_worker._private_jobs SET ${set} WHERE id = $1`, [rows[0]?.id])
}

/** What the outbox says of itself: jobs that are due, that have failed, and the age of the oldest in whole minutes. */
async function read(): Promise<(number | undefined)[]> {
  const { text } = (await telemetry.metrics?.write()) ?? assert.fail()
  const valueOf = (series: string): number | undefined => {
    const line = text.split('\n').find((each) => each.startsWith(`${series} `))
    return line === undefined ? undefined : Number(line.slice(series.length))
  }
  const oldest = valueOf('commonchart_outbox_oldest_seconds')
  return [
    valueOf('commonchart_outbox_jobs{state="due"}'),
    valueOf('commonchart_outbox_jobs{state="failed"}'),
    oldest === undefined ? undefined : Math.floor(oldest / 60),
  ]
}

test('an outbox tells how much is due and for how long: a delivery since it was written, other work since its time', async () => {
  assert.deepEqual(await read(), [0, 0, 0])
  await addJob('nightly', "run_at = now() + interval '1 hour', created_at = now() - interval '1 day'")
  assert.deepEqual(await read(), [0, 0, 0])
  await addJob('nightly', "run_at = now() - interval '125 seconds', created_at = now() - interval '1 day'")
  assert.deepEqual(await read(), [1, 0, 2])
  await addJob(
    'deliver',
    "run_at = now() + interval '10 seconds', created_at = now() - interval '605 seconds', attempts = 4",
  )
  assert.deepEqual(await read(), [2, 1, 10])
})

test('while its database is away it says nothing, and the other metrics are there', async () => {
  await worker.end()
  assert.deepEqual(await read(), [undefined, undefined, undefined])
  const { text } = (await telemetry.metrics?.write()) ?? assert.fail()
  assert.match(text, /^process_cpu_seconds_total /m)
})
