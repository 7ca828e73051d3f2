import { detailOf, type AuditAction } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import { expectVersion, parseIntId } from '@commonchart/subgraph'
import { actionOf } from './change-action.ts'
import { changedColumns } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { takeId } from './counters.ts'
import { keepHasSchedule } from './has-schedule.ts'
import { lockProvider } from './providers.ts'
import { findRecords } from './records.ts'
import { notFound } from './references.ts'
import type { ChangingRow, ProviderRow } from './tables.ts'
import { withoutNulls, type BookableInput } from './work-hour-input.ts'
import { judgeOverlap, warnOfSharedTime, type Written } from './work-hour-overlap.ts'
import { getPlace, readReferences, type Referring } from './work-hour-references.ts'
import { findServicesOf, type ServiceTable } from './work-hours.ts'

/** A row of work hours of either kind. */
export type HourRow = ChangingRow & { id: number; providerId: number }

/** What is said of hours: columns, and the services that may be booked. */
export type HourValues = { locationId?: number; deactivated?: boolean; serviceIds?: number[] }

/** How weekly and dated hours differ where they are written. */
export interface HourKind<Input extends BookableInput, Row extends HourRow, Values extends HourValues> {
  table: 'standardWorkHour' | 'flexibleWorkHour'
  services: ServiceTable
  /** Numbers them. */
  counter: string
  type: 'StandardWorkHour' | 'FlexibleWorkHour'
  /** What they are of which nothing was said. */
  usual: Partial<Row>
  /** Reads what an input says; `row` is what they are now. Adds every violation. */
  read(input: Input, path: string, violations: Violations, row?: Row): Values
  /** The hours as the rule about overlaps judges them. */
  written(values: Values, row?: Row): Written
  /** Tells whether values say all that hours need, once they have a place. */
  isWhole(values: Values): boolean
}

interface Known {
  id: string
  expectedVersion?: number | null
}

/** Gives a provider work hours. Throws `VALIDATION_FAILED` and `NOT_FOUND`. */
export async function createHours<
  Input extends BookableInput,
  Row extends HourRow,
  Values extends HourValues,
>(
  change: AppointmentsChange,
  kind: HourKind<Input, Row, Values>,
  input: Input & Referring & { providerUserId: string },
): Promise<{ id: string }> {
  const { trx, domainId } = change
  const provider = await lockProvider(trx, domainId, input.providerUserId, 'input.providerUserId', 'hours')
  const references = await readReferences(change, input)
  const violations = new Violations()
  const read = kind.read(withoutNulls(input), 'input', violations)
  const values = { ...read, ...references, locationId: await getPlace(change, references, violations) }
  await judgeOverlap(change, provider.id, kind.written(values), 'input', violations)
  violations.throwIfAny()
  await warnOfSharedTime(change, provider.id, kind.written(values))
  return { id: await insertHours(change, kind, provider, values) }
}

/** Changes work hours. Throws `VALIDATION_FAILED`, `NOT_FOUND` and `CONFLICT`. */
export async function updateHours<
  Input extends BookableInput,
  Row extends HourRow,
  Values extends HourValues,
>(
  change: AppointmentsChange,
  kind: HourKind<Input, Row, Values>,
  input: Input & Referring & Known,
): Promise<{ id: string }> {
  const { provider, row } = await lockHours(change, kind, input)
  const references = await readReferences(change, input)
  const violations = new Violations()
  const values = { ...kind.read(input, 'input', violations, row), ...references }
  if (input.locationId === null) violations.add('input.locationId', 'REQUIRED', 'This cannot be cleared.')
  await judgeOverlap(change, provider.id, kind.written(values, row), 'input', violations)
  violations.throwIfAny()
  await warnOfSharedTime(change, provider.id, kind.written(values, row))
  await changeHours(change, kind, provider, row, values)
  return { id: String(row.id) }
}

/** Ends work hours. Throws `NOT_FOUND` and `CONFLICT`. */
export async function deactivateHours<
  Input extends BookableInput,
  Row extends HourRow,
  Values extends HourValues,
>(change: AppointmentsChange, kind: HourKind<Input, Row, Values>, input: Known): Promise<{ id: string }> {
  const { provider, row } = await lockHours(change, kind, input)
  await changeHours(change, kind, provider, row, { deactivated: true } as Values)
  return { id: String(row.id) }
}

