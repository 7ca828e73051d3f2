import { toInstant, toWall, zoneDataVersion } from '@commonchart/clinic-time'
import { parseIntId } from '@commonchart/subgraph'
import { sql, type Transaction } from 'kysely'
import type { AppointmentRecord } from './appointments.ts'
import type { AppointmentsChange } from './context.ts'
import { moveShifted } from './reresolve-times.ts'
import type { Tables } from './tables.ts'

/** Which providers are gone through. */
export interface ShiftedTimeArguments {
  first?: number | null
  after?: string | null
}

/** An appointment whose instants no longer show the time for which it was booked; small enough to be stored. */
export interface ShiftedTime {
  appointmentId: string
  patientId: string
  wallTime: string
  zone: string
  previousStartAt: string
  previousUntilAt: string
  startAt: string
  untilAt: string
  overbooked: boolean
}

export interface ShiftedTimes {
  nodes: ShiftedTime[]
  endProviderId: number | null
  hasNextPage: boolean
  zoneData: string
}

const usualProviders = 20
const mostProviders = 100
/** No rule of a zone moves its clock further than this: what began so long ago may still be to come. */
const largestShift = '1 day'

/** Finds the shifted times of some providers, in the order of their ids. */
export async function findShiftedTimes(
  trx: Transaction<Tables>,
  domainId: number,
  args: ShiftedTimeArguments,
): Promise<ShiftedTimes> {
  const { ids, ...page } = await listProviderIds(trx, domainId, args)
  const nodes: ShiftedTime[] = []
  for (const id of ids)
    for (const row of await findShifted(trx, domainId, id)) nodes.push(describeShift(row, timesOf(row)))
  return { nodes, ...page }
}

/** Moves the shifted times of some providers, each with all of its own at once, and tells what it moved. */
export async function reresolveTimes(
  change: AppointmentsChange,
  args: ShiftedTimeArguments,
): Promise<ShiftedTimes> {
  const { trx, domainId } = change
  const { ids, ...page } = await listProviderIds(trx, domainId, args)
  const nodes: ShiftedTime[] = []
  for (const id of ids) {
    const rows = await findShifted(trx, domainId, id, true)
    const moves = rows.map((row) => ({ row, ...timesOf(row) }))
    const moved = await moveShifted(change, moves)
    for (const move of moves)
      nodes.push({ ...describeShift(move.row, move), overbooked: moved.get(move.row.id) === true })
  }
  return { nodes, ...page }
}

async function listProviderIds(
  trx: Transaction<Tables>,
  domainId: number,
  { first, after }: ShiftedTimeArguments,
): Promise<{ ids: number[] } & Omit<ShiftedTimes, 'nodes'>> {
  const size = Math.max(1, Math.min(first ?? usualProviders, mostProviders))
  const rows = await trx
    .selectFrom('provider')
    .select('id')
    .where('domainId', '=', domainId)
    .where('id', '>', parseIntId(after ?? '') ?? 0)
    .orderBy('id')
    .limit(size + 1)
    .execute()
  const ids = rows.slice(0, size).map(({ id }) => id)
  return {
    ids,
    endProviderId: ids.at(-1) ?? null,
    hasNextPage: rows.length > size,
    zoneData: zoneDataVersion,
  }
}

/** The appointments of a provider that are to come and whose instants show another time than they were booked for. */
async function findShifted(
  trx: Transaction<Tables>,
  domainId: number,
  providerId: number,
  lock = false,
): Promise<AppointmentRecord[]> {
  const rows = await trx
    .selectFrom('appointment')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('providerId', '=', providerId)
    .where('startsAt', '>', sql<Date>`now() - ${sql.lit(largestShift)}::interval`)
    .orderBy('startsAt')
    .orderBy('id')
    .$if(lock, (query) => query.forNoKeyUpdate())
    .execute()
  const now = Date.now()
  return rows.filter((row) => {
    if (toWall(row.startsAt, row.zone) === row.startWall && toWall(row.endsAt, row.zone) === row.endWall)
      return false
    return Math.max(row.startsAt.getTime(), timesOf(row).startsAt.getTime()) > now
  })
}

/** When an appointment is by the zone data; a clock that jumps within it does not make it end before it begins. */
function timesOf(row: AppointmentRecord): { startsAt: Date; endsAt: Date } {
  const [startsAt, endsAt] = [toInstant(row.startWall, row.zone), toInstant(row.endWall, row.zone)]
  const lengthMs = row.endsAt.getTime() - row.startsAt.getTime()
  return { startsAt, endsAt: startsAt < endsAt ? endsAt : new Date(startsAt.getTime() + lengthMs) }
}

function describeShift(
  row: AppointmentRecord,
  { startsAt, endsAt }: { startsAt: Date; endsAt: Date },
): ShiftedTime {
  return {
    ...{ appointmentId: row.id, patientId: row.patientId, wallTime: row.startWall, zone: row.zone },
    ...{ previousStartAt: row.startsAt.toISOString(), previousUntilAt: row.endsAt.toISOString() },
    ...{ startAt: startsAt.toISOString(), untilAt: endsAt.toISOString(), overbooked: false },
  }
}
