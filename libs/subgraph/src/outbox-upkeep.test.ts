import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestDatabase, type TestDatabase } from '@commonchart/testing'
import pg from 'pg'
import { keepOutboxMoving } from './outbox-upkeep.ts'

let database: TestDatabase
let admin: pg.Pool
let worker: pg.Pool
before(async () => {
  database = await openTestDatabase(new URL('../fixtures/migrations/', import.meta.url))
  admin = new pg.Pool({ connectionString: database.adminUrl })
  worker = new pg.Pool({ connectionString: database.workerUrl })
})
after(async () => {
  await Promise.all([admin.end(), worker.end()])
  await database.close()
})

/** Puts a job into the outbox, changed by `set`, and says after the upkeep whether it is held and how long it waits. */
async function keep(task: string, set: string): Promise<{ held: boolean; seconds: number }> {
  const { rows } = await admin.query<{ id: string }>(
    `SELECT id FROM graphile_worker.add_job($1, '{"domainId": 1}')`,
    [task],
  )
  await admin.query(`UPDATE graphile_worker._private_jobs SET ${set} WHERE id = $1`, [rows[0]?.id])
  await keepOutboxMoving(worker)
  const { rows: kept } = await admin.query<{ held: boolean; seconds: number }>(
    `SELECT locked_by IS NOT NULL AS held, round(extract(epoch FROM run_at - now()))::integer AS seconds
      FROM graphile_worker._private_jobs WHERE id = $1`,
    [rows[0]?.id],
  )
  return kept[0] as { held: boolean; seconds: number }
}

const held = (since: string, by: string) => `locked_by = '${by}', locked_at = now() - interval '${since}'`

test('a delivery that died with its process is free again, one that is under way is left alone', async () => {
  assert.equal((await keep('deliver', held('21 seconds', 'dead'))).held, false)
  assert.equal((await keep('deliver', held('10 seconds', 'alive'))).held, true)
})

test('a task that takes long is not taken from who works on it', async () => {
  assert.equal((await keep('nightly', held('5 minutes', 'busy'))).held, true)
  assert.equal((await keep('nightly', held('11 minutes', 'gone'))).held, false)
})

test('a delivery that failed often waits 15 s at most, and one that is to be later for another reason waits', async () => {
  const inAnHour = "run_at = now() + interval '1 hour'"
  assert.equal((await keep('deliver', `${inAnHour}, attempts = 9`)).seconds, 15)
  assert.equal((await keep('deliver', inAnHour)).seconds, 3600)
})
