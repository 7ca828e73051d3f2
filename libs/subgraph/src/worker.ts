import { openPool } from '@commonchart/database'
import { Logger as WorkerLogger, parseCronItems, run, type CronItem, type TaskList } from 'graphile-worker'
import type { Logger } from 'pino'
import type { Services } from './services.ts'

export interface RunningWorker {
  stop(): Promise<void>
}

interface DeliverJob {
  domainId: number
  target: string
  id: string
  type: string
  payload: Record<string, unknown>
}

/** From this attempt on a failing delivery is reported as an error, not only as a warning. */
const alarmAttempt = 10

/**
 * Runs the outbox: delivers events to other services over HTTP, at least once and for as long as it takes; an alarm is
 * logged from the tenth attempt. `tasks` adds the subgraph's own jobs, and `cron` says when those run by themselves.
 */
export async function startWorker(options: {
  url: string
  services: Services
  logger: Logger
  tasks?: TaskList
  cron?: CronItem[]
}): Promise<RunningWorker> {
  const { url, services, logger, tasks = {}, cron = [] } = options
  const pool = openPool(url, 4, (error) =>
    logger.warn({ err: error }, 'an idle connection of the worker broke'),
  )
  pool.on('connect', (client) =>
    client.on('error', (error) => logger.warn({ err: error }, 'a connection of the worker broke')),
  )
  const runner = await run({
    pgPool: pool,
    concurrency: 4,
    noHandleSignals: true,
    pollInterval: 1000,
    parsedCronItems: parseCronItems(cron),
    logger: new WorkerLogger(() => (level, message) => {
      if (level === 'error' || level === 'warning') logger.warn({ worker: level }, message)
    }),
    taskList: {
      ...tasks,
      deliver: async (payload, helpers) => {
        const { domainId, target, id, type, payload: facts } = payload as DeliverJob
        try {
          await services.post(
            target,
            '/internal/events',
            { id, type, domainId, payload: facts },
            { domainId },
          )
        } catch (error) {
          const attempts = helpers.job.attempts
          const facts = { event: id, type, target, attempts, reason: (error as Error).message }
          if (attempts >= alarmAttempt) logger.error(facts, 'an event cannot be delivered')
          throw error
        }
      },
    },
  })
  return {
    async stop() {
      await runner.stop()
      await pool.end()
    },
  }
}
