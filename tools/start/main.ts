import { EmbeddedDatabaseError } from '@commonchart/embedded-database'
import { Refused, Unreachable } from '../environment/graph.ts'
import { help, readStartConfig } from './config.ts'
import { createSay } from './progress.ts'
import { describeStart } from './closing-words.ts'
import { Parts, startAll } from './start.ts'
import { StartError } from './start-error.ts'
import { prepareDemo } from './demo.ts'

const parts = new Parts()
const say = createSay(process.stdout)
let leaving = false

/** Ends everything and the process. A second signal does not wait any longer: nothing may be left running either way. */
async function leave(code: number): Promise<never> {
  if (!leaving) {
    leaving = true
    await parts.stop()
  }
  process.exit(code)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (leaving) return
    process.stdout.write('\n')
    say('stopping')
    void leave(0).catch(fail)
  })

// Told to end, npm ends the shell between us and does not pass it on: we would go on running, unseen.
const { ppid, env } = process
if (env.npm_lifecycle_event === 'start')
  setInterval(() => {
    if (process.ppid !== ppid && !leaving) void leave(0).catch(fail)
  }, 250).unref()

async function fail(error: unknown): Promise<never> {
  if (leaving) return process.exit(1)
  const isSentence = [StartError, EmbeddedDatabaseError, Refused, Unreachable].some(
    (kind) => error instanceof kind,
  )
  process.stderr.write(
    `\n${isSentence ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`,
  )
  return leave(1)
}

try {
  const config = readStartConfig(process.argv.slice(2), process.env)
  if (!config) {
    process.stdout.write(help)
    process.exit(0)
  }
  const running = await startAll(config, parts, say)
  const prepared = config.demo ? await prepareDemo(running, say) : undefined
  process.stdout.write(describeStart(running, prepared?.demo))
  await Promise.race([prepared?.finish(), running.broken])
  const { name, reason } = await running.broken
  throw new StartError(`${name} ended by itself: ${reason} (its log is in ${running.home.logs})`)
} catch (error) {
  await fail(error)
}
