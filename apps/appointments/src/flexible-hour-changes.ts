import { detailOf, type AuditAction, type AuditDetail } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import { expectVersion, parseIntId } from '@commonchart/subgraph'
import { changedColumns } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { takeId } from './counters.ts'
import {
  readFlexibleHour,
  type FlexibleHourColumns,
  type FlexibleHourInput,
  type FlexibleHourValues,
} from './flexible-hour-input.ts'
import { findFlexibleWorkHours } from './flexible-hours.ts'
import { keepHasSchedule } from './has-schedule.ts'
import { lockProvider } from './providers.ts'
import { notFound } from './references.ts'
import type { FlexibleWorkHourRow, ProviderRow } from './tables.ts'
import { replaceServices, sorted } from './work-hour-changes.ts'
import { withoutNulls } from './work-hour-input.ts'
import { judgeOverlap } from './work-hour-overlap.ts'
import { getPlace, readReferences, type Referring } from './work-hour-references.ts'
import { findServicesOf } from './work-hours.ts'

const services = 'flexibleWorkHourService'

export async function createFlexibleWorkHour(
  change: AppointmentsChange,
  input: Omit<FlexibleHourInput, 'deactivated'> & Referring & { providerUserId: string },
): Promise<{ id: string }> {
  const { trx, domainId } = change
  const provider = await lockProvider(trx, domainId, input.providerUserId, 'input.providerUserId', 'hours')
  const references = await readReferences(change, input)
  const violations = new Violations()
  const read = readFlexibleHour(withoutNulls(input), 'input', violations)
  const values = { ...read, ...references, locationId: await getPlace(change, references, violations) }
  await judgeOverlap(change, provider.id, { kind: 'flexible', values }, 'input', violations)
  violations.throwIfAny()
  return { id: await insertFlexibleHour(change, provider, values) }
}

export async function updateFlexibleWorkHour(
  change: AppointmentsChange,
  input: FlexibleHourInput & Referring & { id: string; expectedVersion?: number | null },
): Promise<{ id: string }> {
  const { provider, row } = await lockFlexibleHour(change, input.id)
  expectVersion(row.version, input.expectedVersion)
  const references = await readReferences(change, input)
  const violations = new Violations()
  const values = { ...readFlexibleHour(input, 'input', violations, row), ...references }
  if (input.locationId === null) violations.add('input.locationId', 'REQUIRED', 'This cannot be cleared.')
  await judgeOverlap(change, provider.id, { kind: 'flexible', values, row }, 'input', violations)
  violations.throwIfAny()
  await changeFlexibleHour(change, provider, row, values)
  return { id: String(row.id) }
}

export async function deactivateFlexibleWorkHour(
  change: AppointmentsChange,
  input: { id: string; expectedVersion?: number | null },
): Promise<{ id: string }> {
  const { provider, row } = await lockFlexibleHour(change, input.id)
  expectVersion(row.version, input.expectedVersion)
  await changeFlexibleHour(change, provider, row, { deactivated: true })
  return { id: String(row.id) }
}

/** Reads dated hours under the lock of their provider, which keeps bookings out. Throws `NOT_FOUND`. */
async function lockFlexibleHour({ trx, domainId }: AppointmentsChange, id: string) {
  const key = parseIntId(id)
  const find = async () =>
    (await findFlexibleWorkHours(trx, domainId, key === null ? [] : [key])).get(String(key))
  const unlocked = await find()
  if (!unlocked) throw notFound('input.id')
  const provider = await lockProvider(trx, domainId, String(unlocked.providerId), 'input.id', 'hours')
  const row = await find()
  if (!row) throw notFound('input.id')
  return { provider, row }
}

async function insertFlexibleHour(
  change: AppointmentsChange,
  provider: ProviderRow,
  { serviceIds = [], ...values }: FlexibleHourValues,
): Promise<string> {
  const { trx, domainId, now } = change
  const row = await trx
    .insertInto('flexibleWorkHour')
    .values({
      ...{ domainId, id: await takeId(trx, 'flexible_work_hour'), providerId: provider.id },
      ...{ slot: 1, intervalMinutes: 15, stacking: false, deactivated: false },
      ...whole(values),
      ...{ version: 1, createdAt: now, updatedAt: now },
    })
    .returning(['id', 'version'])
    .executeTakeFirstOrThrow()
  await replaceServices(change, row.id, serviceIds, services)
  audit(change, row, 'work_hour.created', ['providerId', 'serviceIds', ...Object.keys(values)])
  await keepHasSchedule(change, provider)
  return String(row.id)
}

async function changeFlexibleHour(
  change: AppointmentsChange,
  provider: ProviderRow,
  row: FlexibleWorkHourRow,
  { serviceIds, ...values }: FlexibleHourValues,
): Promise<void> {
  const { trx, domainId, now } = change
  const before = (await findServicesOf(trx, domainId, [row.id], services)).get(String(row.id)) ?? []
  const servicesDiffer = serviceIds !== undefined && sorted(serviceIds).join() !== sorted(before).join()
  const fields = [...changedColumns(row, values), ...(servicesDiffer ? ['serviceIds' as const] : [])]
  if (fields.length === 0) return
  const changed = await trx
    .updateTable('flexibleWorkHour')
    .set({ ...values, version: row.version + 1, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', row.id)
    .returning(['id', 'version'])
    .executeTakeFirstOrThrow()
  if (servicesDiffer) await replaceServices(change, row.id, serviceIds, services)
  const detail = detailOf({ ...row, serviceIds: before }, { ...values, serviceIds }, fields)
  audit(change, changed, 'work_hour.updated', fields, detail)
  await keepHasSchedule(change, provider)
}

type Needed = 'locationId' | 'startDay' | 'endDay' | 'startMinute' | 'endMinute' | 'visitType'

function whole(
  values: Partial<FlexibleHourColumns>,
): Partial<FlexibleHourColumns> & Pick<FlexibleHourColumns, Needed> {
  const { locationId, startDay, endDay, startMinute, endMinute, visitType } = values
  if (locationId === undefined || startDay === undefined || endDay === undefined)
    throw new Error('dated hours have a place and days')
  if (startMinute === undefined || endMinute === undefined || visitType === undefined)
    throw new Error('dated hours have times and a visit type')
  return { ...values, locationId, startDay, endDay, startMinute, endMinute, visitType }
}

function audit(
  change: AppointmentsChange,
  { id, version }: Pick<FlexibleWorkHourRow, 'id' | 'version'>,
  action: AuditAction,
  fields: string[],
  detail?: AuditDetail,
): void {
  change.audit({ action, record: { type: 'FlexibleWorkHour', id: String(id), version }, fields, ...detail })
}
