import { setTimeout as pause } from 'node:timers/promises'
import { describeError } from '@commonchart/errors'
import { pino } from 'pino'
import { BadConfiguration, readConfig } from './config.ts'
import type { RunningGateway } from './gateway.ts'

// Apollo's packages report home unless this is set before they are loaded, which happens in ./gateway.ts.
process.env.APOLLO_TELEMETRY_DISABLED = '1'

/** Lines leave together, at most 100 ms late: there is one for each request. */
const destination = pino.destination({ minLength: 8 * 1024, periodicFlush: 100, sync: true })
process.once('exit', () => destination.flushSync())
const logger = pino(
  { name: 'gateway', level: process.env.LOG_LEVEL || 'info', serializers: { err: describeError } },
  destination,
)

/** After that, what is under way when it stops serving is given up: longer than any answer takes. */
const longestDrainMs = 20_000

try {
  const config = readConfig(process.env)
  const { startGateway } = await import('./gateway.ts')
  const gateway = await startGateway(config, logger)
  logger.info({ port: gateway.port, operatorPort: gateway.operatorPort, host: config.host }, 'listening')
  process.once('SIGTERM', () => stop(gateway, config.drainMs))
  process.once('SIGINT', () => stop(gateway, 0))
} catch (error) {
  if (error instanceof BadConfiguration) logger.fatal({ problems: error.problems }, error.message)
  else logger.fatal({ err: error }, 'the gateway cannot start')
  process.exit(1)
}

function stop(gateway: RunningGateway, drainMs: number): void {
  logger.info({ drainMs }, 'stopping')
  gateway.leave()
  setTimeout(() => {
    logger.error('stopping took too long')
    process.exit(1)
  }, drainMs + longestDrainMs).unref()
  void pause(drainMs).then(() => end(gateway))
}

function end(gateway: RunningGateway): void {
  gateway.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      logger.error({ err: error }, 'stopping failed')
      process.exit(1)
    },
  )
}
