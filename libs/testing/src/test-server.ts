import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  isRunning,
  removeEmbeddedDatabase,
  startEmbeddedDatabase,
  stopEmbeddedDatabaseNow,
} from '@commonchart/embedded-database'

/** A PostgreSQL server for tests: its address as a superuser. */
export interface TestServer {
  url: string
  /** Kills the server with SIGKILL and starts it again at the same address. */
  crash(): Promise<void>
  stop(): Promise<void>
}

export interface TestServerOptions {
  /** What was committed outlives a crash, as in production: for tests that kill it. */
  durable?: boolean
}

/** What many test processes at once need. */
const durableSettings = {
  max_connections: '300',
  // What was sent is judged at the end of `npm test`.
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.max': '20000',
  'pg_stat_statements.track': 'all',
  max_wal_size: '4GB',
  // Passwords of a server that lives for minutes: hashing them 4096 times is half of the cost of a connection.
  scram_iterations: '1',
}

/** What a server that nobody will miss need not do. */
const testSettings = { ...durableSettings, fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

const folderPrefix = 'commonchart-test-'

/** Starts an embedded server in a temporary folder, which goes with it. It ends with this process at the latest. */
export async function startTestServer({ durable = false }: TestServerOptions = {}): Promise<TestServer> {
  await removeAbandonedServers()
  const folder = mkdtempSync(join(tmpdir(), folderPrefix))
  writeFileSync(join(folder, 'owner'), String(process.pid))
  const settings = durable ? durableSettings : testSettings
  let server = await startEmbeddedDatabase({ folder, settings })
  const endNow = (): void => {
    stopEmbeddedDatabaseNow(server)
    for (const path of [folder, join(server.files.data, '..')]) rmSync(path, { recursive: true, force: true })
  }
  const leave = (): never => process.exit(1)
  process.once('exit', endNow)
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, leave)
  return {
    url: server.url(),
    async crash() {
      process.kill(server.pid, 'SIGKILL')
      await server.ended
      server = await startEmbeddedDatabase({ folder, settings, port: server.port })
    },
    async stop() {
      process.removeListener('exit', endNow)
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.removeListener(signal, leave)
      await server.stop()
      await removeEmbeddedDatabase(folder)
    },
  }
}

/** Ends and removes the servers of test processes that were killed in a way they could not notice. */
async function removeAbandonedServers(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(folderPrefix))) {
    const owner = join(tmpdir(), name, 'owner')
    if (!existsSync(owner)) continue
    const pid = Number(readFileSync(owner, 'utf8'))
    if (pid > 0 && !isRunning(pid)) await removeEmbeddedDatabase(join(tmpdir(), name))
  }
}

let onDemand: Promise<TestServer> | undefined

/**
 * The superuser's address of the server that tests use: TEST_DATABASE_URL when it is set (as `npm test` does), otherwise an
 * embedded server that this process starts at the first call and that ends with the process.
 */
export async function getTestServerUrl(): Promise<string> {
  const given = process.env.TEST_DATABASE_URL
  if (given) return given
  onDemand ??= startTestServer()
  return (await onDemand).url
}
