import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openServiceChannel } from '@commonchart/identity'
import {
  createServiceIdentity,
  createTestRecordKeys,
  createTestServiceKeys,
  openTestDatabase,
  startTestServer,
  type TestDatabase,
} from '@commonchart/testing'
import { readNodeOptions } from '../start/node-options.ts'
import { listDescendants } from '../start/processes-of.ts'
import { readCpuMsOf } from './process-cpu.ts'

/** consumers-audit as a process of its own, on a durable PostgreSQL of its own. */
export interface RecorderProcess {
  database: TestDatabase
  /** Sends a frame as one of several gateways does, each over its own channel. Throws unless it is answered as recorded. */
  send(frame: Buffer, gateway: number): Promise<void>
  /** Processor time so far of consumers-audit and of PostgreSQL, in milliseconds. */
  readCpuMs(): { own: number; postgres: number }
  stop(): Promise<void>
}

const program = fileURLToPath(new URL('../../apps/consumers-audit/src/main.ts', import.meta.url))
const migrations = new URL('../../apps/consumers-audit/migrations/', import.meta.url)

/** Starts consumers-audit with a new database; what is committed there is on the disk. `profile` is a folder for its V8 profile. */
export async function startRecorder(gateways: number, profile?: string): Promise<RecorderProcess> {
  const server = await startTestServer({ durable: true })
  const database = await openTestDatabase(migrations, server)
  const keys = createTestServiceKeys()
  const recordKeys = createTestRecordKeys()
  const signer = keys.signers.gateway
  if (!signer) throw new Error('the test keys lack the gateway')
  const child = fork(program, {
    execArgv: [
      ...readNodeOptions('consumers-audit'),
      ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []),
    ],
    env: {
      ...{ PATH: process.env.PATH, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: '0' },
      ...{ DATABASE_URL: database.url, WORKER_DATABASE_URL: database.workerUrl },
      ...{ IDENTITY_JWKS: keys.jwksFile, SERVICE_KEYS: keys.keyFiles['consumers-audit'] },
      // Nobody is told of anything: no outbox is filled.
      ...{ PATIENTS_URL: 'http://127.0.0.1:1', APPOINTMENTS_URL: 'http://127.0.0.1:1' },
      ...recordKeys.environment,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  if (!child.stdout || !child.pid) throw new Error('consumers-audit cannot be started')
  const { promise: listening, resolve, reject } = Promise.withResolvers<number>()
  child.once('exit', (code) => reject(new Error(`consumers-audit ended with ${code}`)))
  createInterface(child.stdout).on('line', (line) => {
    const { msg, port, level } = JSON.parse(line) as { msg: string; port?: number; level: number }
    if (msg === 'listening' && port) resolve(port)
    else if (level > 30) console.error(line)
  })
  const url = new URL(`http://127.0.0.1:${await listening}/internal/record`)
  const channels = Array.from({ length: gateways }, () =>
    openServiceChannel({
      ...{ url, audience: 'consumers-audit', signer, createIdentity: () => createServiceIdentity('gateway') },
    }),
  )
  return {
    database,
    async send(frame, gateway) {
      const answer = await channels[gateway]?.send(frame, 5000)
      if (answer?.status !== 200) throw new Error(`${answer?.status}: ${answer?.body}`)
    },
    readCpuMs() {
      const servers = listDescendants(process.pid).filter(({ command }) => command.includes('postgres'))
      const postgres = servers.reduce((sum, { pid }) => sum + readCpuMsOf(pid), 0)
      return { own: readCpuMsOf(child.pid as number), postgres }
    },
    async stop() {
      await Promise.all(channels.map((channel) => channel.close()))
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      await server.stop()
      keys.close()
      recordKeys.close()
    },
  }
}
