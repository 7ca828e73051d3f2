import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** A service as a process of its own, and everything that it has printed. */
export interface RunningService {
  name: string
  process: ChildProcess
  output(): string
  /** Ends it as an operator would and gives its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/**
 * Starts `apps/NAME` and waits until it listens; `gateway-2` is a second process of `apps/gateway`. It is that of this
 * workspace, or of a copy elsewhere. Throws with what it printed when it ends before that.
 */
export async function startService(
  name: string,
  environment: Record<string, string>,
  workspace = root,
): Promise<RunningService> {
  const child = spawn(process.execPath, [`apps/${name.replace(/-\d+$/, '')}/src/main.ts`], {
    cwd: workspace,
    env: {
      ...{ PATH: process.env.PATH, NODE_ENV: 'test', LOG_LEVEL: 'info', DRAIN_MS: '0' },
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  const listening = new Promise<void>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      printed += chunk.toString()
      if (printed.includes('"msg":"listening"')) resolve()
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.once('exit', (code) =>
      reject(new Error(`${name} ended with ${code} before it listened:\n${printed}`)),
    )
  })
  await listening
  return {
    name,
    process: child,
    output: () => printed,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const ended = once(child, 'exit') as Promise<[number | null]>
      child.kill(signal)
      return (await ended)[0]
    },
  }
}
