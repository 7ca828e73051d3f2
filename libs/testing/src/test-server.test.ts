import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { startTestServer } from './test-server.ts'

test('what a durable server has committed is there after a crash, at the same address', async () => {
  const server = await startTestServer({ durable: true })
  const run = async (statement: string): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    const { rows } = (await client.query(statement)) as { rows: unknown[] }
    await client.end()
    return rows
  }
  await run('CREATE TABLE kept AS SELECT 1 AS one')
  // A statement under way holds the old server's memory for a moment longer than the server lives.
  const busy = run('SELECT count(*) FROM generate_series(1, 5000000)').catch(() => undefined)
  await server.crash()
  await busy
  assert.deepEqual(await run('SELECT one FROM kept'), [{ one: 1 }])
  await server.stop()
})
