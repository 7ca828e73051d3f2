import { sql, type Kysely } from 'kysely'
import { dayOf } from '../access/days.ts'
import type { Tables } from '../tables.ts'

const dayMs = 86_400_000
const daysAhead = 8

/** Makes the table of one day of the delivery log unless it is there; it disturbs nobody. */
export async function makeEventDay(db: Kysely<Tables>, day: string): Promise<void> {
  await sql`SELECT make_event_day(${day}::date)`.execute(db)
}

/** Makes the tables from yesterday to 8 days ahead. */
export async function makeEventDaysAhead(db: Kysely<Tables>, now: number): Promise<void> {
  for (let at = -1; at <= daysAhead; at += 1) await makeEventDay(db, dayOf(now + at * dayMs))
}

/** Drops the oldest day of the delivery log before a day; null when there is none, or when it is in use just now. */
export async function dropEventDay(db: Kysely<Tables>, before: string): Promise<string | null> {
  const { rows } = await sql<{
    day: string | null
  }>`SELECT drop_event_day(${before}::date) AS day`.execute(db)
  return rows[0]?.day ?? null
}
