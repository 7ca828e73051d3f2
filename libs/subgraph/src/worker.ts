import { EventEmitter, once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { openPool } from '@commonchart/database'
import {
  Logger as WorkerLogger,
  parseCronItems,
  run,
  type CronItem,
  type Runner,
  type Task,
  type TaskList,
  type WorkerEvents,
} from 'graphile-worker'
import type { Logger } from 'pino'
import { createDeliveries } from './deliveries.ts'
import type { IncomingEvent } from './events.ts'
import type { Observing } from './observe.ts'
import { showOutbox } from './outbox-state.ts'
import { keepOutboxMoving } from './outbox-upkeep.ts'
import type { CountedPool } from './pool-state.ts'
import type { Services } from './services.ts'

export interface RunningWorker {
  /** How its connections to the database are used. */
  pool: CountedPool
  stop(): Promise<void>
}

interface DeliverJob extends IncomingEvent {
  target: string
}

/** From this attempt on a failing delivery is reported as an error, not only as a warning. */
const alarmAttempt = 10

/** So many jobs are taken at once: those for one receiver then leave together. */
const mostJobs = 64
/** So many tasks other than deliveries run at once. */
const mostTasks = 4
/** How long it waits for more when there were few, and how long jobs may wait for their turn: until they are looked after. */
const gatherMs = 50
const waitAtMostMs = 10_000

/** How often the outbox is looked after, and how long a worker that ended stays away. */
const upkeepMs = 5000
const restartMs = 1000

export interface WorkerOptions {
  url: string
  services: Services
  logger: Logger
  tasks?: TaskList
  cron?: CronItem[]
  observing?: Observing
}

/**
 * Runs the outbox: delivers events to other services over HTTP, at least once and for as long as it takes; an alarm is
 * logged from the tenth attempt. `tasks` adds the subgraph's own jobs, and `cron` says when those run by themselves. When
 * the database goes away it begins anew as soon as it is back.
 */
export async function startWorker({
  url,
  services,
  logger,
  tasks = {},
  cron = [],
  observing = {},
}: WorkerOptions): Promise<RunningWorker> {
  const pool = openPool(url, 4, (error) => logger.warn({ err: error }, 'a connection of the worker broke'))
  if (observing.metrics) showOutbox(observing.metrics, pool)
  const begin = async (): Promise<{ runner: Runner; ended: Promise<unknown> }> => {
    const events: WorkerEvents = new EventEmitter()
    // A pool that has lost its database says so and may then never end by itself.
    const lost = once(events, 'pool:fatalError')
    const runner = await run({
      pgPool: pool,
      events,
      concurrency: mostJobs,
      noHandleSignals: true,
      pollInterval: 1000,
      parsedCronItems: parseCronItems(cron),
      // In batches: what cannot be marked as done then ends the runner, instead of the process.
      preset: {
        worker: {
          ...{ completeJobBatchDelay: 0, failJobBatchDelay: 0 },
          localQueue: {
            ...{ size: mostJobs, ttl: waitAtMostMs },
            refetchDelay: { durationMs: gatherMs, threshold: mostJobs / 2 },
          },
        },
      },
      logger: new WorkerLogger(() => (level, message) => {
        if (level === 'error' || level === 'warning') logger.warn({ worker: level }, message)
      }),
      taskList: { ...takeTurns(tasks, mostTasks), deliver: createDelivery(services, logger, observing) },
    })
    return { runner, ended: Promise.race([runner.promise, lost]) }
  }
  const stopping = new AbortController()
  const pause = (): Promise<void> =>
    wait(restartMs, undefined, { signal: stopping.signal }).catch(() => undefined)
  let current: Awaited<ReturnType<typeof begin>> | undefined = await begin()

  async function keepRunning(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        current ??= await begin()
        await current.ended
        if (!stopping.signal.aborted) logger.error('the worker lost its database and is started again')
      } catch (error) {
        logger.error({ err: error }, 'the worker ended and is started again')
      }
      current?.runner.promise.catch(() => undefined)
      current = undefined
      await pause()
    }
  }

  const running = keepRunning()
  const upkeep = setInterval(() => {
    keepOutboxMoving(pool).catch((error: unknown) =>
      logger.warn({ err: error }, 'the outbox could not be looked after'),
    )
  }, upkeepMs)
  return {
    pool,
    async stop() {
      stopping.abort()
      clearInterval(upkeep)
      await current?.runner.stop()
      await running
      await pool.end()
    },
  }
}

/** Has no more than so many of these tasks run at once. */
function takeTurns(tasks: TaskList, most: number): TaskList {
  const waiting: (() => void)[] = []
  let running = 0
  const taking =
    (task: Task): Task =>
    async (...args) => {
      if (running >= most) await new Promise<void>((begin) => waiting.push(begin))
      else running += 1
      try {
        await task(...args)
      } finally {
        const next = waiting.shift()
        if (next) next()
        else running -= 1
      }
    }
  return Object.fromEntries(Object.entries(tasks).map(([name, task]) => [name, task && taking(task as Task)]))
}

function createDelivery(services: Services, logger: Logger, observing: Observing): Task {
  const deliveries = createDeliveries(services, observing)
  return async (payload, helpers) => {
    const { target, id, type, domainId, payload: facts } = payload as DeliverJob
    try {
      await deliveries.deliver(target, { id, type, domainId, payload: facts })
    } catch (error) {
      const attempts = helpers.job.attempts
      const facts = { event: id, type, target, attempts, reason: (error as Error).message }
      if (attempts >= alarmAttempt) logger.error(facts, 'an event cannot be delivered')
      throw error
    }
  }
}
