import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { request } from 'undici'
import { readNodeOptions } from './node-options.ts'
import { StartError } from './start-error.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const readyTimeoutMs = 30_000
const drainTimeoutMs = 12_000

/** A service that runs as a process of its own. */
export interface ServiceProcess {
  name: string
  /** Settles when the process has ended: with what it said last if nobody asked it to end. */
  ended: Promise<string | undefined>
  /** Waits until it says that it is ready. Throws a `StartError` when it ends before that or takes too long. */
  waitUntilReady(url: string): Promise<void>
  /** Lets it finish what is under way; ends it for good when that takes too long. */
  stop(): Promise<void>
}

/** Starts `apps/NAME/src/main.ts`; what it prints goes to a file. */
export function startService(
  name: string,
  environment: Record<string, string>,
  logFolder: string,
): ServiceProcess {
  const logFile = join(logFolder, `${name}.log`)
  const log = openSync(logFile, 'a', 0o600)
  const logSizeBefore = statSync(logFile).size
  // Detached, so that Ctrl-C reaches the start alone, which ends the services in order and PostgreSQL after them.
  const child = spawn(
    process.execPath,
    [
      ...readNodeOptions(name),
      ...['--import', new URL('leave-with-parent.ts', import.meta.url).href, `apps/${name}/src/main.ts`],
    ],
    {
      cwd: root,
      detached: true,
      env: { ...process.env, ...environment },
      stdio: ['ignore', log, log, 'ipc'],
    },
  )
  closeSync(log)
  let asked = false
  const ended = new Promise<string | undefined>((settle) => {
    child.once('exit', (_code, signal) => {
      if (asked) return settle(undefined)
      if (signal) return settle(`somebody ended it with ${signal}`)
      settle(findLastWords(readFileSync(logFile, 'utf8').slice(logSizeBefore)))
    })
  })
  return {
    name,
    ended,
    async waitUntilReady(url) {
      let over = false
      void ended.then(() => (over = true))
      for (const end = Date.now() + readyTimeoutMs; Date.now() < end && !over; await wait(25))
        if (await isReady(url)) return
      throw new StartError(
        over
          ? `${name} ended: ${(await ended) ?? 'it was stopped'} (all of it: ${logFile})`
          : `${name} was not ready after ${readyTimeoutMs / 1000} s: see ${logFile}`,
      )
    },
    async stop() {
      asked = true
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), drainTimeoutMs)
      await ended
      clearTimeout(late)
    },
  }
}

/** The reason a process gave last: the message of its last JSON log line, or the line that names an error. */
export function findLastWords(output: string): string {
  const lines = output.trim().split('\n')
  for (const line of lines.toReversed()) {
    const logged = readLogLine(line)
    if (logged) return logged
  }
  const error = lines.find((line) => /^\S*Error\b/.test(line))
  return error ?? (lines.at(-1) || 'it said nothing')
}

function readLogLine(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string } }
    return [msg, err?.message].filter(Boolean).join(': ')
  } catch {
    return undefined
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(`${url}/health/ready`, {
      headersTimeout: 2000,
      bodyTimeout: 2000,
    })
    await body.dump()
    return statusCode === 200
  } catch {
    return false
  }
}
