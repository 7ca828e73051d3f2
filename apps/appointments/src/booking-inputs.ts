import assert from 'node:assert/strict'
import { dayAfter } from '@commonchart/clinic-time'
import { together } from '@commonchart/database'
import { sql, type Transaction } from 'kysely'
import type { Away, Calendar, OpenHours, Taken } from './bookable.ts'
import { stretchesOf } from './hour-stretches.ts'
import { statusesWithoutTime } from './names.ts'
import type { PatientStanding } from './rules.ts'
import type { FlexibleWorkHourRow, LocationRow, StandardWorkHourRow, Tables } from './tables.ts'
import { createTimeline, type Span } from './timeline.ts'
import type { Holder } from './time-claims.ts'

type Located = Pick<LocationRow, 'id' | 'zone'>
type HoursColumn = 'id' | 'providerId' | 'locationId' | 'slot' | 'intervalMinutes' | 'stacking' | 'visitType'
type Minutes = 'startMinute' | 'endMinute'
type StandardHours = Pick<StandardWorkHourRow, HoursColumn | Minutes | 'weekday'> & { serviceIds: number[] }
type FlexibleHours = Pick<FlexibleWorkHourRow, HoursColumn | Minutes | 'startDay' | 'endDay'> & {
  serviceIds: number[]
}

/** The work hours of some providers as they are kept, and the time that they are away. */
export interface KnownHours {
  standard: StandardHours[]
  flexible: FlexibleHours[]
  away: (Away & { providerId: number })[]
}

const hoursColumns = sql`id, provider_id, location_id, start_minute, end_minute, slot, interval_minutes, stacking, visit_type`

/** Reads the work hours of some providers at some locations that may meet a time, and when they are away then. */
export async function readHours(
  trx: Transaction<Tables>,
  domainId: number,
  providerIds: number[],
  locationIds: number[],
  { startMs, endMs }: Span,
): Promise<KnownHours> {
  if (providerIds.length === 0) return { standard: [], flexible: [], away: [] }
  const ofProviders = sql`domain_id = ${domainId} AND provider_id = ANY(${providerIds}::integer[]) AND NOT deactivated`
  const there = sql`${ofProviders} AND location_id = ANY(${locationIds}::integer[])`
  // On the clock of a location it may be another day than in UTC, and hours may run past midnight.
  const [firstDay, lastDay] = [dayAfter(dayOfInstant(startMs), -2), dayAfter(dayOfInstant(endMs), 1)]
  // What bookings ask for all day is planned once; what lists of many providers ask is planned each time.
  const prepare = (name: string) => (providerIds.length === 1 ? sql.raw(`/* prepare ${name} */`) : sql``)
  const [standard, flexible, away] = await together([
    sql<StandardHours>`${prepare('standard_hours')}
      SELECT ${hoursColumns}, weekday, ${servicesOf('standard_work_hour')} AS service_ids
      FROM standard_work_hour WHERE ${there} ORDER BY id`.execute(trx),
    sql<FlexibleHours>`${prepare('flexible_hours')}
      SELECT ${hoursColumns}, start_day, end_day, ${servicesOf('flexible_work_hour')} AS service_ids
      FROM flexible_work_hour WHERE ${there} AND end_day >= ${firstDay} AND start_day <= ${lastDay} ORDER BY id`.execute(
      trx,
    ),
    sql<Away & { providerId: number }>`${prepare('off_times')}
      SELECT id, provider_id, date_part('epoch', starts_at) * 1000 AS start_ms, date_part('epoch', ends_at) * 1000 AS end_ms
      FROM off_time WHERE ${ofProviders} AND ends_at > ${new Date(startMs)} AND starts_at < ${new Date(endMs)}`.execute(
      trx,
    ),
  ])
  return { standard: standard.rows, flexible: flexible.rows, away: away.rows }
}

function servicesOf(hours: 'standard_work_hour' | 'flexible_work_hour') {
  const [table, own] = [sql.table(`${hours}_service`), sql.table(hours)]
  return sql`ARRAY(SELECT service_id FROM ${table} service
    WHERE service.domain_id = ${own}.domain_id AND service.work_hour_id = ${own}.id)`
}

