import { consoleRole, migrateDatabase, migrateOwnDatabase, roles } from '@commonchart/database'
import { startEmbeddedDatabase, type EmbeddedDatabase } from '@commonchart/embedded-database'
import { subgraphNames } from '@commonchart/subgraph-list'
import pg from 'pg'
import type { Home } from '../environment/home.ts'
import { ensureRolePasswords } from '../environment/service-keys.ts'
import type { Say } from './progress.ts'
import { StartError } from './start-error.ts'

/** Where each subgraph finds its database: as the role that serves, and as the one that works off the outbox. */
export interface SubgraphDatabase {
  app: string
  worker: string
}

/** The embedded server, unless every subgraph has a database of its own. Throws one sentence when it cannot start. */
export async function startServer(
  home: Home,
  given: Record<string, string>,
  say: Say,
): Promise<EmbeddedDatabase | undefined> {
  if ([...subgraphNames, 'console'].every((name) => given[name])) return undefined
  say(`starting PostgreSQL in ${home.database}`)
  return startEmbeddedDatabase({
    folder: home.database,
    onProgress: say,
    settings: { max_connections: '200' },
  })
}

/** Brings one subgraph's database to the newest form, making it first on the embedded server. */
export async function prepareDatabase(
  name: string,
  {
    home,
    server,
    given,
    say,
  }: { home: Home; server: EmbeddedDatabase | undefined; given: string | undefined; say: Say },
): Promise<SubgraphDatabase> {
  const database = name.replaceAll('-', '_')
  if (!given && server) await createDatabase(server.url(), database)
  const url = given ?? server?.url(database)
  if (!url) throw new StartError(`There is no database for ${name}.`)
  const passwords = ensureRolePasswords(home)
  try {
    const folder = new URL(`../../apps/${name}/migrations/`, import.meta.url)
    const applied = await migrateDatabase({ url, folder, passwords })
    if (applied.length > 0) say(`${name}: ${applied.length} migrations applied`)
  } catch (error) {
    const reasons = [error, (error as Error).cause].flatMap((reason) =>
      reason instanceof Error && reason.message ? [reason.message] : [],
    )
    throw new StartError(
      `The database of ${name} cannot be brought up to date: ${reasons.join(': ') || describeCode(error)}`,
      { cause: error },
    )
  }
  return {
    app: signInAs(url, roles.app, passwords.app),
    worker: signInAs(url, roles.worker, passwords.worker),
  }
}

/** Brings the console's own database to the newest form and gives its address as the console's role. */
export async function prepareConsoleDatabase({
  home,
  server,
  given,
}: {
  home: Home
  server: EmbeddedDatabase | undefined
  given: string | undefined
}): Promise<string> {
  if (!given && server) await createDatabase(server.url(), 'console')
  const url = given ?? server?.url('console')
  if (!url) throw new StartError('There is no database for the console.')
  const password = ensureRolePasswords(home).console
  try {
    const folder = new URL('../../apps/console/migrations/', import.meta.url)
    await migrateOwnDatabase({ url, folder, role: consoleRole, password })
  } catch (error) {
    throw new StartError(
      `The database of the console cannot be brought up to date: ${(error as Error).message}`,
      {
        cause: error,
      },
    )
  }
  return signInAs(url, consoleRole, password)
}

async function createDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
}

function signInAs(url: string, user: string, password: string): string {
  const address = new URL(url)
  address.username = user
  address.password = password
  return address.href
}

/** A connection that fails on several addresses has no message of its own. */
function describeCode(error: unknown): string {
  return (error as { code?: string }).code ?? 'the server gave no reason'
}
