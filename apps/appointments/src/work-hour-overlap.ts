import { dayAfter } from '@commonchart/clinic-time'
import type { Violations } from '@commonchart/errors'
import { changedColumns } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import type { FlexibleHourValues } from './flexible-hour-input.ts'
import { overlap, type PlacedHours } from './hour-overlap.ts'
import { findLocations } from './locations.ts'
import type { FlexibleWorkHourRow, StandardWorkHourRow } from './tables.ts'
import type { WorkHourValues } from './work-hour-input.ts'

/** Hours that are about to be written: what will be said of them, and their row where they are there already. */
export type Written =
  | { kind: 'standard'; values: WorkHourValues; row?: StandardWorkHourRow }
  | { kind: 'flexible'; values: FlexibleHourValues; row?: FlexibleWorkHourRow }

const types = { standard: 'StandardWorkHour', flexible: 'FlexibleWorkHour' } as const

/** What decides when hours are. */
const decisive: readonly string[] = [
  ...['locationId', 'weekday', 'startDay', 'endDay', 'startMinute', 'endMinute', 'deactivated'],
]

/**
 * Adds `WORK_HOURS_OVERLAP` when hours would take the time of others of their provider, at whatever location: dated ones of any
 * others, weekly ones of dated ones, days that are over left aside. (ours) CHR has weekly ones overlap each other: `warnOfSharedTime`. The caller
 * holds the provider's row `FOR UPDATE`. Changes that leave the time as it is are not judged.
 */
export async function judgeOverlap(
  change: AppointmentsChange,
  providerId: number,
  written: Written,
  path: string,
  violations: Violations,
): Promise<void> {
  if (written.row && !changesTime(written.row, written.values)) return
  const hours = await placeWritten(change, written)
  if (!hours) return
  const others = [
    ...(await findFlexible(change, providerId, hours, sinceOf(change))),
    ...(hours.kind === 'flexible' ? await findStandard(change, providerId) : []),
  ]
  const blockedBy = findMet(change, hours, others)
  if (blockedBy.length === 0) return
  const message = 'These would overlap other work hours of the provider.'
  violations.add(`${path}.startAtTime`, 'WORK_HOURS_OVERLAP', message, { blockedBy })
}

/**
 * Warns when weekly hours take time of other weekly ones of their provider, at whatever location. They are kept, as CHR keeps
 * them: what fits several is booked by those that take the most at once, and their capacities are not added up.
 */
export async function warnOfSharedTime(
  change: AppointmentsChange,
  providerId: number,
  written: Written,
): Promise<void> {
  if (written.kind !== 'standard' || (written.row && !changesTime(written.row, written.values))) return
  const hours = await placeWritten(change, written)
  const blockedBy = hours ? findMet(change, hours, await findStandard(change, providerId)) : []
  if (blockedBy.length === 0) return
  const message =
    'These overlap other weekly work hours of the provider: the largest `slot` of those that fit counts, not the sum of them.'
  change.warn('WORK_HOURS_OVERLAP', message, { blockedBy })
}

/** Days that are over are left aside; elsewhere today may be a day earlier. */
function sinceOf({ now }: AppointmentsChange): string {
  return dayAfter(now.toISOString().slice(0, 10), -1)
}

/** Names those of some hours, but the same, that take the time of hours; ten at most. */
function findMet(change: AppointmentsChange, hours: PlacedHours, others: PlacedHours[]) {
  const isSame = (other: PlacedHours) => other.kind === hours.kind && other.workHour.id === hours.workHour.id
  return others
    .filter((other) => !isSame(other) && overlap(hours, other, sinceOf(change)))
    .slice(0, 10)
    .map(({ kind, workHour }) => ({ type: types[kind], id: String(workHour.id) }))
}

function changesTime(row: object, values: object): boolean {
  return changedColumns(row, values).some((column) => decisive.includes(column))
}

/** The hours as they will be; null for those that are not whole, which other rules refuse, or have ended. */
async function placeWritten(
  { trx, domainId }: AppointmentsChange,
  { kind, values, row }: Written,
): Promise<PlacedHours | null> {
  const {
    id = 0,
    locationId,
    startMinute,
    endMinute,
    deactivated,
    ...when
  } = {
    ...row,
    ...values,
  } as Partial<StandardWorkHourRow & FlexibleWorkHourRow>
  if (deactivated || !locationId || startMinute === undefined || endMinute === undefined) return null
  const zone = (await findLocations(trx, domainId, [locationId])).get(String(locationId))?.zone
  if (zone === undefined) return null
  const times = { id, startMinute, endMinute }
  const { weekday, startDay, endDay } = when
  if (kind === 'standard')
    return weekday === undefined || startMinute >= endMinute
      ? null
      : { kind, zone, workHour: { ...times, weekday } }
  if (startDay === undefined || endDay === undefined || startDay > endDay) return null
  return startDay === endDay && startMinute >= endMinute
    ? null
    : { kind, zone, workHour: { ...times, startDay, endDay } }
}

/** The dated hours of a provider that may share a day with some hours. */
async function findFlexible(
  { trx, domainId }: AppointmentsChange,
  providerId: number,
  hours: PlacedHours,
  since: string,
): Promise<PlacedHours[]> {
  // Elsewhere it may be a day earlier or later, and hours may run into the next day.
  const from = dayAfter(hours.kind === 'flexible' ? hours.workHour.startDay : since, -2)
  const rows = await trx
    .selectFrom('flexibleWorkHour')
    .innerJoin('location', (join) =>
      join
        .onRef('location.domainId', '=', 'flexibleWorkHour.domainId')
        .onRef('location.id', '=', 'flexibleWorkHour.locationId'),
    )
    .select(['flexibleWorkHour.id', 'startDay', 'endDay', 'startMinute', 'endMinute', 'zone'])
    .where('flexibleWorkHour.domainId', '=', domainId)
    .where('providerId', '=', providerId)
    .where('endDay', '>=', from)
    .where('flexibleWorkHour.deactivated', '=', false)
    .orderBy('flexibleWorkHour.id')
    .execute()
  return rows.map(({ zone, ...workHour }) => ({ kind: 'flexible', zone, workHour }))
}

async function findStandard(
  { trx, domainId }: AppointmentsChange,
  providerId: number,
): Promise<PlacedHours[]> {
  const rows = await trx
    .selectFrom('standardWorkHour')
    .innerJoin('location', (join) =>
      join
        .onRef('location.domainId', '=', 'standardWorkHour.domainId')
        .onRef('location.id', '=', 'standardWorkHour.locationId'),
    )
    .select(['standardWorkHour.id', 'weekday', 'startMinute', 'endMinute', 'zone'])
    .where('standardWorkHour.domainId', '=', domainId)
    .where('providerId', '=', providerId)
    .where('standardWorkHour.deactivated', '=', false)
    .orderBy('standardWorkHour.id')
    .execute()
  return rows.map(({ zone, ...workHour }) => ({ kind: 'standard', zone, workHour }))
}
