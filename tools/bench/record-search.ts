import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** A search of the access log: its 95th percentile in milliseconds over each number of rows. */
export interface SearchFigures {
  filter: string
  p95Ms: number[]
  /** Whether the bar holds for it: not for what finds less among few rows, nor for counting. */
  isJudged: boolean
}

const program = fileURLToPath(new URL('../../apps/consumers-audit/fixtures/bench-search.ts', import.meta.url))

/** Searches access logs of the given numbers of rows, in a process of consumers-audit's own code. */
export async function measureSearch(rows: number[]): Promise<SearchFigures[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...rows.map(String)])
  return JSON.parse(stdout) as SearchFigures[]
}
