import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestDatabase } from '@commonchart/testing'
import { sql, type Kysely } from 'kysely'
import { listDomainTables, listTablesOfNoDomain, openDatabase, withDomain } from './index.ts'

let database: Awaited<ReturnType<typeof openTestDatabase>>
let db: Kysely<unknown>
let admin: Kysely<unknown>
before(async () => {
  database = await openTestDatabase(new URL('../fixtures/migrations/', import.meta.url))
  db = openDatabase(database.url)
  admin = openDatabase(database.adminUrl, { max: 1 })
  for (const domainId of [1, 2])
    await sql`INSERT INTO domain_ref (id, name, hosts, state, zone, version)
      VALUES (${domainId}, ${`d${domainId}`}, '{}', 'ACTIVE', 'UTC', 1)`.execute(admin)
  await sql`INSERT INTO thing (domain_id, id) SELECT d, n FROM generate_series(1, 2) d, generate_series(1, 10) n`.execute(
    admin,
  )
})
after(async () => {
  await db.destroy()
  await admin.destroy()
  await database.close()
})

/** Deletes in the name of one domain the rows of another, or of itself; gives how many. */
function deleteRows(as: number, of: number, most = 1000, kept: string[] = []): Promise<number> {
  return withDomain(db, as, async (trx) => {
    const { rows } = await sql<{ gone: number }>`
      SELECT commonchart.delete_domain_rows(${of}, ${most}, ${kept}::text[]) AS gone`.execute(trx)
    return rows[0]?.gone ?? 0
  })
}

async function countThings(): Promise<number[]> {
  const { rows } = await sql<{ count: number }>`SELECT count(t.id)::integer AS count
    FROM generate_series(1, 2) d LEFT JOIN thing t ON t.domain_id = d GROUP BY d ORDER BY d`.execute(admin)
  return rows.map(({ count }) => count)
}

test('every table with rows of domains is listed with its key, and a table of none is named', async () => {
  const tables = await listDomainTables(db)
  assert.deepEqual(
    tables.find(({ name }) => name === 'thing'),
    { name: 'thing', domainColumn: 'domain_id', key: ['domain_id', 'id'] },
  )
  assert.equal(tables.find(({ name }) => name === 'domain_ref')?.domainColumn, 'id')
  await sql`CREATE TABLE loose (id integer)`.execute(admin)
  assert.deepEqual(await listTablesOfNoDomain(db), ['loose'])
  await sql`DROP TABLE loose`.execute(admin)
})

test('no row is deleted of a domain whose deletion has not begun', async () => {
  await assert.rejects(deleteRows(1, 1), /has not begun/)
  assert.deepEqual(await countThings(), [10, 10])
})

test('whoever acts in one domain deletes no row of another, even when that is to be deleted', async () => {
  await sql`UPDATE domain_ref SET deleted_at = now() WHERE id = 1`.execute(admin)
  assert.equal(await deleteRows(2, 1), 0)
  await assert.rejects(deleteRows(1, 2), /has not begun/)
  assert.deepEqual(await countThings(), [10, 10])
})

test('rows go in batches, what is kept stays, and in the end nothing is left of this domain alone', async () => {
  assert.equal(await deleteRows(1, 1, 1000, ['thing']), 0)
  assert.equal(await deleteRows(1, 1, 4), 4)
  assert.deepEqual(await countThings(), [6, 10])
  assert.equal(await deleteRows(1, 1), 6)
  assert.equal(await deleteRows(1, 1), 0)
  assert.deepEqual(await countThings(), [0, 10])
})
