import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { consoleRole } from '@commonchart/database'
import { openOwnTestDatabase } from '@commonchart/testing'
import { getMigrations } from 'better-auth/db/migration'
import pg from 'pg'
import { createAuthOptions } from './auth.ts'

let database: Awaited<ReturnType<typeof openOwnTestDatabase>>
before(async () => {
  database = await openOwnTestDatabase(new URL('../migrations/', import.meta.url), consoleRole)
})
after(() => database.close())

test('the migrations make the tables that better-auth expects, and lack nothing', async () => {
  const pool = new pg.Pool({ connectionString: database.adminUrl, max: 2 })
  const options = createAuthOptions({
    ...{ pool, secret: 'x'.repeat(32), url: 'http://console.test', cookiePrefix: 'commonchart' },
  })
  const { toBeCreated, toBeAdded, toBeAddedIndexes, unsafeChanges, schemaProblems } =
    await getMigrations(options)
  await pool.end()
  assert.deepEqual([toBeCreated, toBeAdded, unsafeChanges, schemaProblems], [[], [], [], []])
  assert.deepEqual(toBeAddedIndexes, [])
})

test('what was done about people can be added to by the console, and not changed or removed', async () => {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const insert = `INSERT INTO people_event (domain, action, actor_id, actor_name, actor_role, role)
    VALUES ('north', 'INVITED', 'a', 'Ann', 'support', 'auditor')`
  await client.query(insert)
  await assert.rejects(client.query("UPDATE people_event SET actor_name = 'Eve'"), /permission denied/)
  await assert.rejects(client.query('DELETE FROM people_event'), /permission denied/)
  await assert.rejects(client.query('TRUNCATE people_event'), /permission denied/)
  await client.end()
})
