import { detailOf, type AuditAction, type AuditDetail } from '@commonchart/audit'
import { dayOf, firstInstantAt } from '@commonchart/clinic-time'
import { Violations } from '@commonchart/errors'
import { expectVersion, given, parseIntId } from '@commonchart/subgraph'
import { offTimeColors, type OffTimeColor } from './colors.ts'
import { changedColumns } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { takeId } from './counters.ts'
import { readRequired, readText } from './input-text.ts'
import { findClinicZone, findOffTimes } from './off-times.ts'
import { lockProvider } from './providers.ts'
import { notFound } from './references.ts'
import type { OffTimeRow } from './tables.ts'

/** The fields of time off as an input may give them. */
export interface OffTimeInput {
  startAtDate?: string | null
  startAtTime?: string | null
  endAtDate?: string | null
  endAtTime?: string | null
  name?: string | null
  memo?: string | null
  color?: OffTimeColor | null
  deactivated?: boolean | null
}

type Times = Pick<OffTimeRow, 'startsAt' | 'endsAt' | 'startWall' | 'endWall' | 'zone'>
export type OffTimeValues = Partial<Times & Pick<OffTimeRow, 'name' | 'memo' | 'color' | 'deactivated'>>

export async function createProviderOffTime(
  change: AppointmentsChange,
  input: Omit<OffTimeInput, 'name' | 'deactivated'> & { providerUserId: string },
): Promise<{ id: string }> {
  const { id } = await lockForTime(change, input.providerUserId, 'input.providerUserId')
  const violations = new Violations()
  const zone = await findClinicZone(change.trx, change.domainId)
  const values = readOffTime(input, 'input', violations, { zone })
  violations.throwIfAny()
  return { id: await insertOffTime(change, id, values, 'off_time.created') }
}

export async function updateProviderOffTime(
  change: AppointmentsChange,
  input: Omit<OffTimeInput, 'deactivated'> & { id: string; expectedVersion?: number | null },
): Promise<{ id: string }> {
  const row = await lockOffTime(change, input.id)
  expectVersion(row.version, input.expectedVersion)
  const violations = new Violations()
  const values = readOffTime(input, 'input', violations, { zone: row.zone, row })
  violations.throwIfAny()
  await changeOffTime(change, row, values, 'off_time.updated')
  return { id: String(row.id) }
}

export async function deactivateProviderOffTime(
  change: AppointmentsChange,
  input: { id: string; expectedVersion?: number | null },
): Promise<{ id: string }> {
  const row = await lockOffTime(change, input.id)
  expectVersion(row.version, input.expectedVersion)
  await changeOffTime(change, row, { deactivated: true }, 'off_time.deactivated')
  return { id: String(row.id) }
}

/** Holds a provider as those do who change work hours: time off decides bookings as they do. */
function lockForTime({ trx, domainId }: AppointmentsChange, providerId: string, path: string) {
  return lockProvider(trx, domainId, providerId, path, 'hours')
}

/** Reads time off under the lock of its provider, which keeps bookings out. Throws `NOT_FOUND`. */
async function lockOffTime(change: AppointmentsChange, id: string): Promise<OffTimeRow> {
  const { trx, domainId } = change
  const key = parseIntId(id)
  const find = async () => (await findOffTimes(trx, domainId, key === null ? [] : [key])).get(String(key))
  const unlocked = await find()
  if (!unlocked) throw notFound('input.id')
  await lockForTime(change, String(unlocked.providerId), 'input.id')
  const row = await find()
  if (!row) throw notFound('input.id')
  return row
}

/**
 * Reads what an input says of time off, on the clock of a zone; `row` is what it is now. Adds every violation, and one when
 * there is no clock.
 */
