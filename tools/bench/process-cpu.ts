import { existsSync, readFileSync } from 'node:fs'

/** What Linux counts processor time in, whatever the machine. */
const msPerTick = 10

/**
 * Gives the processor time that another process, and those of its children that have ended, used so far, in milliseconds,
 * or NaN where the system does not say: summed over all that live, nothing is lost when a backend ends.
 */
export function readCpuMsOf(pid: number): number {
  const fields = readFieldsOf(pid)
  if (!fields) return Number.NaN
  // User and system time, then those of ended children, follow the name as 12 to 15.
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * msPerTick, 0)
}

/** Gives the process that started another, or NaN where the system does not say. */
export function readParentOf(pid: number): number {
  return Number(readFieldsOf(pid)?.[1])
}

/** What stands behind the name of a process, which is in parentheses and may hold spaces. */
function readFieldsOf(pid: number): string[] | null {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return null
  try {
    return readFileSync(file, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
  } catch {
    // It has ended since.
    return null
  }
}
