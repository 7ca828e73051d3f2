import type { OpenedParts, Resolvers } from '@commonchart/subgraph'
import type { CronItem } from 'graphile-worker'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { oldestDay } from '../access/days.ts'
import type { MasterKeys } from '../access/master-keys.ts'
import type { Tables } from '../tables.ts'
import type { AddressPolicy } from './addresses.ts'
import { dropEventDay, makeEventDaysAhead } from './days.ts'
import { createEventResolvers } from './resolvers.ts'
import { sealSecretsAnew } from './secrets.ts'

/** The job's name under graphile-worker, and when it runs: 03:37 UTC, or as soon as it can be made up for. */
const retentionTask = 'events.retention'
const retentionCron: CronItem = {
  task: retentionTask,
  match: '37 3 * * *',
  identifier: retentionTask,
  payload: { domainId: 0 },
  options: { backfillPeriod: 24 * 60 * 60 * 1000, maxAttempts: 25 },
}

/** Everything of event notifications that a process serves. */
export interface EventParts extends Required<Pick<OpenedParts<Tables>, 'tasks' | 'cron'>> {
  resolvers: Resolvers & { Query: Resolvers[string]; Mutation: Resolvers[string] }
  /** What the nightly job does, to be done at the start too. */
  keepDeliveries(): Promise<void>
}

/** Opens event notifications on a database. Nothing is read or written before it is asked for. */
export function openEvents(opened: {
  db: Kysely<Tables>
  logger: Logger
  masterKeys: MasterKeys
  policy: AddressPolicy
  retentionDays: number
  now?: () => number
}): EventParts {
  const { db, logger, masterKeys, policy, retentionDays, now = Date.now } = opened

  /** Makes the days to come of the delivery log, drops those that are older than what is kept, and seals secrets anew. */
  async function keepDeliveries(): Promise<void> {
    await makeEventDaysAhead(db, now())
    const before = oldestDay(now(), retentionDays)
    for (let day = await dropEventDay(db, before); day !== null; day = await dropEventDay(db, before))
      logger.info({ day }, 'the delivery log of a day was dropped')
    const sealed = await sealSecretsAnew(db, masterKeys)
    if (sealed > 0) logger.info({ sealed }, 'event secrets were sealed with the present master key')
  }

  return {
    resolvers: createEventResolvers({ policy, masterKeys }),
    keepDeliveries,
    tasks: { [retentionTask]: keepDeliveries },
    cron: [retentionCron],
  }
}
