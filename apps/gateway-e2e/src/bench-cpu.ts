import { readdirSync } from 'node:fs'
import { readCpuMsOf, readParentOf } from '@commonchart/tools/bench-process-cpu'
import { query } from './record-check.ts'
import type { Stack } from './stack.ts'

/** Gives the processor time that services, PostgreSQL and this process have used so far, in milliseconds. */
export async function openCpuMeter(stack: Stack): Promise<() => number> {
  const [server] = await query<{ pid: number }>(
    stack,
    'appointments',
    `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::integer AS pid`,
  )
  const postmaster = server?.pid ?? Number.NaN
  const services = Object.values(stack.services).map((service) => service.process.pid ?? 0)
  return () => {
    const { user, system } = process.cpuUsage()
    const backends = readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0 && readParentOf(pid) === postmaster)
    // That of backends that have ended is counted with the postmaster.
    const used = [postmaster, ...backends, ...services].map(readCpuMsOf).filter((ms) => !Number.isNaN(ms))
    return used.reduce((sum, ms) => sum + ms, (user + system) / 1000)
  }
}
