import { createHash, createHmac, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { migrateDatabase, roles } from '@commonchart/database'
import pg from 'pg'
import { getTestServerUrl, type TestServer } from './test-server.ts'

/** A migrated database of its own for one test file. */
export interface TestDatabase {
  /** As `commonchart_app`: what the code under test connects with. */
  url: string
  /** As `commonchart_worker`. */
  workerUrl: string
  /** As the superuser, whom row-level security does not hold: for looking behind the scenes. */
  adminUrl: string
  /** Drops the database, whoever is still connected. */
  close(): Promise<void>
}

/**
 * Opens a fresh database with the base and the app's migrations applied. They run once per server and form of the
 * migrations; further databases are copies of that one, made in some 50 ms. They are on the server that all tests share
 * unless another one is given.
 */
export async function openTestDatabase(appMigrationsFolder: URL, on?: TestServer): Promise<TestDatabase> {
  const serverUrl = on?.url ?? (await getTestServerUrl())
  const passwords = createRolePasswords(serverUrl)
  const name = `test_${randomBytes(8).toString('hex')}`
  const server = await connect(serverUrl)
  try {
    const template = await ensureTemplate(server, serverUrl, appMigrationsFolder, passwords)
    await server.query(`CREATE DATABASE ${name} TEMPLATE ${template}`)
    // Rights on a database are not part of what a copy takes over.
    await server.query(`GRANT CREATE, CONNECT ON DATABASE ${name} TO ${roles.migrator};
      REVOKE CONNECT, TEMPORARY ON DATABASE ${name} FROM PUBLIC;
      GRANT CONNECT ON DATABASE ${name} TO ${roles.app}, ${roles.worker}`)
  } finally {
    await server.end()
  }
  return {
    url: addressOf(serverUrl, name, { user: roles.app, password: passwords.app }),
    workerUrl: addressOf(serverUrl, name, { user: roles.worker, password: passwords.worker }),
    adminUrl: addressOf(serverUrl, name),
    close: () => dropDatabase(serverUrl, name),
  }
}

/**
 * Opens an empty database, for tests of migrating itself. `close()` drops it. A test that sets passwords of roles gives a
 * server of its own: all databases of a server share its roles, and other tests sign in meanwhile.
 */
export async function openEmptyTestDatabase(
  server?: TestServer,
): Promise<Pick<TestDatabase, 'adminUrl' | 'close'>> {
  const serverUrl = server?.url ?? (await getTestServerUrl())
  const name = `test_${randomBytes(8).toString('hex')}`
  const client = await connect(serverUrl)
  try {
    await client.query(`CREATE DATABASE ${name}`)
  } finally {
    await client.end()
  }
  return { adminUrl: addressOf(serverUrl, name), close: () => dropDatabase(serverUrl, name) }
}

async function ensureTemplate(
  server: pg.Client,
  serverUrl: string,
  folder: URL,
  passwords: { app: string; worker: string },
): Promise<string> {
  const template = `template_${hashMigrations(folder)}`
  const isThere = async (): Promise<boolean> =>
    (await server.query('SELECT FROM pg_database WHERE datname = $1', [template])).rowCount === 1
  if (await isThere()) return template
  // One process migrates; the others wait here and find it done. The lock goes with the connection. One at a time on
  // the whole server, because migrations change roles, which the server's databases share.
  await server.query('SELECT pg_advisory_lock(4242, 1)')
  if (await isThere()) {
    await server.query('SELECT pg_advisory_unlock(4242, 1)')
    return template
  }
  const building = `${template}_building`
  await server.query(`DROP DATABASE IF EXISTS ${building} WITH (FORCE)`)
  await server.query(`CREATE DATABASE ${building}`)
  await migrateDatabase({ url: addressOf(serverUrl, building), folder, passwords })
  await waitUntilUnused(server, building)
  await server.query(`ALTER DATABASE ${building} RENAME TO ${template}`)
  await server.query('SELECT pg_advisory_unlock(4242, 1)')
  return template
}

/** A server takes a moment to notice that somebody left; after `looks` of them, 10 ms apart, those who stay are not waited for. */
async function waitUntilUnused(server: pg.Client, name: string, looks = 1000): Promise<void> {
  await server.query(
    `DO $$ BEGIN
       FOR look IN 1..${looks} LOOP
         EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '${name}');
         PERFORM pg_sleep(0.01); PERFORM pg_stat_clear_snapshot();
       END LOOP;
     END $$`,
  )
}

function hashMigrations(folder: URL): string {
  const hash = createHash('sha256')
  const database = new URL('../../database/', import.meta.url)
  for (const [base, pattern] of [
    [new URL('migrations/', database), /\.sql$/],
    [new URL('src/', database), /(migrate|apply-migrations|roles)\.ts$/],
    [folder, /\.sql$/],
  ] as const)
    for (const name of readdirSync(base).sort())
      if (pattern.test(name)) hash.update(`${name}\0`).update(readFileSync(new URL(name, base)))
  return hash.digest('hex').slice(0, 16)
}

/** Roles are shared by a server's databases, so all test processes must come to the same passwords. */
function createRolePasswords(serverUrl: string): { app: string; worker: string } {
  const derive = (role: string): string =>
    createHmac('sha256', serverUrl).update(role).digest('base64url').slice(0, 24)
  return { app: derive('app'), worker: derive('worker') }
}

function addressOf(serverUrl: string, name: string, as?: { user: string; password: string }): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  if (as) {
    url.username = as.user
    url.password = as.password
  }
  return url.href
}

async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  const server = await connect(serverUrl)
  try {
    // Whoever is just leaving would hear of the end of the database as an error that nobody waits for.
    await waitUntilUnused(server, name, 20)
    await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  } finally {
    await server.end()
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
}