function dayOfInstant(instantMs: number): string {
  return new Date(instantMs).toISOString().slice(0, 10)
}

/** Makes the calendar of each provider who has hours in a time, of what was read of them. */
export function createCalendars(
  { standard, flexible, away }: KnownHours,
  busy: Map<number, Taken[]>,
  locations: readonly Located[],
  time: Span,
): Map<number, Calendar> {
  const between = { from: new Date(time.startMs), to: new Date(time.endMs) }
  const hours = new Map<number, OpenHours[]>()
  for (const [zone, there] of Map.groupBy(locations, (location) => location.zone)) {
    const ids = new Set(there.map(({ id }) => id))
    const here = <Row extends { locationId: number }>(rows: Row[]): Row[] =>
      rows.filter(({ locationId }) => ids.has(locationId))
    for (const stretch of stretchesOf(
      { standard: here(standard), flexible: here(flexible) },
      zone,
      between,
    )) {
      const { providerId, locationId, slot, intervalMinutes, stacking, visitType, serviceIds } =
        stretch.workHour
      const span = { startMs: stretch.startsAt.getTime(), endMs: stretch.endsAt.getTime() }
      const open = { ...span, locationId, slot, intervalMinutes, stacking, visitType, serviceIds }
      const others = hours.get(providerId)
      if (others) others.push(open)
      else hours.set(providerId, [open])
    }
  }
  const awayOf = Map.groupBy(away, ({ providerId }) => providerId)
  return new Map(
    [...hours].map(([providerId, open]) => [
      providerId,
      createCalendar(open, busy.get(providerId) ?? [], awayOf.get(providerId) ?? []),
    ]),
  )
}

/** Makes the calendar of one provider. */
export function createCalendar(hours: OpenHours[], taken: Taken[], away: Away[]): Calendar {
  return {
    hours: hours.toSorted((one, other) => one.startMs - other.startMs),
    taken: createTimeline(taken),
    away: createTimeline(away),
  }
}

/**
 * Reads how a patient stands to a booking: they are new when no live appointment of theirs has begun, and which others they
 * have at the time. What the booking gives up is left out.
 */
export async function readPatientStanding(
  trx: Transaction<Tables>,
  domainId: number,
  patientId: string,
  { startMs, endMs }: Span,
  holder?: Holder,
): Promise<PatientStanding> {
  const own = holder?.holderKind === 'appointment' ? holder.holderId : '0'
  const { rows } = await sql<{ isNew: boolean; overlapping: Taken[] }>`/* prepare patient_standing */
    SELECT NOT EXISTS (${begunOf(domainId, patientId, own)}) AS is_new, ARRAY(
      SELECT json_build_object('holderKind', 'appointment', 'holderId', id::text, 'lane', NULL,
        'startMs', date_part('epoch', starts_at) * 1000, 'endMs', date_part('epoch', ends_at) * 1000)
      FROM appointment WHERE ${liveOf(domainId, patientId, own)} AND starts_at < ${new Date(endMs)} AND ends_at > ${new Date(startMs)}
      ORDER BY starts_at, id) AS overlapping`.execute(trx)
  assert(rows[0], 'a selection without tables has one row')
  return rows[0]
}

/** Tells whether a patient is new: no live appointment of theirs, but the one of id `except`, has begun. */
export async function isNewPatient(
  trx: Transaction<Tables>,
  domainId: number,
  patientId: string,
  except = '0',
): Promise<boolean> {
  const { rows } = await begunOf(domainId, patientId, except).execute(trx)
  return rows.length === 0
}

function begunOf(domainId: number, patientId: string, except: string) {
  return sql`SELECT FROM appointment WHERE ${liveOf(domainId, patientId, except)} AND starts_at < now() LIMIT 1`
}

function liveOf(domainId: number, patientId: string, except: string) {
  return sql`domain_id = ${domainId} AND patient_id = ${patientId} AND NOT deactivated
    AND status <> ALL(${statusesWithoutTime}::text[]) AND id <> ${except}`
}
