import { applyMigrations } from './migrate.ts'
import { atOnce } from './roles.ts'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'

/**
 * Brings a database that is no subgraph's to the newest form: one role that may sign in and do what the migrations grant it, in
 * this database and in no other, with the password given, and the folder's `NNNN-name.sql` files. `url` is that of a user who
 * may create roles. Running it again does nothing. Returns the names applied now.
 */
export async function migrateOwnDatabase({
  url,
  folder,
  role,
  password,
}: {
  url: string
  folder: URL
  role: string
  password: string
}): Promise<string[]> {
  const pool = new pg.Pool({ connectionString: url, max: 1, options: '-c client_min_messages=warning' })
  pool.on('error', () => undefined)
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    const client = await pool.connect()
    try {
      await ensureRole(client, role, password)
    } finally {
      client.release()
    }
    return await applyMigrations(db, folder, 'app_migration')
  } finally {
    await db.destroy()
  }
}

/** Roles belong to the server and not to the database: one that another database of it made is taken as it is. */
async function ensureRole(client: pg.PoolClient, role: string, password: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name')
  const database = client.escapeIdentifier(rows[0]?.name ?? '')
  await client.query(
    `DO $$ BEGIN CREATE ROLE ${client.escapeIdentifier(role)} LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
  )
  await atOnce(
    client,
    `ALTER ROLE ${client.escapeIdentifier(role)} PASSWORD ${client.escapeLiteral(password)}`,
  )
  await client.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${database} FROM PUBLIC`)
  await client.query(`GRANT CONNECT ON DATABASE ${database} TO ${client.escapeIdentifier(role)}`)
}