/** Reads work hours under the lock of their provider, which keeps bookings out. Throws `NOT_FOUND` and `CONFLICT`. */
async function lockHours<Input extends BookableInput, Row extends HourRow, Values extends HourValues>(
  { trx, domainId }: AppointmentsChange,
  kind: HourKind<Input, Row, Values>,
  { id, expectedVersion }: Known,
): Promise<{ provider: ProviderRow; row: Row }> {
  const key = parseIntId(id)
  const find = async () =>
    (await findRecords(trx, domainId, kind.table, key === null ? [] : [key])).get(String(key))
  const unlocked = await find()
  if (!unlocked) throw notFound('input.id')
  const provider = await lockProvider(trx, domainId, String(unlocked.providerId), 'input.id', 'hours')
  const row = await find()
  if (!row) throw notFound('input.id')
  expectVersion(row.version, expectedVersion)
  return { provider, row: row as HourRow as Row }
}

/** Makes work hours of values that were read. The caller holds the provider's row `FOR UPDATE`. */
export async function insertHours<
  Input extends BookableInput,
  Row extends HourRow,
  Values extends HourValues,
>(
  change: AppointmentsChange,
  kind: HourKind<Input, Row, Values>,
  provider: ProviderRow,
  values: Values,
  action: AuditAction = 'work_hour.created',
): Promise<string> {
  const { trx, domainId, now } = change
  if (values.locationId === undefined || !kind.isWhole(values))
    throw new Error('work hours have a place, days, times and a visit type')
  const { serviceIds = [], ...columns } = values
  const row = {
    ...{ domainId, id: await takeId(trx, kind.counter), providerId: provider.id },
    ...{ slot: 1, intervalMinutes: 15, stacking: false, deactivated: false },
    ...kind.usual,
    ...columns,
    ...{ version: 1, createdAt: now, updatedAt: now },
  }
  // Whether a row is whole was told by its kind: kysely's types do not follow a table that is known by its kind.
  await trx
    .insertInto(kind.table)
    .values(row as never)
    .execute()
  await replaceServices(change, kind.services, row.id, serviceIds)
  audit(change, kind.type, row, action, ['providerId', 'serviceIds', ...Object.keys(columns)])
  await keepHasSchedule(change, provider)
  return String(row.id)
}

/** Changes work hours to values that were read, under the provider's lock. Gives false when nothing differs. */
export async function changeHours<
  Input extends BookableInput,
  Row extends HourRow,
  Values extends HourValues,
>(
  change: AppointmentsChange,
  kind: HourKind<Input, Row, Values>,
  provider: ProviderRow,
  row: Row,
  values: Values,
  action: AuditAction = actionOf('work_hour', row, values),
): Promise<boolean> {
  const { trx, domainId, now } = change
  const { serviceIds, ...columns } = values
  const before = (await findServicesOf(trx, domainId, [row.id], kind.services)).get(String(row.id)) ?? []
  const servicesDiffer = serviceIds !== undefined && sorted(serviceIds).join() !== sorted(before).join()
  const changed = changedColumns<object>(row, columns)
  const fields = [...changed, ...(servicesDiffer ? ['serviceIds'] : [])]
  if (fields.length === 0) return false
  const version = row.version + 1
  await trx
    .updateTable(kind.table)
    .set({ ...columns, version, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', row.id)
    .execute()
  if (servicesDiffer) await replaceServices(change, kind.services, row.id, serviceIds)
  const detail = detailOf({ ...row, serviceIds: before }, { ...columns, serviceIds }, fields)
  audit(change, kind.type, { id: row.id, version }, action, fields, detail)
  await keepHasSchedule(change, provider)
  return true
}

function sorted(ids: number[]): number[] {
  return ids.toSorted((one, other) => one - other)
}

/** Says anew which services may be booked in work hours. */
async function replaceServices(
  { trx, domainId }: AppointmentsChange,
  table: ServiceTable,
  workHourId: number,
  serviceIds: number[],
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
  type: 'StandardWorkHour' | 'FlexibleWorkHour',
  { id, version }: Pick<HourRow, 'id' | 'version'>,
  action: AuditAction,
  fields: string[],
  detail?: ReturnType<typeof detailOf>,
): void {
  change.audit({ action, record: { type, id: String(id), version }, fields, ...detail })
}
