import { sql, type Kysely } from 'kysely'
import type { Tables } from '../tables.ts'

const dayMs = 86_400_000

/** How many days ahead of today the tables are made: so long may the nightly job be away. */
const daysAhead = 8

let lastDay = { number: 0, text: '1970-01-01' }

/** The day (UTC, `YYYY-MM-DD`) of an instant in ms. Of records it is asked again and again, and nearly always the same. */
export function dayOf(ms: number): string {
  const number = Math.floor(ms / dayMs)
  if (lastDay.number !== number)
    lastDay = { number, text: new Date(number * dayMs).toISOString().slice(0, 10) }
  return lastDay.text
}

/** The instant in ms that a UUIDv7 was made at. */
export function instantOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}

/** The lowest UUIDv7 of an instant in ms: ids made then or later are not below it. */
export function lowestIdAt(ms: number): string {
  const hex = Math.max(0, Math.min(ms, 2 ** 48 - 1))
    .toString(16)
    .padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

/** Makes the tables of one day unless they are there; it disturbs nobody and may run on several machines at once. */
export async function makeDay(db: Kysely<Tables>, day: string): Promise<void> {
  await sql`SELECT make_record_day(${day}::date)`.execute(db)
}

/** Makes the tables from yesterday to 8 days ahead. */
export async function makeDaysAhead(db: Kysely<Tables>, now: number): Promise<void> {
  for (let at = -1; at <= daysAhead; at += 1) await makeDay(db, dayOf(now + at * dayMs))
}

/** Runs work that writes to the tables of some days; where one finds no table, they are made and it is run once more. */
export async function withDays<Result>(
  db: Kysely<Tables>,
  days: Iterable<string>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if ((error as { code?: string }).code !== '23514') throw error
    for (const day of days) await makeDay(db, day)
    return work()
  }
}

/** The days of which records are kept: `retentionDays` whole ones and today. The oldest of them. */
export function oldestDay(now: number, retentionDays: number): string {
  return dayOf(now - retentionDays * dayMs)
}

/** The instant at which that day begins. */
export function keptSince(now: number, retentionDays: number): Date {
  return new Date(`${oldestDay(now, retentionDays)}T00:00:00Z`)
}

/** Whether records of a day are taken in: neither older than what is kept nor further ahead than tables are made. */
export function isWithin(day: string, now: number, retentionDays: number): boolean {
  return day >= oldestDay(now, retentionDays) && day <= dayOf(now + daysAhead * dayMs)
}
