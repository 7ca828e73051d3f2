import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestDatabase } from '@commonchart/testing'
import { sql, type Kysely } from 'kysely'
import {
  findTenancyFaults,
  migrateDatabase,
  openDatabase,
  together,
  withDomain,
  type BaseTables,
} from './index.ts'

interface Tables extends BaseTables {
  thing: { domainId: number; id: number; seenAt?: Date }
}

const folder = new URL('../fixtures/migrations/', import.meta.url)
let database: Awaited<ReturnType<typeof openTestDatabase>>
let db: Kysely<Tables>
let admin: Kysely<Tables>
before(async () => {
  database = await openTestDatabase(folder)
  db = openDatabase<Tables>(database.url)
  admin = openDatabase<Tables>(database.adminUrl, { max: 1 })
})
after(async () => {
  await db.destroy()
  await admin.destroy()
  await database.close()
})

test('a query without a condition sees one domain only', async () => {
  await withDomain(db, 1, (trx) => trx.insertInto('thing').values({ domainId: 1, id: 1 }).execute())
  await withDomain(db, 2, (trx) => trx.insertInto('thing').values({ domainId: 2, id: 1 }).execute())
  const seen = await withDomain(db, 2, (trx) => trx.selectFrom('thing').select('domainId').execute())
  assert.deepEqual(seen, [{ domainId: 2 }])
})

test('a row of another domain can be neither written nor changed nor deleted', async () => {
  await assert.rejects(
    withDomain(db, 2, (trx) => trx.insertInto('thing').values({ domainId: 1, id: 9 }).execute()),
    /row-level security/,
  )
  await assert.rejects(
    withDomain(db, 2, (trx) => trx.updateTable('thing').set({ domainId: 1 }).execute()),
    /row-level security|duplicate key/,
  )
  await withDomain(db, 2, (trx) => trx.deleteFrom('thing').where('domainId', '=', 1).execute())
  const left = await withDomain(db, 1, (trx) => trx.selectFrom('thing').select('id').execute())
  assert.equal(left.length, 1)
})

test('outside a domain nothing is seen, and a connection keeps no domain of the one who had it before', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, at) => withDomain(db, at + 1, () => Promise.resolve())))
  for (let at = 0; at < 20; at += 1) assert.deepEqual(await db.selectFrom('thing').selectAll().execute(), [])
})

test('the owner of the tables is bound by row-level security too', async () => {
  const { rows } = await sql`SET ROLE commonchart_migrator; SELECT * FROM thing`
    .execute(admin)
    .finally(() => sql`RESET ROLE`.execute(admin))
  assert.deepEqual(rows ?? [], [])
})

test('work that throws leaves nothing behind and its error comes through', async () => {
  const failed = withDomain(db, 3, async (trx) => {
    await trx.insertInto('thing').values({ domainId: 3, id: 1 }).execute()
    throw new Error('the reason')
  })
  await assert.rejects(failed, /the reason/)
  assert.deepEqual(await withDomain(db, 3, (trx) => trx.selectFrom('thing').selectAll().execute()), [])
})

test('a connection that breaks in the midst of a transaction fails that transaction, and not the process', async () => {
  const broken: Error[] = []
  const fragile = openDatabase<Tables>(database.url, { max: 1, onError: (error) => broken.push(error) })
  await assert.rejects(
    withDomain(fragile, 1, async (trx) => {
      const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(trx)
      await sql`SELECT pg_terminate_backend(${rows[0]?.pid})`.execute(admin)
      while (broken.length === 0) await sql`SELECT 1`.execute(admin)
      await trx.selectFrom('thing').selectAll().execute()
    }),
  )
  assert.equal((await withDomain(fragile, 1, (trx) => sql`SELECT 1`.execute(trx))).rows.length, 1)
  await fragile.destroy()
})

test('the platform itself has records of its own, under the id 0, that no domain sees', async () => {
  await withDomain(db, 0, (trx) => trx.insertInto('thing').values({ domainId: 0, id: 1 }).execute())
  const seenBy = (domainId: number) =>
    withDomain(db, domainId, (trx) =>
      trx.selectFrom('thing').select('id').where('domainId', '=', 0).execute(),
    )
  assert.equal((await seenBy(0)).length, 1)
  assert.equal((await seenBy(1)).length, 0)
})

test('a domain id that is no whole number from 0 on is refused before anything is sent', async () => {
  for (const domainId of [-1, 1.5, Number.NaN, '1; DROP TABLE thing' as unknown as number])
    await assert.rejects(async () => withDomain(db, domainId, () => Promise.resolve()), /whole number/)
})

test('ids of a counter are gapless per domain, also when many ask at once', async () => {
  const next = (domainId: number) =>
    withDomain(db, domainId, async (trx) => {
      const { rows } = await sql<{ id: number }>`SELECT commonchart.next_id('thing') AS id`.execute(trx)
      return rows[0]?.id
    })
  const ids = await Promise.all(Array.from({ length: 20 }, () => next(7)))
  assert.deepEqual(
    ids.map(Number).sort((a, b) => a - b),
    Array.from({ length: 20 }, (_, at) => at + 1),
  )
  assert.equal(await next(8), 1)
})

