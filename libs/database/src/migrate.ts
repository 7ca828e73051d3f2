import { readdirSync, readFileSync } from 'node:fs'
import { runMigrations } from 'graphile-worker'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import pg from 'pg'
import { distributeTables, ensureCitus, propagateDomain } from './distribute.ts'
import { ensureRoles, roles, type RolePasswords } from './roles.ts'

export interface MigrateOptions {
  /** A user who may create roles and owns the database, or is a superuser. */
  url: string
  /** The app's folder of `NNNN-name.sql` files. */
  folder: URL
  passwords?: RolePasswords
  /** `citus` spreads the tables over the machines of a Citus coordinator; one Postgres otherwise. */
  engine?: 'citus' | null
}

/**
 * Brings a subgraph's database to the newest form: roles, graphile-worker, what all subgraphs have, then the app's own
 * migrations, each in a transaction and once. Running it again does nothing. Returns the names applied now. Throws
 * `DistributionRefused` before anything is done where the engine asked for is not there.
 */
export async function migrateDatabase({
  url,
  folder,
  passwords = {},
  engine = null,
}: MigrateOptions): Promise<string[]> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  try {
    if (engine === 'citus') await ensureCitus(admin)
    await ensureRoles(admin, passwords)
    if (engine === 'citus') await propagateDomain(admin)
  } finally {
    await admin.end()
  }
  const pool = new pg.Pool({
    connectionString: url,
    max: 2,
    options: `-c role=${roles.migrator} -c client_min_messages=warning`,
  })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    await sql.raw('SELECT pg_advisory_lock(4242001)').execute(db)
    await runMigrations({ pgPool: pool, noHandleSignals: true, logger: undefined })
    const base = await applyMigrations(db, new URL('../migrations/', import.meta.url), 'base_migration')
    const own = await applyMigrations(db, folder, 'app_migration')
    if (engine === 'citus') await distributeTables(db)
    return [...base, ...own]
  } finally {
    await db.destroy()
  }
}

/**
 * Applies the `NNNN-name.sql` files of a folder that were not applied yet, each in a transaction and once, and keeps in
 * `commonchart_migrations.TABLE` which were. Returns their names. Throws with the cause when one fails.
 */
export async function applyMigrations(db: Kysely<unknown>, folder: URL, table: string): Promise<string[]> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(readMigrations(folder)) },
    migrationTableName: table,
    migrationLockTableName: `${table}_lock`,
    migrationTableSchema: 'commonchart_migrations',
  })
  const { error, results } = await migrator.migrateToLatest()
  const failed = results?.find((result) => result.status === 'Error')
  if (error)
    throw new Error(`the migration ${failed?.migrationName ?? 'of ' + table} failed`, { cause: error })
  return (results ?? []).map((result) => result.migrationName)
}

function readMigrations(folder: URL): Record<string, Migration> {
  const names = readdirSync(folder).filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
  return Object.fromEntries(
    names.map((name) => [
      name.replace(/\.sql$/, ''),
      {
        up: async (db) => {
          await sql.raw(readFileSync(new URL(name, folder), 'utf8')).execute(db)
        },
      },
    ]),
  )
}
