import { spawn } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findFreePort } from '@commonchart/embedded-database'
import { signToken } from '@commonchart/testing'
import { describeHome } from '../environment/home.ts'
import { readStartConfig } from '../start/config.ts'
import { portNames } from '../start/config.ts'
import { createGatewayEnvironment } from '../start/service-environments.ts'
import { listDescendants } from '../start/processes-of.ts'
import { startGateway, type BenchGateway } from './gateways.ts'
import { readCpuMsOf } from './process-cpu.ts'

/** The parts of a stack whose processor time is told apart. */
export const parts = ['gateway', 'subgraphs', 'PostgreSQL'] as const
export type Part = (typeof parts)[number]

/** Everything as `npm start` runs it: real processes, a real PostgreSQL, the demo domain with its clinic. */
export interface WholeStack {
  url: string
  /** From `npm start` to the first answered query. */
  firstAnswerSeconds: number
  /** Headers of a request with a token that was never seen before. */
  signHeaders(): Record<string, string>
  /** Processor time of each part so far, in milliseconds. */
  readCpuMs(): Record<Part, number>
  /** Starts a second gateway before the same subgraphs, composed without the record. */
  startUnrecordedGateway(): Promise<BenchGateway>
  stop(): Promise<void>
}

const root = fileURLToPath(new URL('../../', import.meta.url))
const supergraph = join(root, 'apps', 'gateway', 'supergraph.graphql')
const unlimited = String(1_000_000_000)

/**
 * Runs `npm start` on a folder and ports of its own and waits until the demo clinic is complete. Throws with all that it
 * printed when it ends before.
 */
export async function startWholeStack(folder: string): Promise<WholeStack> {
  const environment: Record<string, string> = {
    NODE_ENV: 'production',
    LIMIT_REQUESTS_PER_MINUTE_PER_CONSUMER: unlimited,
    LIMIT_REQUESTS_PER_MINUTE_PER_ADDRESS: unlimited,
  }
  for (const name of portNames) environment[name] = String(await findFreePort())
  const begun = performance.now()
  const child = spawn('npm', ['start', '--', '--home', folder], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const pid = child.pid
  if (!pid) throw new Error('npm cannot be started')
  const ended = once(child, 'close')
  const firstAnswerSeconds = await followStart(createInterface(child.stdout), begun)
  // What it says from now on nobody reads; unread, its end would not be seen.
  child.stdout.resume()
  const privateKey = createPrivateKey(readFileSync(describeHome(folder).consumerKey('demo')))
  let tokens = 0
  return {
    url: `http://localhost:${environment.PORT}/graphql`,
    firstAnswerSeconds,
    signHeaders() {
      const claims = { jti: tokens++ }
      const token = signToken({ privateKey, issuer: 'demo-program', lifetimeSeconds: 800, claims })
      return { authorization: `Bearer ${token}` }
    },
    readCpuMs() {
      const sums: Record<Part, number> = { gateway: 0, subgraphs: 0, PostgreSQL: 0 }
      for (const process of listDescendants(pid)) {
        const part = partOf(process.command)
        if (part) sums[part] += readCpuMsOf(process.pid)
      }
      return sums
    },
    startUnrecordedGateway() {
      const home = describeHome(folder)
      const config = readStartConfig(['--home', folder], environment)
      if (!config) throw new Error('the stack was started with these arguments')
      const own = { ...createGatewayEnvironment(supergraph, home, config), ...environment }
      return startGateway('unrecorded', { ...own, PORT: '0', OPERATOR_PORT: '0', CHECKPOINT_ANCHORS: '' })
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Reads what a start says until the clinic is complete, made now or before; gives the seconds to the first answer. */
async function followStart(lines: AsyncIterable<string>, begun: number): Promise<number> {
  const said: string[] = []
  let firstAnswerSeconds: number | undefined
  let isFilling = false
  for await (const line of lines) {
    said.push(line)
    if (line.includes('filling the demo domain')) isFilling = true
    if (line.includes('the first query was answered')) firstAnswerSeconds = (performance.now() - begun) / 1000
    const isComplete = isFilling ? line.includes('is complete with') : line.startsWith('Ctrl-C')
    if (isComplete && firstAnswerSeconds !== undefined) return firstAnswerSeconds
  }
  throw new Error(`npm start ended before it answered:\n${said.join('\n')}`)
}

function partOf(command: string): Part | undefined {
  const service = /apps\/([\w-]+)\/src\/main\.ts/.exec(command)?.[1]
  if (service) return service === 'gateway' ? 'gateway' : 'subgraphs'
  return command.includes('postgres') ? 'PostgreSQL' : undefined
}