test('an instant comes back as it was written, to the millisecond', async () => {
  const seenAt = new Date('2026-11-01T12:34:56.789Z')
  await withDomain(db, 5, (trx) => trx.insertInto('thing').values({ domainId: 5, id: 1, seenAt }).execute())
  const row = await withDomain(db, 5, (trx) =>
    trx.selectFrom('thing').select('seenAt').where('seenAt', '=', seenAt).executeTakeFirstOrThrow(),
  )
  assert.deepEqual(row.seenAt, seenAt)
})

test('the tables that every subgraph has obey the rules of tenancy, and a table that does not is named', async () => {
  assert.deepEqual(await findTenancyFaults(db, ['domain_ref']), [])
  await sql`CREATE TABLE loose (id integer PRIMARY KEY, domain_id integer)`.execute(admin)
  const faults = await findTenancyFaults(db, ['domain_ref'])
  assert.deepEqual(faults, [
    'loose: domain_id is not first in index loose_pkey',
    'loose: domain_id is not first in loose_pkey',
    'loose: no column domain_id integer NOT NULL',
    'loose: row-level security is not forced',
  ])
  await sql`DROP TABLE loose`.execute(admin)
})

test('migrating again changes nothing', async () => {
  assert.deepEqual(await migrateDatabase({ url: database.adminUrl, folder }), [])
})

test('the program cannot create tables, read jobs or take another role', async () => {
  for (const statement of [
    'CREATE TABLE mine (id int)',
    'SELECT * FROM graphile_worker._private_jobs',
    'SET ROLE commonchart_migrator',
    'SET ROLE commonchart_finder',
  ])
    await assert.rejects(sql.raw(statement).execute(db), /permission denied/)
})

test('a job is put into the outbox in the transaction of the change, and goes with it', async () => {
  const enqueue = (fail: boolean) =>
    withDomain(db, 1, async (trx) => {
      await sql`SELECT commonchart.enqueue('deliver', 1, '{"target": "x"}', ${fail ? 'lost' : 'kept'})`.execute(
        trx,
      )
      if (fail) throw new Error('undo')
    })
  await assert.rejects(enqueue(true), /undo/)
  await enqueue(false)
  const { rows } = await sql<{
    key: string
    payload: unknown
  }>`SELECT key, payload FROM graphile_worker._private_jobs`.execute(admin)
  assert.deepEqual(rows, [{ key: 'kept', payload: { target: 'x', domainId: 1 } }])
})

const insertLast = (domainId: number, id: number) =>
  sql`INSERT INTO thing (domain_id, id) VALUES (${domainId}, ${id})`

test('what is to be run last is committed with the rest', async () => {
  await withDomain(db, 11, async (trx, runLast) => {
    await trx.insertInto('thing').values({ domainId: 11, id: 1 }).execute()
    runLast(insertLast(11, 2))
    runLast(null)
    runLast(insertLast(11, 3))
  })
  assert.equal((await withDomain(db, 11, (trx) => trx.selectFrom('thing').selectAll().execute())).length, 3)
})

test('when what is to be run last fails, or cannot be written, nothing is committed and its error comes through', async () => {
  const circular: unknown[] = [{}]
  Object.assign(circular[0] as object, { circular })
  for (const [statement, expected] of [
    [insertLast(12, 1), { code: '23505' }],
    [sql`SELECT ${circular}::jsonb`, /plain/],
  ] as const) {
    const failed = withDomain(db, 12, async (trx, runLast) => {
      await trx.insertInto('thing').values({ domainId: 12, id: 1 }).execute()
      runLast(statement)
      runLast(insertLast(12, 2))
    })
    await assert.rejects(failed, expected)
  }
  assert.deepEqual(await withDomain(db, 12, (trx) => trx.selectFrom('thing').selectAll().execute()), [])
})

test('a transaction in which a statement failed is never said to be committed', async () => {
  const swallowed = withDomain(db, 13, async (trx) => {
    await trx.insertInto('thing').values({ domainId: 13, id: 1 }).execute()
    await sql`SELECT 1 / 0`.execute(trx).catch(() => undefined)
  })
  await assert.rejects(swallowed, /nothing of it was done/)
})

test('statements that are begun together leave without waiting for one another, and run in order', async () => {
  const seen = await withDomain(db, 14, (trx) =>
    Promise.all([
      sql`SELECT pg_sleep(0.05)`.execute(trx),
      trx.insertInto('thing').values({ domainId: 14, id: 1 }).execute(),
      trx.selectFrom('thing').select('id').execute(),
      trx.deleteFrom('thing').where('domainId', '=', 14).execute(),
      trx.selectFrom('thing').select('id').execute(),
    ]),
  )
  assert.deepEqual([seen[2], seen[4]], [[{ id: 1 }], []])
})

test('of statements begun together that fail, the error of the one that made the others fail comes through', async () => {
  const failed = withDomain(db, 15, (trx) => {
    const broken = sql`SELECT 1 / 0`.execute(trx)
    const behind = trx.selectFrom('thing').selectAll().execute()
    return together([behind, broken])
  })
  await assert.rejects(failed, { code: '22012' })
})
