import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { startAnsweringGateway, type AnsweringGateway } from './answering-gateway.ts'
import { runChart } from './program.ts'

/** The command line over a gateway that answers as it is told, in a folder of its own, with an operator's key. */
export interface TestChart {
  gateway: AnsweringGateway
  folder: string
  run(args: string[]): Promise<{ code: number; out: string; err: string }>
  /** Forgets what was asked and answered. */
  reset(): void
  close(): Promise<void>
}

/** Starts what a test file of commands needs. Must be closed. */
export async function startTestChart(): Promise<TestChart> {
  const folder = mkdtempSync(join(tmpdir(), 'commonchart-chart-'))
  const gateway = await startAnsweringGateway()
  async function run(args: string[]): Promise<{ code: number; out: string; err: string }> {
    const said = { out: '', err: '' }
    const collect = (to: 'out' | 'err'): Writable =>
      new Writable({
        write(chunk, _encoding, done) {
          said[to] += String(chunk)
          done()
        },
      })
    const code = await runChart(args, {
      out: collect('out'),
      err: collect('err'),
      readInput: () => Promise.resolve(''),
      environment: {
        COMMONCHART_HOME: join(folder, 'home'),
        COMMONCHART_GATEWAY: gateway.url,
        COMMONCHART_OPERATOR_URL: `${gateway.url}/operator/graphql`,
      },
      takeInterruption: () => new AbortController().signal,
    })
    return { code, ...said }
  }
  assert.equal((await run(['operator', 'init'])).code, 0)
  return {
    gateway,
    folder,
    run,
    reset() {
      gateway.asked.length = 0
      gateway.answers.splice(0, gateway.answers.length, { body: { data: {} } })
    },
    async close() {
      await gateway.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
