import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import pg from 'pg'
import { EmbeddedDatabaseError } from './embedded-database-error.ts'
import { isRunning } from './leftover.ts'
import { removeEmbeddedDatabase } from './remove.ts'
import { startEmbeddedDatabase, stopEmbeddedDatabaseNow, type EmbeddedDatabase } from './server.ts'

const folders: string[] = []
const servers: EmbeddedDatabase[] = []
after(async () => {
  for (const server of servers) await server.stop()
  for (const folder of folders) await removeEmbeddedDatabase(folder)
})

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'commonchart-embedded-'))
  folders.push(folder)
  return folder
}

async function start(
  folder: string,
  options: { port?: number } = {},
): Promise<EmbeddedDatabase & { said: string[] }> {
  const said: string[] = []
  const onProgress = (sentence: string): void => void said.push(sentence)
  const server = await startEmbeddedDatabase({ folder, settings: { fsync: 'off' }, onProgress, ...options })
  servers.push(server)
  return { ...server, said }
}

async function ask(server: EmbeddedDatabase, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.url() })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}

test('what is stored is there after a stop and another start', async () => {
  const folder = makeFolder()
  const first = await start(folder)
  await ask(first, 'CREATE TABLE kept AS SELECT 7 AS n')
  await first.stop()
  assert.equal(isRunning(first.pid), false)
  assert.equal(await first.ended, undefined)
  const second = await start(folder)
  assert.deepEqual(await ask(second, 'SELECT n FROM kept'), [{ n: 7 }])
  assert.deepEqual(second.said, [])
})

test('a server is PostgreSQL 18, sorts alike everywhere, and listens on the loopback address alone', async () => {
  const server = await start(makeFolder())
  const [facts] = await ask(
    server,
    `SELECT current_setting('server_version_num')::int / 10000 AS major, current_setting('listen_addresses') AS at,
            current_setting('TimeZone') AS zone, datlocprovider AS provider FROM pg_database WHERE datname = 'postgres'`,
  )
  assert.deepEqual(facts, { major: 18, at: '127.0.0.1', zone: 'UTC', provider: 'b' })
})

test('the superuser’s password is in a file that only its owner reads', async () => {
  const folder = makeFolder()
  const server = await start(folder)
  assert.equal(statSync(join(folder, 'password')).mode & 0o777, 0o600)
  const address = new URL(server.url())
  address.password = 'guessed'
  const stranger = new pg.Client({ connectionString: address.href })
  await assert.rejects(stranger.connect(), /password authentication failed/)
})

test('a data folder that a killed start left half-written is made anew', async () => {
  const folder = makeFolder()
  mkdirSync(join(folder, 'data.partial', 'base'), { recursive: true })
  const server = await start(folder)
  assert.match(server.said.join(), /half-written/)
  assert.deepEqual(await ask(server, 'SELECT 1 AS n'), [{ n: 1 }])
})

test('a data folder that lost its files is refused in one sentence', async () => {
  const folder = makeFolder()
  mkdirSync(join(folder, 'data', 'base'), { recursive: true })
  writeFileSync(join(folder, 'password'), 'x')
  await assert.rejects(start(folder), isSentence(/is half-written: .*--reset/))
})

test('a data folder of another major version is refused in one sentence', async () => {
  const folder = makeFolder()
  mkdirSync(join(folder, 'data', 'global'), { recursive: true })
  writeFileSync(join(folder, 'data', 'global', 'pg_control'), '')
  writeFileSync(join(folder, 'data', 'PG_VERSION'), '15\n')
  writeFileSync(join(folder, 'password'), 'x')
  await assert.rejects(start(folder), isSentence(/made by PostgreSQL 15 and this is 18/))
})

test('a server ends when its owner is killed', async (context) => {
  const folder = makeFolder()
  const program = `
    import { startEmbeddedDatabase } from ${JSON.stringify(new URL('server.ts', import.meta.url).href)}
    const { pid } = await startEmbeddedDatabase({ folder: ${JSON.stringify(folder)}, settings: { fsync: 'off' } })
    process.stdout.write(String(pid))
    setInterval(() => undefined, 1000)`
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  context.after(() => owner.kill('SIGKILL'))
  const [printed] = (await once(owner.stdout, 'data')) as [Buffer]
  const pid = Number(printed)
  assert.equal(isRunning(pid), true)
  owner.kill('SIGKILL')
  for (const end = Date.now() + 10_000; isRunning(pid) && Date.now() < end;) await setImmediate()
  assert.equal(isRunning(pid), false)
})

test('a server that a killed process left running is ended, and its data recovered', async () => {
  const folder = makeFolder()
  const orphan = await start(folder)
  await ask(orphan, 'CREATE TABLE kept AS SELECT 8 AS n')
  const server = await start(folder)
  assert.match(server.said.join(), /still runs from a start that was killed/)
  assert.equal(isRunning(orphan.pid), false)
  assert.deepEqual(await ask(server, 'SELECT n FROM kept'), [{ n: 8 }])
})

test('a stale postmaster.pid does not keep the server from starting', async () => {
  const folder = makeFolder()
  const first = await start(folder)
  const pidFile = join(first.files.data, 'postmaster.pid')
  const lines = readFileSync(pidFile, 'utf8').split('\n')
  await first.stop()
  // The id of a process that is there and no server: ours.
  writeFileSync(pidFile, [String(process.pid), ...lines.slice(1)].join('\n'))
  const second = await start(folder)
  assert.match(second.said.join(), /not shut down in order/)
})

test('a folder that cannot be written is refused in one sentence', async () => {
  const file = join(makeFolder(), 'file')
  writeFileSync(file, '')
  await assert.rejects(start(join(file, 'database')), isSentence(/cannot be written: a file is in its place/))
})

test('a taken port is refused in one sentence', async () => {
  const other = createServer()
  await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening))
  const { port } = other.address() as AddressInfo
  await assert.rejects(start(makeFolder(), { port }), isSentence(new RegExp(`Port ${port} .*is taken`)))
  other.close()
})

test('stopping at once leaves nothing running when a process exits', async () => {
  const server = await start(makeFolder())
  stopEmbeddedDatabaseNow(server)
  assert.equal(isRunning(server.pid), false)
})

test('removing a database ends its server and takes all of its files', async () => {
  const folder = makeFolder()
  const server = await start(folder)
  await removeEmbeddedDatabase(folder)
  assert.equal(isRunning(server.pid), false)
  assert.equal(existsSync(folder), false)
  assert.equal(existsSync(server.files.data), false)
})

test(
  'a folder that the server’s own account cannot enter is served from where it can',
  { skip: userInfo().uid === 0 ? false : 'only root runs the server under another account' },
  async () => {
    const closed = makeFolder()
    const folder = join(closed, 'database')
    const server = await start(folder)
    assert.equal(server.files.data.startsWith(closed), false)
    await removeEmbeddedDatabase(folder)
    assert.equal(existsSync(dirname(server.files.data)), false)
    rmSync(closed, { recursive: true })
  },
)

function isSentence(pattern: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof EmbeddedDatabaseError, String(error))
    assert.match(error.message, pattern)
    assert.equal(error.message.includes('\n'), false)
    return true
  }
}
