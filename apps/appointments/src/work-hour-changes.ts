import { detailOf, type AuditAction, type AuditDetail } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import { expectVersion, parseIntId } from '@commonchart/subgraph'
import { changedColumns } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { takeId } from './counters.ts'
import { keepHasSchedule } from './has-schedule.ts'
import { lockProvider } from './providers.ts'
import { notFound } from './references.ts'
import type { ProviderRow, StandardWorkHourRow } from './tables.ts'
import {
  readWorkHour,
  withoutNulls,
  type WorkHourColumns,
  type WorkHourInput,
  type WorkHourValues,
} from './work-hour-input.ts'
import { judgeOverlap } from './work-hour-overlap.ts'
import { getPlace, readReferences, type Referring } from './work-hour-references.ts'
import { findServicesOf, findStandardWorkHours, type ServiceTable } from './work-hours.ts'

export async function createStandardWorkHour(
  change: AppointmentsChange,
  input: Omit<WorkHourInput, 'deactivated'> & Referring & { providerUserId: string },
): Promise<{ id: string }> {
  const { trx, domainId } = change
  const provider = await lockProvider(trx, domainId, input.providerUserId, 'input.providerUserId', 'hours')
  const references = await readReferences(change, input)
  const violations = new Violations()
  const read = readWorkHour(withoutNulls(input), 'input', violations)
  const values = { ...read, ...references, locationId: await getPlace(change, references, violations) }
  await judgeOverlap(change, provider.id, { kind: 'standard', values }, 'input', violations)
  violations.throwIfAny()
  return { id: await insertWorkHour(change, provider, values) }
}

export async function updateStandardWorkHour(
  change: AppointmentsChange,
  input: WorkHourInput & Referring & { id: string; expectedVersion?: number | null },
): Promise<{ id: string }> {
  const { provider, row } = await lockWorkHour(change, input.id)
  expectVersion(row.version, input.expectedVersion)
  const references = await readReferences(change, input)
  const violations = new Violations()
  const values = { ...readWorkHour(input, 'input', violations, row), ...references }
  if (input.locationId === null) violations.add('input.locationId', 'REQUIRED', 'This cannot be cleared.')
  await judgeOverlap(change, provider.id, { kind: 'standard', values, row }, 'input', violations)
  violations.throwIfAny()
  await changeWorkHour(change, provider, row, values)
  return { id: String(row.id) }
}

export async function deactivateStandardWorkHour(
  change: AppointmentsChange,
  input: { id: string; expectedVersion?: number | null },
): Promise<{ id: string }> {
  const { provider, row } = await lockWorkHour(change, input.id)
  expectVersion(row.version, input.expectedVersion)
  await changeWorkHour(change, provider, row, { deactivated: true })
  return { id: String(row.id) }
}

/** Reads work hours under the lock of their provider, which keeps bookings out. Throws `NOT_FOUND`. */
async function lockWorkHour({ trx, domainId }: AppointmentsChange, id: string) {
  const key = parseIntId(id)
  const find = async () =>
    (await findStandardWorkHours(trx, domainId, key === null ? [] : [key])).get(String(key))
  const unlocked = await find()
  if (!unlocked) throw notFound('input.id')
  const provider = await lockProvider(trx, domainId, String(unlocked.providerId), 'input.id', 'hours')
  const row = await find()
  if (!row) throw notFound('input.id')
  return { provider, row }
}

/** Makes work hours of values that were read. The caller holds the provider's row `FOR UPDATE`. */
export async function insertWorkHour(
  change: AppointmentsChange,
  provider: ProviderRow,
  { serviceIds = [], ...values }: WorkHourValues,
  action: AuditAction = 'work_hour.created',
): Promise<string> {
  const { trx, domainId, now } = change
  const row = await trx
    .insertInto('standardWorkHour')
    .values({
      ...{ domainId, id: await takeId(trx, 'standard_work_hour'), providerId: provider.id },
      ...{
        slot: 1,
        intervalMinutes: 15,
        stacking: false,
        showIntervalsOnSchedule: false,
        deactivated: false,
      },
      ...whole(values),
      ...{ version: 1, createdAt: now, updatedAt: now },
    })
    .returning(['id', 'version'])
    .executeTakeFirstOrThrow()
  await replaceServices(change, row.id, serviceIds)
  audit(change, row, action, ['providerId', 'serviceIds', ...Object.keys(values)])
  await keepHasSchedule(change, provider)
  return String(row.id)
}

/** Changes work hours to values that were read, under the provider's lock. Gives false when nothing differs. */
export async function changeWorkHour(
  change: AppointmentsChange,
  provider: ProviderRow,
  row: StandardWorkHourRow,
  { serviceIds, ...values }: WorkHourValues,
  action: AuditAction = 'work_hour.updated',
): Promise<boolean> {
  const { trx, domainId, now } = change
  const before = (await findServicesOf(trx, domainId, [row.id])).get(String(row.id)) ?? []
  const servicesDiffer = serviceIds !== undefined && sorted(serviceIds).join() !== sorted(before).join()
  const services = servicesDiffer ? (['serviceIds'] as const) : []
  const fields = [...changedColumns(row, values), ...services]
  if (fields.length === 0) return false
  const changed = await trx
    .updateTable('standardWorkHour')
    .set({ ...values, version: row.version + 1, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', row.id)
    .returning(['id', 'version'])
    .executeTakeFirstOrThrow()
  if (servicesDiffer) await replaceServices(change, row.id, serviceIds)
  const detail = detailOf({ ...row, serviceIds: before }, { ...values, serviceIds }, fields)
  audit(change, changed, action, fields, detail)
  await keepHasSchedule(change, provider)
  return true
}

export function sorted(ids: number[]): number[] {
  return ids.toSorted((one, other) => one - other)
}

type Needed = 'locationId' | 'weekday' | 'startMinute' | 'endMinute' | 'visitType'

function whole(values: Partial<WorkHourColumns>): Partial<WorkHourColumns> & Pick<WorkHourColumns, Needed> {
  const { locationId, weekday, startMinute, endMinute, visitType } = values
  if (locationId === undefined || weekday === undefined || visitType === undefined)
    throw new Error('work hours have a place, a day and a visit type')
  if (startMinute === undefined || endMinute === undefined) throw new Error('work hours have times')
  return { ...values, locationId, weekday, startMinute, endMinute, visitType }
}

/** Says anew which services may be booked in work hours. */
export async function replaceServices(
  { trx, domainId }: AppointmentsChange,
  workHourId: number,
  serviceIds: number[],
  table: ServiceTable = 'standardWorkHourService',
): Promise<void> {
  await trx.deleteFrom(table).where('domainId', '=', domainId).where('workHourId', '=', workHourId).execute()
  if (serviceIds.length === 0) return
  await trx
    .insertInto(table)
    .values([...new Set(serviceIds)].map((serviceId) => ({ domainId, workHourId, serviceId })))
    .execute()
}

function audit(
  change: AppointmentsChange,
  { id, version }: Pick<StandardWorkHourRow, 'id' | 'version'>,
  action: AuditAction,
  fields: string[],
  detail?: AuditDetail,
): void {
  change.audit({ action, record: { type: 'StandardWorkHour', id: String(id), version }, fields, ...detail })
}
