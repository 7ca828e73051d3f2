import { detailOf, type AuditAction, type AuditDetail } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import { expectVersion, parseIntId } from '@commonchart/subgraph'
import { changedColumns, given } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { takeId } from './counters.ts'
import { findLocations, findMainLocation } from './locations.ts'
import { changeProvider } from './provider-changes.ts'
import { lockProvider } from './providers.ts'
import { MissingReferences, notFound } from './references.ts'
import { findServices } from './services.ts'
import type { ProviderRow, StandardWorkHourRow } from './tables.ts'
import {
  readWorkHour,
  type WorkHourColumns,
  type WorkHourInput,
  type WorkHourValues,
} from './work-hour-input.ts'
import { findServicesOf, findStandardWorkHours } from './work-hours.ts'

/** What inputs of single work hours refer to, by id. */
interface Referring {
  locationId?: string | null
  serviceIds?: string[] | null
}

/** Reads references of an input; what is not in the domain is added to `missing`. */
async function readReferences(
  { trx, domainId }: AppointmentsChange,
  { locationId, serviceIds }: Referring,
  missing: MissingReferences,
): Promise<{ locationId?: number; serviceIds?: number[] }> {
  const location = locationId ? parseIntId(locationId) : null
  const locations = await findLocations(trx, domainId, location === null ? [] : [location])
  if (locationId && !locations.has(String(location))) missing.add('input.locationId')
  const ids = (serviceIds ?? []).map(parseIntId)
  const services = await findServices(
    trx,
    domainId,
    ids.filter((id) => id !== null),
  )
  for (const [at, id] of ids.entries()) if (!services.has(String(id))) missing.add(`input.serviceIds.${at}`)
  return given({
    locationId: location ?? undefined,
    serviceIds: serviceIds ? [...services.values()].map((service) => service.id) : undefined,
  })
}

export async function createStandardWorkHour(
  change: AppointmentsChange,
  input: Omit<WorkHourInput, 'deactivated'> & Referring & { providerUserId: string },
): Promise<{ id: string }> {
  const { trx, domainId } = change
  const provider = await lockProvider(trx, domainId, input.providerUserId, 'input.providerUserId', 'hours')
  const missing = new MissingReferences()
  const references = await readReferences(change, input, missing)
  missing.throwIfAny()
  const violations = new Violations()
  // CHR takes null for what it has a default for.
  const { slot, interval, stacking, showIntervalsOnSchedule, ...others } = input
  const optional = {
    slot: slot ?? undefined,
    interval: interval ?? undefined,
    stacking: stacking ?? undefined,
    showIntervalsOnSchedule: showIntervalsOnSchedule ?? undefined,
  }
  const values = readWorkHour({ ...others, ...optional }, 'input', violations)
  const locationId = references.locationId ?? (await findMainLocation(trx, domainId)) ?? undefined
  if (locationId === undefined)
    violations.add(
      'input.locationId',
      'REQUIRED',
      'There is no main location, so the location must be named.',
    )
  violations.throwIfAny()
  return { id: await insertWorkHour(change, provider, { ...values, ...references, locationId }) }
}

export async function updateStandardWorkHour(
  change: AppointmentsChange,
  input: WorkHourInput & Referring & { id: string; expectedVersion?: number | null },
): Promise<{ id: string }> {
  const { provider, row } = await lockWorkHour(change, input.id)
  expectVersion(row.version, input.expectedVersion)
  const missing = new MissingReferences()
  const references = await readReferences(change, input, missing)
  missing.throwIfAny()
  const violations = new Violations()
  const values = readWorkHour(input, 'input', violations, row)
  if (input.locationId === null) violations.add('input.locationId', 'REQUIRED', 'This cannot be cleared.')
  violations.throwIfAny()
  const cleared = input.serviceIds === null ? { serviceIds: [] } : {}
  await changeWorkHour(change, provider, row, { ...values, ...references, ...cleared })
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

function sorted(ids: number[]): number[] {
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

async function replaceServices(
  { trx, domainId }: AppointmentsChange,
  workHourId: number,
  serviceIds: number[],
): Promise<void> {
  await trx
    .deleteFrom('standardWorkHourService')
    .where('domainId', '=', domainId)
    .where('workHourId', '=', workHourId)
    .execute()
  if (serviceIds.length === 0) return
  await trx
    .insertInto('standardWorkHourService')
    .values([...new Set(serviceIds)].map((serviceId) => ({ domainId, workHourId, serviceId })))
    .execute()
}

/** A provider has a schedule while some of their work hours have not ended. */
async function keepHasSchedule(change: AppointmentsChange, provider: ProviderRow): Promise<void> {
  const found = await change.trx
    .selectFrom('standardWorkHour')
    .select('id')
    .where('domainId', '=', change.domainId)
    .where('providerId', '=', provider.id)
    .where('deactivated', '=', false)
    .limit(1)
    .executeTakeFirst()
  const hasSchedule = found !== undefined
  if (hasSchedule === provider.hasSchedule) return
  await changeProvider(change, provider, { hasSchedule })
  provider.hasSchedule = hasSchedule
  provider.version += 1
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
