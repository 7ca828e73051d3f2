import { detailOf, type AuditAction, type AuditDetail } from '@commonchart/audit'
import { dayOf, firstInstantAt } from '@commonchart/clinic-time'
import { Violations } from '@commonchart/errors'
import { expectVersion, parseIntId } from '@commonchart/subgraph'
import { offTimeColors, type OffTimeColor } from './colors.ts'
import { changedColumns, given } from './columns.ts'
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
}

type Times = Pick<OffTimeRow, 'startsAt' | 'endsAt' | 'startWall' | 'endWall' | 'zone'>
type OffTimeValues = Partial<Times & Pick<OffTimeRow, 'name' | 'memo' | 'color' | 'deactivated'>>

export async function createProviderOffTime(
  change: AppointmentsChange,
  input: Omit<OffTimeInput, 'name'> & { providerUserId: string },
): Promise<{ id: string }> {
  const { trx, domainId, now } = change
  const { id: providerId } = await lockForTime(change, input.providerUserId, 'input.providerUserId')
  const violations = new Violations()
  const zone = await findClinicZone(trx, domainId)
  if (zone === null)
    violations.add(
      'input.startAtTime',
      'TIME_ZONE',
      'There is no main location and the domain has no time zone, so it is not known whose clock this is.',
    )
  const times = readTimes(input, violations, zone ?? 'UTC')
  const texts = readTexts(input, violations)
  violations.throwIfAny()
  if (!times) throw new Error('time off has times')
  const row = await trx
    .insertInto('offTime')
    .values({
      ...{ domainId, id: await takeId(trx, 'off_time'), providerId },
      ...{ name: null, memo: null, color: offTimeColors.GREY, deactivated: false },
      ...times,
      ...texts,
      ...{ version: 1, createdAt: now, updatedAt: now },
    })
    .returning(['id', 'version'])
    .executeTakeFirstOrThrow()
  audit(change, row, 'off_time.created', ['providerId', ...Object.keys({ ...times, ...texts })])
  return { id: String(row.id) }
}

export async function updateProviderOffTime(
  change: AppointmentsChange,
  input: OffTimeInput & { id: string; expectedVersion?: number | null },
): Promise<{ id: string }> {
  const row = await lockOffTime(change, input.id)
  expectVersion(row.version, input.expectedVersion)
  const violations = new Violations()
  const times = readTimes(input, violations, row.zone, row)
  const texts = readTexts(input, violations)
  violations.throwIfAny()
  await changeOffTime(change, row, { ...times, ...texts }, 'off_time.updated')
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
 * Reads the times of an input on the clock of a zone; what it does not say is as in `row`. Adds every violation. Undefined when
 * it says nothing of them, or too little.
 */
function readTimes(
  input: OffTimeInput,
  violations: Violations,
  zone: string,
  row?: OffTimeRow,
): Times | undefined {
  const read = (field: 'startAtDate' | 'startAtTime' | 'endAtDate' | 'endAtTime') =>
    readRequired(input[field], `input.${field}`, violations)
  const [startDay, startTime] = [read('startAtDate'), read('startAtTime')]
  const [endDay, endTime] = [read('endAtDate'), read('endAtTime')]
  if (!startDay && !startTime && !endDay && !endTime) return undefined
  const startWall = wallOf(startDay, startTime, row?.startWall)
  const endWall = wallOf(endDay, endTime, row?.endWall)
  if (startWall === undefined || endWall === undefined) return undefined
  const [startsAt, endsAt] = [firstInstantAt(startWall, zone), firstInstantAt(endWall, zone)]
  if (startsAt >= endsAt)
    violations.add(
      `input.${startWall.slice(0, 10) > endWall.slice(0, 10) ? 'endAtDate' : 'endAtTime'}`,
      'TIMES_OUT_OF_ORDER',
      'Time off ends after it begins.',
    )
  return { startsAt, endsAt, startWall, endWall, zone }
}

function wallOf(day: string | undefined, time: string | undefined, now?: string): string | undefined {
  const [date, clock] = [day ?? (now && dayOf(now)), time ?? now?.slice(11, 16)]
  return date && clock ? `${date}T${clock}:00` : undefined
}

function readTexts(input: OffTimeInput, violations: Violations): OffTimeValues {
  return given({
    name: readText(input.name, 'input.name', violations),
    memo: readText(input.memo, 'input.memo', violations),
    color: input.color ? offTimeColors[input.color] : input.color,
  })
}

async function changeOffTime(
  change: AppointmentsChange,
  row: OffTimeRow,
  values: OffTimeValues,
  action: AuditAction,
): Promise<void> {
  const { trx, domainId, now } = change
  const fields = changedColumns(row, values)
  if (fields.length === 0) return
  const changed = await trx
    .updateTable('offTime')
    .set({ ...values, version: row.version + 1, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', row.id)
    .returning(['id', 'version'])
    .executeTakeFirstOrThrow()
  audit(change, changed, action, fields, detailOf(row, values, fields))
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
