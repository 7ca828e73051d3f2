import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isRunning } from '@commonchart/embedded-database'
import type { Home } from '../environment/home.ts'
import { StartError } from './start-error.ts'

/**
 * Takes the home folder for this process. Throws when a start still runs on it; what a killed one left is taken over.
 * Gives the function that releases it.
 */
export function lockHome(home: Home, pid: number): () => void {
  for (;;) {
    try {
      writeFileSync(home.lock, String(pid), { flag: 'wx' })
      return () => rmSync(home.lock, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = Number(readFileSync(home.lock, 'utf8'))
    if (holder > 0 && holder !== pid && isRunning(holder) && isStart(holder))
      throw new StartError(
        `Commonchart already runs from this folder (process ${holder}): use that one, or stop it first.`,
      )
    rmSync(home.lock, { force: true })
  }
}

/** A process id is given anew after a restart of the machine: it must be one of ours. */
function isStart(pid: number): boolean {
  const file = `/proc/${pid}/cmdline`
  return existsSync(file) ? readFileSync(file, 'utf8').includes('tools/start/main.ts') : true
}
