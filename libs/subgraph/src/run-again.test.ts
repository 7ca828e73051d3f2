import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { openDatabase, withDomain } from '@commonchart/database'
import { openTestDatabase } from '@commonchart/testing'
import type { ServiceSigner } from '@commonchart/identity'
import { sql, type Kysely, type Transaction } from 'kysely'
import { askOwner } from './references.ts'
import { runAgain } from './run-again.ts'
import { createServices } from './services.ts'

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

test('whoever asks an owner that waits for the asker gives way, and is carried out after it', async () => {
  const lock = (trx: Transaction<unknown>) => sql`SELECT pg_advisory_xact_lock(3)`.execute(trx)
  let runs = 0
  let owner: Promise<unknown> | undefined
  const server = createServer((_, response) => {
    void owner?.then(() => response.end('{"records":[{"id":"1"}]}'))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const services = createServices(
    { patients: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    { owner: 'appointments', sign: () => 'token' } as unknown as ServiceSigner,
  )
  const question = { domainId: 1, type: 'patient', ids: ['1'] }
  const answer = await runAgain(() =>
    withDomain(db, 1, async (trx) => {
      runs += 1
      await lock(trx)
      owner ??= withDomain(db, 1, lock)
      return askOwner(services, 'patients', question)
    }),
  )
  server.close()
  assert.deepEqual([answer, runs], [[{ id: '1' }], 2])
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
