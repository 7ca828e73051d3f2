import { sql, type RawBuilder, type Transaction } from 'kysely'
import type { VisitType } from './names.ts'
import type { Tables } from './tables.ts'

/** Work hours as tests write them into the database. */
export interface TestHours {
  providerId: number
  locationId: number
  startMinute: number
  endMinute: number
  visitType: VisitType
  slot: number
  intervalMinutes: number
  stacking: boolean
  serviceIds: number[]
  /** Weekly hours have a weekday, dated ones days. */
  weekday?: number
  startDay?: string
  endDay?: string
}

const stamps = sql`false, 1, now(), now()`

/** Sends a statement without waiting for those before it. */
export type Write = (statement: RawBuilder<unknown>) => void

/** Sends statements one after the other, and waits until all of them are done. */
export async function writeTogether<Result>(
  trx: Transaction<Tables>,
  work: (write: Write) => Result,
): Promise<Result> {
  const sent: Promise<unknown>[] = []
  const result = work((statement) => void sent.push(statement.execute(trx)))
  await Promise.all(sent)
  return result
}

/** Writes work hours that no mutation would make in so short a time. */
export function insertHours(trx: Transaction<Tables>, domainId: number, all: TestHours[]): Promise<void> {
  return writeTogether(trx, (write) => writeHours(write, domainId, all))
}

export function writeHours(write: Write, domainId: number, all: TestHours[]): void {
  for (const [at, each] of all.entries()) {
    const weekly = each.weekday !== undefined
    const table = weekly ? 'standard_work_hour' : 'flexible_work_hour'
    const id = 100_000 + each.providerId * 1000 + at
    write(sql`INSERT INTO ${sql.table(table)} (domain_id, id, provider_id, location_id, start_minute, end_minute, visit_type,
        slot, interval_minutes, stacking, ${weekly ? sql`weekday, show_intervals_on_schedule` : sql`start_day, end_day`},
        deactivated, version, created_at, updated_at)
      VALUES (${domainId}, ${id}, ${each.providerId}, ${each.locationId}, ${each.startMinute}, ${each.endMinute},
        ${each.visitType}, ${each.slot}, ${each.intervalMinutes}, ${each.stacking},
        ${weekly ? sql`${each.weekday}, false` : sql`${each.startDay}, ${each.endDay}`}, ${stamps})`)
    for (const serviceId of each.serviceIds)
      write(sql`INSERT INTO ${sql.table(`${table}_service`)} VALUES (${domainId}, ${id}, ${serviceId})`)
  }
}

interface TestOffTime {
  id: number
  providerId: number
  startsAt: Date
  endsAt: Date
}

/** Writes time that a provider is away. */
export function insertOffTime(trx: Transaction<Tables>, domainId: number, away: TestOffTime): Promise<void> {
  return writeTogether(trx, (write) => writeOffTime(write, domainId, away))
}

export function writeOffTime(
  write: Write,
  domainId: number,
  { id, providerId, startsAt, endsAt }: TestOffTime,
): void {
  write(sql`INSERT INTO off_time (domain_id, id, provider_id, starts_at, ends_at, start_wall, end_wall, zone, deactivated,
      version, created_at, updated_at)
    VALUES (${domainId}, ${id}, ${providerId}, ${startsAt}, ${endsAt}, '', '', 'UTC', ${stamps})`)
}
