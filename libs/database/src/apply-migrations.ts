import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

/** The first line of a migration that is one statement on an index, CONCURRENTLY, which no transaction takes. */
const outsideMarker = '-- outside a transaction\n'

/** Whoever applies migrations to a database holds this advisory lock of it. */
const migrationLock = 4242001

export interface Waiting {
  /** How long a statement waits for a lock before it is given up, and everybody who queued behind it goes on. */
  lockTimeoutMs?: number
  /** How long the users of the table have it to themselves before the next attempt. */
  pauseMs?: number
  /** How often it is tried. */
  attempts?: number
  /** Told each time that a migration is given up for the moment. */
  onRetry?: (migration: string, attempt: number) => void
}

/**
 * Applies the `NNNN-name.sql` files of a folder that were not applied yet, each in a transaction of its own and once, and keeps
 * in `commonchart_migrations.TABLE` which were. One that waits for a lock too long is rolled back and tried again. One whose
 * first line is `-- outside a transaction` may run twice after a crash; an index that it left half made is made anew.
 * Returns the names applied now. Throws with the cause when one fails, and when one was left out or is out of order.
 */
export async function applyMigrations(
  client: pg.ClientBase,
  folder: URL,
  table: string,
  waiting: Waiting = {},
): Promise<string[]> {
  const applied = await readApplied(client, table)
  const names = readdirSync(folder)
    .filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
    .map((name) => name.replace(/\.sql$/, ''))
    .sort()
  requireOrder(names, applied)
  const due = names.filter((name) => !applied.includes(name))
  for (const name of due) {
    const text = readFileSync(new URL(`${name}.sql`, folder), 'utf8')
    try {
      await patiently(name, waiting, () => applyOne(client, { name, text, table }, waiting))
    } catch (error) {
      throw new Error(`the migration ${name} failed`, { cause: error })
    }
  }
  return due
}

/**
 * Runs work while nobody else migrates the database. Whoever waits asks again and again: one who waited inside a statement
 * would be waited for by an index that is made concurrently.
 */
export async function withMigrationLock<Result>(
  client: pg.ClientBase,
  work: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
      migrationLock,
    ])
    if (rows[0]?.locked) break
    await pause(100)
  }
  try {
    return await work()
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [migrationLock])
  }
}

async function readApplied(client: pg.ClientBase, table: string): Promise<string[]> {
  const { rows: there } = await client.query<{ there: boolean }>(
    'SELECT to_regclass($1) IS NOT NULL AS there',
    [`commonchart_migrations.${table}`],
  )
  if (!there[0]?.there)
    await client.query(`CREATE SCHEMA IF NOT EXISTS commonchart_migrations;
      CREATE TABLE commonchart_migrations.${table} (name varchar(255) PRIMARY KEY, timestamp varchar(255) NOT NULL)`)
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM commonchart_migrations.${table} ORDER BY name COLLATE "C"`,
  )
  return rows.map(({ name }) => name)
}

/** An older release leaves alone what a newer one has applied; nothing else may be missing or come in between. */
function requireOrder(names: string[], applied: string[]): void {
  const newest = names.at(-1) ?? ''
  const missing = applied.find((name) => name < newest && !names.includes(name))
  if (missing) throw new Error(`the migration ${missing} was applied and is not there any more`)
  const last = applied.at(-1) ?? ''
  const late = names.find((name) => name < last && !applied.includes(name))
  if (late) throw new Error(`the migration ${late} comes before ${last}, which was applied already`)
}

interface Migration {
  name: string
  text: string
  table: string
}

async function applyOne(client: pg.ClientBase, migration: Migration, waiting: Waiting): Promise<void> {
  const { name, text, table } = migration
  const { lockTimeoutMs = 1000 } = waiting
  const remember = (): Promise<unknown> =>
    client.query(`INSERT INTO commonchart_migrations.${table} VALUES ($1, $2)`, [
      name,
      new Date().toISOString(),
    ])
  if (text.startsWith(outsideMarker)) {
    // It waits for transactions and keeps nobody waiting but for a moment at its ends.
    if (await clearIndex(client, text)) await client.query(text)
    await remember()
    return
  }
  try {
    await client.query(`BEGIN; SET LOCAL lock_timeout = ${lockTimeoutMs}`)
    await client.query(text)
    await remember()
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}

/**
 * Takes away the index that an earlier attempt left half made, and tells whether it has to be made: one that is whole was
 * finished before the attempt could be written down.
 */
async function clearIndex(client: pg.ClientBase, text: string): Promise<boolean> {
  const [, name] = /\bCREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+"?(\w+)"?\s+ON\b/i.exec(text) ?? []
  if (!name) return true
  const { rows } = await client.query<{ valid: boolean }>(
    'SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)',
    [name],
  )
  if (rows[0]?.valid === false) await client.query(`DROP INDEX CONCURRENTLY ${client.escapeIdentifier(name)}`)
  return rows[0]?.valid !== true
}

/** Tries again what could not have its lock in time, or was ended so that another transaction could pass. */
async function patiently(
  name: string,
  { attempts = 120, pauseMs = 2000, onRetry }: Waiting,
  work: () => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await work()
    } catch (error) {
      const code = error instanceof pg.DatabaseError ? error.code : undefined
      if ((code !== '55P03' && code !== '40P01') || attempt >= attempts) throw error
      onRetry?.(name, attempt)
      await pause(pauseMs)
    }
}
