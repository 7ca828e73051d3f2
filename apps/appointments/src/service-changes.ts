import { detailOf, type AuditAction, type AuditDetail } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import { expectVersion, given, searchKey } from '@commonchart/subgraph'
import { actionOf } from './change-action.ts'
import { changedColumns } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { takeId } from './counters.ts'
import { readColor, readCount, readRequired, readRequiredText, readText } from './input-text.ts'
import { storeLocalized } from './localized-columns.ts'
import type { AppointmentStatus, LocalizedText } from './names.ts'
import { lockService, type ServiceRecord } from './services.ts'

type Given = string | null

/** The fields of a service as an input may give them. */
export interface ServiceInput {
  name?: Given
  localizedName?: LocalizedText[] | null
  shortDescription?: Given
  localizedShortDescription?: LocalizedText[] | null
  longDescription?: Given
  localizedLongDescription?: LocalizedText[] | null
  color?: Given
  icon?: Given
  slotLength?: number | null
  minRequestableInterval?: number | null
  minRequestableIntervalType?: Given
  maxRequestableDays?: number | null
  allowNewPatient?: boolean | null
  allowExistingPatient?: boolean | null
  patientDefaultStatus?: AppointmentStatus | null
  providerDefaultStatus?: AppointmentStatus | null
  deactivated?: boolean | null
}

export type ServiceValues = Partial<
  Omit<ServiceRecord, 'domainId' | 'id' | 'nameKey' | 'version' | 'createdAt' | 'updatedAt'>
>

const intervalTypes = ['minutes', 'hours', 'days', 'weeks']
const minutesOfADay = 1440

/** Reads what an input says of a service. Adds every violation. */
export function readService(input: ServiceInput, path: string, violations: Violations): ServiceValues {
  const at = (field: keyof ServiceInput) => `${path}.${field}`
  const required = <Field extends keyof ServiceInput>(field: Field) =>
    readRequired(input[field], at(field), violations)
  const unit = required('minRequestableIntervalType')
  if (unit !== undefined && !intervalTypes.includes(unit))
    violations.add(
      at('minRequestableIntervalType'),
      'INTERVAL_TYPE',
      `This is one of ${intervalTypes.join(', ')}.`,
    )
  const days = input.maxRequestableDays
  if (typeof days === 'number') readCount(days, [0, 36_500], at('maxRequestableDays'), violations)
  return given({
    name: readRequiredText(input.name, at('name'), violations),
    shortDescription: readText(input.shortDescription, at('shortDescription'), violations),
    longDescription: readText(input.longDescription, at('longDescription'), violations),
    localizedName: readLocalized(input.localizedName, at('localizedName'), violations),
    localizedShortDescription: readLocalized(
      input.localizedShortDescription,
      at('localizedShortDescription'),
      violations,
    ),
    localizedLongDescription: readLocalized(
      input.localizedLongDescription,
      at('localizedLongDescription'),
      violations,
    ),
    color: readColor(input.color, at('color'), violations),
    icon: readText(input.icon, at('icon'), violations),
    slotLength: readCount(input.slotLength, [1, minutesOfADay], at('slotLength'), violations),
    minRequestableInterval: readCount(
      input.minRequestableInterval,
      [0, 1_000_000],
      at('minRequestableInterval'),
      violations,
    ),
    minRequestableIntervalType: unit,
    maxRequestableDays: days,
    allowNewPatient: required('allowNewPatient'),
    allowExistingPatient: required('allowExistingPatient'),
    patientDefaultStatus: required('patientDefaultStatus'),
    providerDefaultStatus: required('providerDefaultStatus'),
    deactivated: required('deactivated'),
  })
}

