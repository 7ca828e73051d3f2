import { describeError } from '@commonchart/errors'
import { pino } from 'pino'
import { BadConfiguration, readConfig } from './config.ts'
import { startConsole } from './console.ts'

const logger = pino({
  name: 'console',
  level: process.env.LOG_LEVEL || 'info',
  serializers: { err: describeError },
})

/** After that, what is still under way is given up. */
const longestDrainMs = 10_000

try {
  const config = readConfig(process.env)
  const running = await startConsole(config, logger)
  logger.info({ port: running.port, operatorPort: running.operatorPort, host: config.host }, 'listening')
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      setTimeout(() => process.exit(1), longestDrainMs).unref()
      running.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'stopping failed')
          process.exit(1)
        },
      )
    })
} catch (error) {
  if (error instanceof BadConfiguration) logger.fatal({ problems: error.problems }, error.message)
  else logger.fatal({ err: error }, 'the console cannot start')
  process.exit(1)
}
