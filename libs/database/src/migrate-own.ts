import pg from 'pg'
import { applyMigrations, withMigrationLock } from './apply-migrations.ts'
import { atOnce } from './roles.ts'

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
  const client = new pg.Client({
    connectionString: url,
    options: '-c client_min_messages=warning -c client_connection_check_interval=1s',
  })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await ensureRole(client, role, password)
    return await withMigrationLock(client, () => applyMigrations(client, folder, 'app_migration'))
  } finally {
    await client.end()
  }
}

/** Roles belong to the server and not to the database: one that another database of it made is taken as it is. */
async function ensureRole(client: pg.ClientBase, role: string, password: string): Promise<void> {
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