/** Reads the forms of a text in languages, each once; null gives none. Absent stays undefined. */
export function readLocalized(
  texts: LocalizedText[] | null | undefined,
  path: string,
  violations: Violations,
): LocalizedText[] | undefined {
  if (texts === undefined) return undefined
  const read = (texts ?? []).map(({ locale, value }, at) => ({
    locale,
    value: readRequiredText(value, `${path}.${at}.value`, violations) ?? '',
  }))
  if (new Set(read.map((each) => each.locale)).size < read.length)
    violations.add(path, 'LOCALE_TWICE', 'Each language can be given once.')
  return read.toSorted((one, other) => one.locale.localeCompare(other.locale))
}

export async function createService(
  change: AppointmentsChange,
  input: ServiceInput,
): Promise<{ id: string }> {
  const violations = new Violations()
  const values = readService(input, 'input', violations)
  violations.throwIfAny()
  return { id: await insertService(change, values) }
}

export async function updateService(
  change: AppointmentsChange,
  input: ServiceInput & { id: string; expectedVersion?: number | null },
): Promise<{ id: string }> {
  const row = await lockService(change.trx, change.domainId, input.id)
  expectVersion(row.version, input.expectedVersion)
  const violations = new Violations()
  const values = readService(input, 'input', violations)
  violations.throwIfAny()
  await changeService(change, row, values)
  return { id: String(row.id) }
}

/** What a service is that nothing else was said of. */
const usual = {
  slotLength: 30,
  minRequestableInterval: 0,
  minRequestableIntervalType: 'hours',
  allowNewPatient: true,
  allowExistingPatient: true,
  patientDefaultStatus: 'REQUESTED',
  providerDefaultStatus: 'BOOKED',
  deactivated: false,
} as const

const unlocalized = { localizedName: [], localizedShortDescription: [], localizedLongDescription: [] }

/** Makes a service of values that were read. */
export async function insertService(
  change: AppointmentsChange,
  { name, ...values }: ServiceValues,
  action: AuditAction = 'service.created',
): Promise<string> {
  const { trx, domainId, now } = change
  if (name === undefined) throw new Error('a service has a name')
  const row = await trx
    .insertInto('service')
    .values({
      ...{ domainId, id: await takeId(trx, 'service'), name, nameKey: searchKey(name) },
      ...usual,
      ...storeLocalized({ ...unlocalized, ...values }),
      ...{ version: 1, createdAt: now, updatedAt: now },
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await replaceNames(change, row)
  audit(change, row, action, ['name', ...Object.keys(values)])
  return String(row.id)
}

/** Changes a service to values that were read. Gives false when nothing differs. */
export async function changeService(
  change: AppointmentsChange,
  row: ServiceRecord,
  values: ServiceValues,
  action: AuditAction = actionOf('service', row, values),
): Promise<boolean> {
  const fields = changedColumns(row, values)
  if (fields.length === 0) return false
  const changed = await change.trx
    .updateTable('service')
    .set({
      ...storeLocalized(values),
      nameKey: searchKey(values.name ?? row.name),
      version: row.version + 1,
      updatedAt: change.now,
    })
    .where('domainId', '=', change.domainId)
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  if (fields.includes('name') || fields.includes('localizedName')) await replaceNames(change, changed)
  audit(change, changed, action, fields, detailOf(row, values, fields))
  return true
}

async function replaceNames({ trx, domainId }: AppointmentsChange, row: ServiceRecord): Promise<void> {
  await trx
    .deleteFrom('serviceName')
    .where('domainId', '=', domainId)
    .where('serviceId', '=', row.id)
    .execute()
  const keys = new Set([row.name, ...row.localizedName.map((each) => each.value)].map(searchKey))
  await trx
    .insertInto('serviceName')
    .values([...keys].map((nameKey) => ({ domainId, nameKey, serviceId: row.id })))
    .execute()
}

function audit(
  change: AppointmentsChange,
  { id, version }: ServiceRecord,
  action: AuditAction,
  fields: string[],
  detail?: AuditDetail,
): void {
  change.audit({ action, record: { type: 'Service', id: String(id), version }, fields, ...detail })
}
