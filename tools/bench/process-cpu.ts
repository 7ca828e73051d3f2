import { existsSync, readFileSync } from 'node:fs'

/** What Linux counts processor time in, whatever the machine. */
const msPerTick = 10

/**
 * Gives the processor time that another process, and those of its children that have ended, used so far, in milliseconds,
 * or NaN where the system does not say: summed over all that live, nothing is lost when a backend ends.
 */
export function readCpuMsOf(pid: number): number {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return Number.NaN
  // The name in parentheses may hold spaces; user and system time, then those of ended children, follow it as 12 to 15.
  const fields = readFileSync(file, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * msPerTick, 0)
}