export function readOffTime(
  input: OffTimeInput,
  path: string,
  violations: Violations,
  { zone, row }: { zone: string | null; row?: OffTimeRow },
): OffTimeValues {
  if (zone === null)
    violations.add(
      `${path}.startAtTime`,
      'TIME_ZONE',
      'There is no main location and the domain has no time zone, so it is not known whose clock this is.',
    )
  return given({
    ...readTimes(input, path, violations, zone ?? 'UTC', row),
    name: readText(input.name, `${path}.name`, violations),
    memo: readText(input.memo, `${path}.memo`, violations),
    color: input.color ? offTimeColors[input.color] : input.color,
    deactivated: readRequired(input.deactivated, `${path}.deactivated`, violations),
  })
}

/** The times of an input; what it does not say is as in `row`. Undefined when it says nothing of them, or too little. */
function readTimes(
  input: OffTimeInput,
  path: string,
  violations: Violations,
  zone: string,
  row?: OffTimeRow,
): Times | undefined {
  const read = (field: 'startAtDate' | 'startAtTime' | 'endAtDate' | 'endAtTime') =>
    readRequired(input[field], `${path}.${field}`, violations)
  const [startDay, startTime] = [read('startAtDate'), read('startAtTime')]
  const [endDay, endTime] = [read('endAtDate'), read('endAtTime')]
  if (!startDay && !startTime && !endDay && !endTime) return undefined
  const startWall = wallOf(startDay, startTime, row?.startWall)
  const endWall = wallOf(endDay, endTime, row?.endWall)
  if (startWall === undefined || endWall === undefined) return undefined
  const [startsAt, endsAt] = [firstInstantAt(startWall, zone), firstInstantAt(endWall, zone)]
  if (startsAt >= endsAt)
    violations.add(
      `${path}.${startWall.slice(0, 10) > endWall.slice(0, 10) ? 'endAtDate' : 'endAtTime'}`,
      'TIMES_OUT_OF_ORDER',
      'Time off ends after it begins.',
    )
  return { startsAt, endsAt, startWall, endWall, zone }
}

function wallOf(day: string | undefined, time: string | undefined, now?: string): string | undefined {
  const [date, clock] = [day ?? (now && dayOf(now)), time ?? now?.slice(11, 16)]
  return date && clock ? `${date}T${clock}:00` : undefined
}

/** Enters time off that was read for a provider whose row is held. */
export async function insertOffTime(
  change: AppointmentsChange,
  providerId: number,
  { startsAt, endsAt, startWall, endWall, zone, ...values }: OffTimeValues,
  action: AuditAction,
): Promise<string> {
  const { trx, domainId, now } = change
  if (!startsAt || !endsAt || !startWall || !endWall || !zone) throw new Error('time off has times')
  const times = { startsAt, endsAt, startWall, endWall, zone }
  const row = await trx
    .insertInto('offTime')
    .values({
      ...{ domainId, id: await takeId(trx, 'off_time'), providerId },
      ...{ name: null, memo: null, color: offTimeColors.GREY, deactivated: false },
      ...times,
      ...values,
      ...{ version: 1, createdAt: now, updatedAt: now },
    })
    .returning(['id', 'version'])
    .executeTakeFirstOrThrow()
  audit(change, row, action, ['providerId', ...Object.keys({ ...times, ...values })])
  return String(row.id)
}

/** Changes time off to values that were read, under the lock of its provider. Gives false when nothing differs. */
export async function changeOffTime(
  change: AppointmentsChange,
  row: OffTimeRow,
  values: OffTimeValues,
  action: AuditAction,
): Promise<boolean> {
  const { trx, domainId, now } = change
  const fields = changedColumns(row, values)
  if (fields.length === 0) return false
  const changed = await trx
    .updateTable('offTime')
    .set({ ...values, version: row.version + 1, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', row.id)
    .returning(['id', 'version'])
    .executeTakeFirstOrThrow()
  audit(change, changed, action, fields, detailOf(row, values, fields))
  return true
}

function audit(
  change: AppointmentsChange,
  { id, version }: Pick<OffTimeRow, 'id' | 'version'>,
  action: AuditAction,
  fields: string[],
  detail?: AuditDetail,
): void {
  change.audit({ action, record: { type: 'Offtime', id: String(id), version }, fields, ...detail })
}
