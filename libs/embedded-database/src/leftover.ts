import { existsSync, readFileSync, rmSync } from 'node:fs'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { EmbeddedDatabaseError } from './embedded-database-error.ts'

const run = promisify(execFile)

/**
 * Looks at the `postmaster.pid` of a data folder. A server that still runs on it was left by a process that was killed: it
 * is ended. A file that speaks of another program, or of none, is stale and removed, because PostgreSQL trusts it.
 */
export async function endLeftover(data: string, onProgress: (sentence: string) => void): Promise<void> {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  if (!Number.isSafeInteger(pid) || pid <= 1 || !isRunning(pid) || !(await isServerOf(pid, data))) {
    onProgress('PostgreSQL was not shut down in order last time: recovering')
    rmSync(file, { force: true })
    return
  }
  onProgress('PostgreSQL still runs from a start that was killed: ending it')
  signal(pid, 'SIGINT')
  for (const end = Date.now() + 20_000; Date.now() < end; await wait(20)) if (!isRunning(pid)) return
  throw new EmbeddedDatabaseError(
    `An earlier PostgreSQL (process ${pid}) still runs on ${data} and does not end: end it and start again.`,
  )
}

/** Sends a signal to a process that may have ended by itself meanwhile. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Tells whether a process is there; one that has ended and was not yet collected by its parent is not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  const status = `/proc/${pid}/stat`
  if (!existsSync(status)) return true
  try {
    return !/\) [ZX] /.test(readFileSync(status, 'utf8'))
  } catch {
    return false
  }
}

async function isServerOf(pid: number, data: string): Promise<boolean> {
  try {
    const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)])
    return stdout.includes('postgres') && stdout.includes(data)
  } catch {
    return readCommandLine(pid).includes(data)
  }
}

function readCommandLine(pid: number): string {
  const file = `/proc/${pid}/cmdline`
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
