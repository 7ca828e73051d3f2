import { runMigrations } from 'graphile-worker'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { applyMigrations, withMigrationLock, type Waiting } from './apply-migrations.ts'
import { distributeTables, ensureCitus, propagateDomain } from './distribute.ts'
import { ensureRoles, roles, type RolePasswords } from './roles.ts'

export interface MigrateOptions extends Waiting {
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
 * migrations, each once. Running it again does nothing, and one whose process was killed is taken up by the next. Returns
 * the names applied now. Throws `DistributionRefused` before anything is done where the engine asked for is not there.
 */
export async function migrateDatabase({
  url,
  folder,
  passwords = {},
  engine = null,
  ...waiting
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
    // The server ends what a process asked for that is gone: the next may begin.
    options: `-c role=${roles.migrator} -c client_min_messages=warning -c client_connection_check_interval=1s`,
  })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  try {
    const client = await pool.connect()
    try {
      return await withMigrationLock(client, async () => {
        await runMigrations({ pgPool: pool, noHandleSignals: true, logger: undefined })
        const base = new URL('../migrations/', import.meta.url)
        const applied = [
          ...(await applyMigrations(client, base, 'base_migration', waiting)),
          ...(await applyMigrations(client, folder, 'app_migration', waiting)),
        ]
        if (engine === 'citus') await distributeTables(new Kysely({ dialect: new PostgresDialect({ pool }) }))
        return applied
      })
    } finally {
      client.release()
    }
  } finally {
    await pool.end()
  }
}
