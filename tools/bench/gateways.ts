import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A gateway in a process of its own. */
export interface BenchGateway {
  url: string
  /** Processor time so far, user and system, of all its threads, in milliseconds. */
  readCpuMs(): Promise<number>
  stop(): Promise<void>
}

/** Stock Apollo records nothing, so ours is measured without the record beside it, and with it for itself. */
const scripts = {
  stock: new URL('stock.ts', import.meta.url),
  unrecorded: new URL('../../apps/gateway/fixtures/unrecorded-gateway.ts', import.meta.url),
  recorded: new URL('../../apps/gateway/src/main.ts', import.meta.url),
}
export type GatewayName = keyof typeof scripts

const preload = fileURLToPath(new URL('answer-cpu.ts', import.meta.url))

/** Starts a gateway and waits until it answers. `profile` writes a V8 profile into that folder when it ends. */
export async function startGateway(
  name: GatewayName,
  environment: Record<string, string>,
  profile?: string,
): Promise<BenchGateway> {
  const profiling = profile
    ? ['--cpu-prof', `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${name}.cpuprofile`]
    : []
  const child = fork(scripts[name], {
    execArgv: ['--import', preload, ...profiling],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      APOLLO_TELEMETRY_DISABLED: '1',
      PORT: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const port = await readPort(child)
  const origin = `http://127.0.0.1:${port}`
  return {
    url: name === 'stock' ? `${origin}/` : `${origin}/graphql`,
    async readCpuMs() {
      child.send('cpu')
      const [message] = (await once(child, 'message')) as [{ cpu: number }]
      return message.cpu / 1000
    },
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Reads the line that says where the gateway listens, and goes on reading so that its log never fills the pipe. */
async function readPort(child: ChildProcess): Promise<number> {
  if (!child.stdout) throw new Error('the log of a gateway is read')
  const lines = createInterface(child.stdout)
  const found = Promise.withResolvers<number>()
  child.once('exit', (code) => found.reject(new Error(`the gateway ended with ${code}`)))
  lines.on('line', (line) => {
    if (!line.startsWith('{')) return
    const { msg, port, err } = JSON.parse(line) as { msg: string; port?: number; err?: unknown }
    if (msg === 'listening' && port) found.resolve(port)
    else if (err) console.error(line)
  })
  return found.promise
}
