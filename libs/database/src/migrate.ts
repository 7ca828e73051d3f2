import { runMigrations } from 'graphile-worker'
import pg from 'pg'
import { applyMigrations, withMigrationLock, type Waiting } from './apply-migrations.ts'
import { ensureRoles, roles, type RolePasswords } from './roles.ts'

export interface MigrateOptions extends Waiting {
  /** A user who may create roles and owns the database, or is a superuser. */
  url: string
  /** The app's folder of `NNNN-name.sql` files. */
  folder: URL
  passwords?: RolePasswords
}

/**
 * Brings a subgraph's database to the newest form: roles, graphile-worker, what all subgraphs have, then the app's own
 * migrations, each once. Running it again does nothing, and one whose process was killed is taken up by the next. Returns
 * the names applied now.
 */
export async function migrateDatabase({
  url,
  folder,
  passwords = {},
  ...waiting
}: MigrateOptions): Promise<string[]> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  try {
    await ensureRoles(admin, passwords)
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
        return [
          ...(await applyMigrations(client, base, 'base_migration', waiting)),
          ...(await applyMigrations(client, folder, 'app_migration', waiting)),
        ]
      })
    } finally {
      client.release()
    }
  } finally {
    await pool.end()
  }
}
