import { zoneDataVersion } from '@commonchart/clinic-time'
import { parseIntId } from '@commonchart/subgraph'
import type { Transaction } from 'kysely'
import type { AppointmentRecord } from './appointments.ts'
import type { AppointmentsChange } from './context.ts'
import { findLeaders } from './group-visits.ts'
import { lockShifted, moveShifted } from './reresolve-times.ts'
import {
  findShiftedAppointments,
  findShiftedDrafts,
  findShiftedOffTimes,
  findShiftedVisits,
  type Move,
  type Timed,
} from './shifted-records.ts'
import type { Tables } from './tables.ts'

/** Which providers are gone through. */
export interface ShiftedTimeArguments {
  first?: number | null
  after?: string | null
}

interface Shift {
  wallTime: string
  zone: string
  previousStartAt: string
  previousUntilAt: string
  startAt: string
  untilAt: string
  overbooked: boolean
}

/** An appointment whose instants no longer show the time for which it was booked; small enough to be stored. */
export interface ShiftedTime extends Shift {
  appointmentId: string
  patientId: string
}

/** Something else that keeps instants and shows another time than it was entered for. */
export interface OtherShiftedTime extends Shift {
  kind: 'DRAFT_APPOINTMENT' | 'GROUP_VISIT' | 'OFF_TIME'
  recordId: string
}

export interface ShiftedTimes {
  nodes: ShiftedTime[]
  others: OtherShiftedTime[]
  endProviderId: number | null
  hasNextPage: boolean
  zoneData: string
}

const usualProviders = 20
const mostProviders = 100

/** Finds the shifted times of some providers, in the order of their ids; a visit is told with the first of those who lead it. */
export async function findShiftedTimes(
  trx: Transaction<Tables>,
  domainId: number,
  args: ShiftedTimeArguments,
): Promise<ShiftedTimes> {
  const { ids, ...page } = await listProviderIds(trx, domainId, args)
  const [nodes, others]: [ShiftedTime[], OtherShiftedTime[]] = [[], []]
  for (const id of ids) {
    const appointments = await findShiftedAppointments(trx, domainId, [id])
    nodes.push(...appointments.map((move) => describeAppointment(move, false)))
    const visits = await findShiftedVisits(trx, domainId, [id])
    const leaders = await findLeadersOf(trx, domainId, visits)
    const own = visits.filter(({ row }) => Math.min(...(leaders.get(row.id) ?? [])) === id)
    others.push(
      ...own.map((move) => describeOther('GROUP_VISIT', move)),
      ...(await findShiftedDrafts(trx, domainId, [id])).map((move) =>
        describeOther('DRAFT_APPOINTMENT', move),
      ),
      ...(await findShiftedOffTimes(trx, domainId, [id])).map((move) => describeOther('OFF_TIME', move)),
    )
  }
  return { nodes, others, ...page }
}

/**
 * Moves the shifted times of some providers, each with all of its own at once, and tells what it moved. Whoever leads a shifted
 * visit with one of them goes with them.
 */
export async function reresolveTimes(
  change: AppointmentsChange,
  args: ShiftedTimeArguments,
): Promise<ShiftedTimes> {
  const { trx, domainId } = change
  const { ids, ...page } = await listProviderIds(trx, domainId, args)
  const [nodes, others]: [ShiftedTime[], OtherShiftedTime[]] = [[], []]
  for (const id of ids) {
    const shifted = await lockShifted(change, await findCompany(trx, domainId, id))
    const over = await moveShifted(change, shifted)
    const { appointments, visits, drafts, offTimes } = shifted
    nodes.push(...appointments.map((move) => describeAppointment(move, over.has(move))))
    others.push(
      ...visits.map((move) => describeOther('GROUP_VISIT', move, over.has(move))),
      ...drafts.map((move) => describeOther('DRAFT_APPOINTMENT', move, over.has(move))),
      ...offTimes.map((move) => describeOther('OFF_TIME', move)),
    )
  }
  return { nodes, others, ...page }
}

/** A provider and all who lead shifted visits with them, with those, and so on: what moves of one is in the way of the others. */
async function findCompany(trx: Transaction<Tables>, domainId: number, id: number): Promise<number[]> {
  const company = new Set([id])
  for (;;) {
    const before = company.size
    const visits = await findShiftedVisits(trx, domainId, [...company])
    const leaders = await findLeadersOf(trx, domainId, visits)
    for (const leader of [...leaders.values()].flat()) company.add(leader)
    if (company.size === before) return [...company].toSorted((one, other) => one - other)
  }
}

async function findLeadersOf(
  trx: Transaction<Tables>,
  domainId: number,
  visits: { row: { id: string } }[],
): Promise<Map<string, number[]>> {
  if (visits.length === 0) return new Map()
  return findLeaders(
    trx,
    domainId,
    visits.map(({ row }) => row.id),
  )
}

async function listProviderIds(
  trx: Transaction<Tables>,
  domainId: number,
  { first, after }: ShiftedTimeArguments,
): Promise<{ ids: number[] } & Omit<ShiftedTimes, 'nodes' | 'others'>> {
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

function describeAppointment(move: Move<AppointmentRecord>, overbooked: boolean): ShiftedTime {
  const { id: appointmentId, patientId } = move.row
  return { appointmentId, patientId, ...describe(move, overbooked) }
}

function describeOther(
  kind: OtherShiftedTime['kind'],
  move: Move<Timed & { id: string | number }>,
  overbooked = false,
): OtherShiftedTime {
  return { kind, recordId: String(move.row.id), ...describe(move, overbooked) }
}

function describe({ row, startsAt, endsAt }: Move<Timed>, overbooked: boolean): Shift {
  return {
    ...{ wallTime: row.startWall, zone: row.zone, overbooked },
    ...{ previousStartAt: row.startsAt.toISOString(), previousUntilAt: row.endsAt.toISOString() },
    ...{ startAt: startsAt.toISOString(), untilAt: endsAt.toISOString() },
  }
}
