import { setTimeout as pause } from 'node:timers/promises'
import type { CronItem } from 'graphile-worker'
import { sql, type Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { Tables } from '../tables.ts'
import { makeDaysAhead, oldestDay } from './days.ts'
import { deleteSilentGateways } from './gateways.ts'
import type { RecordKeys } from './record-keys.ts'

/** The job's name under graphile-worker, and when it runs: 03:17 UTC, or as soon as it can be made up for. */
export const retentionTask = 'record.retention'
export const retentionCron: CronItem = {
  task: retentionTask,
  match: '17 3 * * *',
  identifier: retentionTask,
  payload: { domainId: 0 },
  options: { backfillPeriod: 24 * 60 * 60 * 1000, maxAttempts: 25 },
}

const attempts = 20
const pauseMs = 500

export interface Retention {
  db: Kysely<Tables>
  keys: RecordKeys
  retentionDays: number
  logger: Logger
  now: () => number
}

/**
 * Makes the tables of the days to come, drops those of the days that are older than what is kept, with their keys, and
 * wraps keys with the present master key. Running it twice, or on two machines at once, does the same as once.
 */
export async function keepRecord({ db, keys, retentionDays, logger, now }: Retention): Promise<void> {
  await makeDaysAhead(db, now())
  const before = oldestDay(now(), retentionDays)
  for (let day = await dropDay(db, before); day !== null; day = await dropDay(db, before))
    logger.info({ day }, 'the access records of a day were dropped with their keys')
  keys.forget()
  const wrapped = await keys.rewrap()
  if (wrapped > 0) logger.info({ wrapped }, 'keys were wrapped with the present master key')
  await deleteSilentGateways(db)
}

/** Drops the oldest day before a day; null when there is none. While the tables are in use it tries again. */
async function dropDay(db: Kysely<Tables>, before: string, left = attempts): Promise<string | null> {
  try {
    const { rows } = await sql<{
      day: string | null
    }>`SELECT drop_record_day(${before}::date) AS day`.execute(db)
    return rows[0]?.day ?? null
  } catch (error) {
    const code = (error as { code?: string }).code
    // Not to be had in time, or deadlocked with a reader that came the other way.
    if ((code !== '55P03' && code !== '40P01') || left === 0) throw error
    await pause(pauseMs)
    return dropDay(db, before, left - 1)
  }
}
