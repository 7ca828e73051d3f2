import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { openTestDatabase, type TestDatabase } from './test-database.ts'
import { insertTestDomains } from './test-domains.ts'

const folder = new URL('../fixtures/migrations/', import.meta.url)
const opened: TestDatabase[] = []
after(async () => {
  for (const database of opened) await database.close()
})

async function open(): Promise<TestDatabase> {
  const database = await openTestDatabase(folder)
  opened.push(database)
  return database
}

async function ask(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}

test('each database is migrated and its own', async () => {
  const [one, other] = await Promise.all([open(), open()])
  await insertTestDomains(one)
  assert.deepEqual(await ask(one.adminUrl, 'SELECT count(*)::int AS n FROM domain_ref'), [{ n: 2 }])
  assert.deepEqual(await ask(other.adminUrl, 'SELECT count(*)::int AS n FROM domain_ref'), [{ n: 0 }])
  assert.deepEqual(await ask(one.adminUrl, 'SELECT count(*)::int AS n FROM note'), [{ n: 0 }])
})

test('the addresses connect as the roles that production has', async () => {
  const database = await open()
  assert.deepEqual(await ask(database.url, 'SELECT current_user AS name'), [{ name: 'commonchart_app' }])
  assert.deepEqual(await ask(database.workerUrl, 'SELECT current_user AS name'), [
    { name: 'commonchart_worker' },
  ])
  await assert.rejects(ask(database.url, 'CREATE TABLE own (id int)'), /permission denied/)
})

test('a closed database is gone, even with a connection left open', async () => {
  const database = await openTestDatabase(folder)
  const forgotten = new pg.Client({ connectionString: database.url })
  const broken = new Promise((resolve) => forgotten.on('error', resolve))
  await forgotten.connect()
  await database.close()
  await broken
  await assert.rejects(ask(database.adminUrl, 'SELECT 1'), /does not exist/)
})
