import { firstInstantAt, toInstant, toWall } from '@commonchart/clinic-time'
import { sql, type RawBuilder, type Transaction } from 'kysely'
import type { AppointmentRecord } from './appointments.ts'
import type { DraftRecord } from './drafts.ts'
import type { GroupVisitRecord } from './group-visits.ts'
import { isLive } from './names.ts'
import type { OffTimeRow, Tables } from './tables.ts'

/** What keeps the time on the wall for which it was entered, and the instants that followed from it then. */
export interface Timed {
  startsAt: Date
  endsAt: Date
  startWall: string
  endWall: string
  zone: string
}

/** A record whose instants show another time than it was entered for, and when it is by the zone data. */
export interface Move<Row extends Timed> {
  row: Row
  startsAt: Date
  endsAt: Date
}

/** No rule of a zone moves its clock further than this: what was over so long ago is over. */
const lately: RawBuilder<Date> = sql`now() - interval '1 day'`

/** Finds the shifted appointments to come of some providers, by time; `lock` holds them and all others to come. */
export async function findShiftedAppointments(
  trx: Transaction<Tables>,
  domainId: number,
  providerIds: number[],
  lock = false,
): Promise<Move<AppointmentRecord>[]> {
  const rows = await trx
    .selectFrom('appointment')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('providerId', 'in', providerIds)
    .where('startsAt', '>', lately)
    .orderBy('startsAt')
    .orderBy('id')
    .$if(lock, (query) => query.forNoKeyUpdate())
    .execute()
  // Whoever attends a group visit goes with it.
  return shiftedOf(rows.filter((row) => row.groupVisitId === null || !isLive(row)))
}

/** Finds the shifted drafts of some providers that hold time to come; `lock` holds all of them. */
export async function findShiftedDrafts(
  trx: Transaction<Tables>,
  domainId: number,
  providerIds: number[],
  lock = false,
): Promise<Move<DraftRecord>[]> {
  const rows = await trx
    .selectFrom('draftAppointment')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('providerId', 'in', providerIds)
    .where('endsAt', '>', lately)
    .where('expiresAt', '>', sql<Date>`now()`)
    .orderBy('id')
    .$if(lock, (query) => query.forUpdate())
    .execute()
  return shiftedOf(rows)
}

/** Finds the shifted group visits to come that some providers lead, by their ids. */
export async function findShiftedVisits(
  trx: Transaction<Tables>,
  domainId: number,
  providerIds: number[],
): Promise<Move<GroupVisitRecord>[]> {
  const led = await trx
    .selectFrom('groupVisitProvider')
    .select('groupVisitId')
    .where('domainId', '=', domainId)
    .where('providerId', 'in', providerIds)
    .where('endsAt', '>', lately)
    .execute()
  if (led.length === 0) return []
  const rows = await trx
    .selectFrom('groupVisit')
    .selectAll()
    .where('domainId', '=', domainId)
    .where(
      'id',
      'in',
      led.map(({ groupVisitId }) => groupVisitId),
    )
    .orderBy('id')
    .execute()
  return shiftedOf(rows)
}

/** Finds the shifted time off of some providers that is not over; what was taken back keeps nobody out. */
export async function findShiftedOffTimes(
  trx: Transaction<Tables>,
  domainId: number,
  providerIds: number[],
): Promise<Move<OffTimeRow>[]> {
  const rows = await trx
    .selectFrom('offTime')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('providerId', 'in', providerIds)
    .where('endsAt', '>', lately)
    .where('deactivated', '=', false)
    .orderBy('id')
    .execute()
  return rows
    .map((row) => ({ row, ...timesOf(row, firstInstantAt) }))
    .filter(({ row, startsAt, endsAt }) => {
      const isRight = Number(row.startsAt) === Number(startsAt) && Number(row.endsAt) === Number(endsAt)
      return !isRight && Math.max(Number(row.endsAt), Number(endsAt)) > Date.now()
    })
}

/** Those of some records that are to come and whose instants show another time on the wall than they were entered for. */
export function shiftedOf<Row extends Timed>(rows: Row[]): Move<Row>[] {
  return rows
    .filter(
      ({ startsAt, endsAt, startWall, endWall, zone }) =>
        toWall(startsAt, zone) !== startWall || toWall(endsAt, zone) !== endWall,
    )
    .map((row) => ({ row, ...timesOf(row, toInstant) }))
    .filter(({ row, startsAt }) => Math.max(Number(row.startsAt), Number(startsAt)) > Date.now())
}

/** When a record is by the zone data; a clock that jumps within it does not make it end before it begins. */
function timesOf(row: Timed, read: typeof toInstant): { startsAt: Date; endsAt: Date } {
  const [startsAt, endsAt] = [read(row.startWall, row.zone), read(row.endWall, row.zone)]
  const lengthMs = row.endsAt.getTime() - row.startsAt.getTime()
  return { startsAt, endsAt: startsAt < endsAt ? endsAt : new Date(startsAt.getTime() + lengthMs) }
}
