import { spawn, type ChildProcess } from 'node:child_process'
import { chownSync, closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { findOrCreateAccount, type Account } from './account.ts'
import { findBinaries } from './binaries.ts'
import { lastLine, prepareDataFolder, reasonOf, type DataFolder } from './data-folder.ts'
import { EmbeddedDatabaseError } from './embedded-database-error.ts'
import { endWithUs } from './end-with-us.ts'
import { findFreePort } from './free-port.ts'
import { endLeftover, isRunning } from './leftover.ts'

export interface EmbeddedDatabaseOptions {
  /** Keeps the data from one start to the next. */
  folder: string
  /** A free one is chosen by default. */
  port?: number
  /** Server settings, such as `{ fsync: 'off' }`. */
  settings?: Record<string, string>
  /** Told in a sentence about each thing that was out of the ordinary. */
  onProgress?: (sentence: string) => void
}

/** A running PostgreSQL server of our own. Must be stopped. */
export interface EmbeddedDatabase {
  port: number
  pid: number
  /** Where PostgreSQL keeps its files and its log. */
  files: { data: string; log: string }
  /** The address of a database as the superuser. */
  url(database?: string): string
  /** Settles when the server has ended; gives the last line of its log when nobody asked it to. */
  ended: Promise<string | undefined>
  /** Ends the server in order and waits until it is gone; a second call waits for the first. */
  stop(): Promise<void>
}

const readyTimeoutMs = 60_000

/** Processes of a server that was killed hold its memory until they notice, and PostgreSQL refuses to start meanwhile. */
const orphansLeave = { attempts: 100, everyMs: 100 }
const orphanSentence = 'processes of a server that was killed are still running on its data'

/**
 * Starts PostgreSQL on the loopback address, in a data folder that is made when it is not there. A server left running on
 * that folder by a process that was killed is ended first. Throws `EmbeddedDatabaseError`, whose message is one sentence.
 */
export async function startEmbeddedDatabase({
  folder,
  port,
  settings = {},
  onProgress = () => undefined,
}: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const account = await findOrCreateAccount()
  const binaries = await findBinaries(account, onProgress)
  const files = await prepareDataFolder(folder, account, binaries, onProgress)
  await endLeftover(files.data, onProgress)
  for (let attempt = 1; ; attempt++) {
    const chosen = port ?? (await findFreePort())
    try {
      return await launch(binaries.postgres, files, account, chosen, settings)
    } catch (error) {
      if ((error as Error).message.includes(orphanSentence) && attempt < orphansLeave.attempts) {
        await wait(orphansLeave.everyMs)
        continue
      }
      // Somebody took the port between our look and the server's.
      const taken = /address already in use|could not create any TCP/i.test((error as Error).message)
      if (!taken || attempt >= 3) throw error
      if (port !== undefined)
        throw new EmbeddedDatabaseError(
          `Port ${port} of the embedded PostgreSQL is taken by another program.`,
          error,
        )
    }
  }
}

async function launch(
  program: string,
  files: DataFolder,
  account: Account,
  port: number,
  settings: Record<string, string>,
): Promise<EmbeddedDatabase> {
  const chosen = {
    listen_addresses: '127.0.0.1',
    // No socket file: its name would clash between servers, and folders for it differ between machines.
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...settings,
  }
  const args = Object.entries(chosen).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const logSizeBefore = statSync(files.log).size
  if (account.uid !== undefined && account.gid !== undefined) chownSync(files.log, account.uid, account.gid)
  const log = openSync(files.log, 'a', 0o600)
  // Detached, so that Ctrl-C reaches us alone and the server ends after those who use it.
  const child = spawn(program, ['-D', files.data, '-p', String(port), ...args], {
    ...account,
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const lastWords = (): string => {
    const lines = readFileSync(files.log).subarray(logSizeBefore).toString('utf8').split('\n')
    if (lines.some((line) => line.includes('pre-existing shared memory block'))) return orphanSentence
    return lastLine(lines.filter((line) => /FATAL|PANIC|error while loading|HINT/i.test(line)).join('\n'))
  }
  let asked = false
  const ended = new Promise<string | undefined>((settle) => {
    child.once('exit', () => settle(asked ? undefined : lastWords()))
    child.once('error', (error) => settle(reasonOf(error)))
  })
  if (child.pid !== undefined) void ended.then(endWithUs(child.pid))
  await waitUntilReady(child, files.data, ended)
  // It keeps nobody alive: whoever has no more to do may go, and ends it on the way.
  child.unref()
  return {
    port,
    pid: child.pid as number,
    files: { data: files.data, log: files.log },
    url: (database = 'postgres') =>
      `postgres://postgres:${encodeURIComponent(files.password)}@127.0.0.1:${port}/${database}`,
    ended,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      asked = true
      child.ref()
      // SIGINT is PostgreSQL's "fast shutdown": open transactions are rolled back, the data is left in order.
      child.kill('SIGINT')
      await ended
    },
  }
}

async function waitUntilReady(
  child: ChildProcess,
  data: string,
  ended: Promise<string | undefined>,
): Promise<void> {
  const pidFile = join(data, 'postmaster.pid')
  let failure: string | undefined
  void ended.then((reason) => (failure = reason ?? 'it was stopped'))
  const deadline = Date.now() + readyTimeoutMs
  while (Date.now() < deadline) {
    if (failure !== undefined)
      throw new EmbeddedDatabaseError(`The embedded PostgreSQL did not start: ${failure}`)
    if (existsSync(pidFile)) {
      const lines = readFileSync(pidFile, 'utf8').split('\n')
      if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return
    }
    await wait(10)
  }
  child.kill('SIGQUIT')
  throw new EmbeddedDatabaseError(
    `The embedded PostgreSQL was not ready after ${readyTimeoutMs / 1000} s; its log is beside ${data}.`,
  )
}

/** Ends a server at once and waits until it is gone, without the event loop: for the exit of a process. */
export function stopEmbeddedDatabaseNow({ pid }: { pid: number }, timeoutMs = 3000): void {
  const pause = new Int32Array(new SharedArrayBuffer(4))
  try {
    process.kill(pid, 'SIGQUIT')
  } catch {
    return
  }
  for (const end = Date.now() + timeoutMs; Date.now() < end && isRunning(pid);) Atomics.wait(pause, 0, 0, 10)
}
