import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openDatabase, withDomain } from '@commonchart/database'
import { openTestDatabase } from '@commonchart/testing'
import { sql, type Kysely } from 'kysely'
import { runAgain } from './run-again.ts'

let database: Awaited<ReturnType<typeof openTestDatabase>>
let db: Kysely<unknown>
before(async () => {
  database = await openTestDatabase(new URL('../../database/fixtures/migrations/', import.meta.url))
  db = openDatabase(database.url)
})
after(async () => {
  await db.destroy()
  await database.close()
})

test('of two transactions that wait for each other both are carried out', async () => {
  let runs = 0
  let bothHold = (): void => undefined
  const holding = new Promise<void>((resolve) => {
    let holders = 0
    bothHold = () => {
      holders += 1
      if (holders === 2) resolve()
    }
  })
  const take = (first: number, second: number): Promise<void> =>
    runAgain(() =>
      withDomain(db, 1, async (trx) => {
        runs += 1
        await sql`SELECT pg_advisory_xact_lock(${first})`.execute(trx)
        bothHold()
        await holding
        await sql`SELECT pg_advisory_xact_lock(${second})`.execute(trx)
      }),
    )
  await Promise.all([take(1, 2), take(2, 1)])
  assert.ok(runs >= 3, `${runs}`)
})

test('any other error is thrown at once', async () => {
  let runs = 0
  const failing = runAgain(() => {
    runs += 1
    return Promise.reject(new Error('no'))
  })
  await assert.rejects(failing, /no/)
  assert.equal(runs, 1)
})
