import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** How long it takes to tell which elements programs used. */
export interface UsageFigures {
  asked: string
  medianMs: number
  p95Ms: number
}

const program = fileURLToPath(new URL('../../apps/consumers-audit/fixtures/bench-usage.ts', import.meta.url))

/** Asks for use over a record of so many requests, in a process of consumers-audit's own code. */
export async function measureUsage(requests: number): Promise<UsageFigures[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, String(requests)])
  return JSON.parse(stdout) as UsageFigures[]
}
