import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { openTestDatabase } from '@commonchart/testing'
import pg from 'pg'
import { migrateDatabase } from './index.ts'

const fixtures = new URL('../fixtures/migrations/', import.meta.url)
let folder: string
let database: Awaited<ReturnType<typeof openTestDatabase>>
let other: pg.Client
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'commonchart-migrations-'))
})
after(() => rmSync(folder, { recursive: true, force: true }))
beforeEach(async () => {
  rmSync(folder, { recursive: true, force: true })
  cpSync(fixtures, folder, { recursive: true })
  database = await openTestDatabase(fixtures)
  other = new pg.Client({ connectionString: database.adminUrl })
  await other.connect()
  await other.query('INSERT INTO thing (domain_id, id) SELECT 1, n FROM generate_series(1, 1000) n')
})
afterEach(async () => {
  await other.end()
  await database.close()
})

function add(name: string, text: string): void {
  writeFileSync(join(folder, `${name}.sql`), text)
}

function migrate(waiting: object = {}): Promise<string[]> {
  return migrateDatabase({ url: database.adminUrl, folder: pathToFileURL(`${folder}/`), ...waiting })
}

async function isValid(index: string): Promise<boolean | undefined> {
  const { rows } = await other.query<{ valid: boolean }>(
    'SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)',
    [index],
  )
  return rows[0]?.valid
}

test('a migration that waits for a lock gives way to those behind it, and is done once it can have it', async () => {
  add('0002-note', 'ALTER TABLE thing ADD COLUMN note text')
  const reader = new pg.Client({ connectionString: database.adminUrl })
  await reader.connect()
  await reader.query('BEGIN; SELECT FROM thing LIMIT 1')
  let attempts = 0
  const applied = migrate({
    lockTimeoutMs: 20,
    pauseMs: 20,
    onRetry: () => {
      attempts += 1
      // The first reader is still at it: whoever comes now queued behind the migration only as long as it waited.
      if (attempts === 2)
        void other.query('SELECT count(*) FROM thing').then(async () => {
          await reader.query('COMMIT')
          await reader.end()
        })
    },
  })
  assert.deepEqual(await applied, ['0002-note'])
  assert.ok(attempts >= 2)
})

test('a migration that never gets its lock fails and leaves nothing behind', async () => {
  add('0002-note', 'CREATE TABLE side (id integer); ALTER TABLE thing ADD COLUMN note text')
  await other.query('BEGIN; SELECT FROM thing LIMIT 1')
  await assert.rejects(migrate({ lockTimeoutMs: 10, pauseMs: 1, attempts: 3 }), /0002-note failed/)
  await other.query('COMMIT')
  const { rows } = await other.query(`SELECT to_regclass('side') AS side`)
  assert.deepEqual(rows, [{ side: null }])
})

test('each migration is a transaction: one that fails takes back itself and none before it', async () => {
  add('0002-side', 'CREATE TABLE side (id integer)')
  add('0003-bad', 'CREATE TABLE half (id integer); SELECT 1 / 0')
  await assert.rejects(migrate(), /0003-bad failed/)
  add('0003-bad', 'CREATE TABLE half (id integer)')
  assert.deepEqual(await migrate(), ['0003-bad'])
})

test('an older release leaves alone what a newer one has applied', async () => {
  add('0002-side', 'CREATE TABLE side (id integer)')
  await migrate()
  rmSync(join(folder, '0002-side.sql'))
  assert.deepEqual(await migrate(), [])
})

test('a migration that comes late, or one that is gone, is told', async () => {
  add('0003-side', 'CREATE TABLE side (id integer)')
  await migrate()
  add('0002-late', 'CREATE TABLE late (id integer)')
  await assert.rejects(migrate(), /0002-late comes before 0003-side/)
  rmSync(join(folder, '0002-late.sql'))
  rmSync(join(folder, '0001-thing.sql'))
  await assert.rejects(migrate(), /0001-thing was applied and is not there any more/)
})

/** What the migration of an index does when its process is killed, and then the connection or the server with it. */
const ends = [
  ['while its server finishes the index', false],
  ['and its connection with it', true],
] as const

for (const [how, endConnection] of ends)
  test(`an index whose migration is killed ${how} is whole after the next run`, async () => {
    add(
      '0002-by-time',
      '-- outside a transaction\nCREATE INDEX CONCURRENTLY thing_by_time ON thing (domain_id, seen_at)',
    )
    // An index that is made concurrently waits for this one, half made, before it is whole.
    await other.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM thing LIMIT 1')
    const watcher = new pg.Client({ connectionString: database.adminUrl })
    await watcher.connect()
    const script = `import { migrateDatabase } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
      await migrateDatabase({ url: process.env.DATABASE, folder: new URL(process.env.FOLDER) })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, DATABASE: database.adminUrl, FOLDER: `${pathToFileURL(folder).href}/` },
      stdio: 'inherit',
    })
    const isHalfMade = async (): Promise<boolean> =>
      (
        await watcher.query(
          `SELECT FROM pg_index WHERE indexrelid = to_regclass('thing_by_time') AND NOT indisvalid`,
        )
      ).rowCount === 1
    while (!(await isHalfMade())) assert.equal(child.exitCode, null, 'it ended before it began')
    child.kill('SIGKILL')
    await once(child, 'close')
    if (endConnection)
      await watcher.query(
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE query LIKE '%CREATE INDEX CONCURRENTLY thing_by%' AND pid <> pg_backend_pid()`,
      )
    const again = migrate()
    await other.query('COMMIT')
    assert.deepEqual(await again, ['0002-by-time'])
    assert.equal(await isValid('thing_by_time'), true)
    await watcher.end()
    assert.deepEqual(await migrate(), [])
  })

test('two that migrate at once make an index concurrently without waiting for each other for ever', async () => {
  add(
    '0002-by-time',
    '-- outside a transaction\nCREATE INDEX CONCURRENTLY thing_by_time ON thing (domain_id, seen_at)',
  )
  const applied = await Promise.all([migrate(), migrate()])
  assert.deepEqual(applied.flat(), ['0002-by-time'])
})
