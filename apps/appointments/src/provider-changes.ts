import { detailOf, type AuditAction, type AuditDetail } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import { expectVersion, given, searchKey } from '@commonchart/subgraph'
import { actionOf } from './change-action.ts'
import { changedColumns, withoutKeys } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { takeId } from './counters.ts'
import { readRequired, readRequiredText, readText } from './input-text.ts'
import type { OccupationName, ProviderTitle } from './names.ts'
import { lockProvider, nameKeyOf, toReference } from './providers.ts'
import type { ProviderRow } from './tables.ts'

type Given = string | null

/** The fields of a provider as an input may give them. */
export interface ProviderInput {
  firstName?: Given
  lastName?: Given
  email?: Given
  title?: ProviderTitle | null
  occupation?: OccupationName | null
  specialty?: Given
  licenseNumber?: Given
  licensingBody?: Given
  billingNumber?: Given
  languages?: string[] | null
  deactivated?: boolean | null
}

export type ProviderValues = Partial<
  Omit<ProviderRow, 'domainId' | 'id' | 'nameKey' | 'version' | 'createdAt' | 'updatedAt'>
>

/** Reads what an input says of a provider. Adds every violation. */
export function readProvider(input: ProviderInput, path: string, violations: Violations): ProviderValues {
  const text = (
    field: 'firstName' | 'lastName' | 'specialty' | 'licenseNumber' | 'licensingBody' | 'billingNumber',
  ) => readText(input[field], `${path}.${field}`, violations)
  const [firstName, lastName] = [text('firstName'), text('lastName')]
  const [licenseNumber, billingNumber] = [text('licenseNumber'), text('billingNumber')]
  const email = readRequiredText(input.email, `${path}.email`, violations)
  return given({
    firstName,
    lastName,
    email,
    licenseNumber,
    billingNumber,
    firstNameKey: keyOf(firstName),
    lastNameKey: keyOf(lastName),
    licenseNumberKey: keyOf(licenseNumber),
    billingNumberKey: keyOf(billingNumber),
    emailKey: keyOf(email) ?? undefined,
    specialty: text('specialty'),
    licensingBody: text('licensingBody'),
    title: input.title,
    occupation: input.occupation,
    languages: readLanguages(input.languages, `${path}.languages`, violations),
    deactivated: readRequired(input.deactivated, `${path}.deactivated`, violations),
  })
}

function keyOf(text: string | null | undefined): string | null | undefined {
  return text ? searchKey(text) : text
}

function readLanguages(
  languages: string[] | null | undefined,
  path: string,
  violations: Violations,
): string[] | undefined {
  if (languages === undefined) return undefined
  const read = (languages ?? []).map((each, at) => readRequiredText(each, `${path}.${at}`, violations))
  return [...new Set(read.filter((each) => each !== undefined))]
}

export async function createProvider(
  change: AppointmentsChange,
  input: ProviderInput,
): Promise<{ id: string }> {
  const violations = new Violations()
  readRequiredText(input.firstName, 'input.firstName', violations)
  readRequiredText(input.lastName, 'input.lastName', violations)
  const values = readProvider(input, 'input', violations)
  violations.throwIfAny()
  return { id: await insertProvider(change, values) }
}

export async function updateProvider(
  change: AppointmentsChange,
  input: ProviderInput & { id: string; expectedVersion?: number | null },
): Promise<{ id: string }> {
  const row = await lockProvider(change.trx, change.domainId, input.id, 'input.id', 'record')
  expectVersion(row.version, input.expectedVersion)
  const violations = new Violations()
  const values = readProvider(input, 'input', violations)
  violations.throwIfAny()
  await changeProvider(change, row, values)
  return { id: String(row.id) }
}

/** Makes a provider of values that were read, and tells the other subgraphs. */
export async function insertProvider(
  change: AppointmentsChange,
  { email, emailKey, ...values }: ProviderValues,
  action: AuditAction = 'provider.created',
): Promise<string> {
  const { trx, domainId, now } = change
  if (email === undefined || emailKey === undefined) throw new Error('a provider has an e-mail address')
  const names = { firstName: values.firstName ?? null, lastName: values.lastName ?? null }
  const row = await trx
    .insertInto('provider')
    .values({
      ...{ domainId, id: await takeId(trx, 'provider'), email, emailKey, nameKey: nameKeyOf(names) },
      ...{ languages: [], hasSchedule: false, deactivated: false },
      ...values,
      ...{ version: 1, createdAt: now, updatedAt: now },
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await replaceLanguages(change, row)
  announce(change, row, action, withoutKeys(['email', ...Object.keys(values)]))
  return String(row.id)
}

/** Changes a provider to values that were read, and tells the other subgraphs. Gives false when nothing differs. */
export async function changeProvider(
  change: AppointmentsChange,
  row: ProviderRow,
  values: ProviderValues,
  action: AuditAction = actionOf('provider', row, values),
): Promise<boolean> {
  const columns = changedColumns(row, values)
  if (columns.length === 0) return false
  const fields = withoutKeys(columns)
  const changed = await change.trx
    .updateTable('provider')
    .set({
      ...values,
      nameKey: nameKeyOf({ ...row, ...values }),
      version: row.version + 1,
      updatedAt: change.now,
    })
    .where('domainId', '=', change.domainId)
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  if (fields.includes('languages')) await replaceLanguages(change, changed)
  announce(change, changed, action, fields, detailOf(row, values, fields))
  return true
}

async function replaceLanguages({ trx, domainId }: AppointmentsChange, row: ProviderRow): Promise<void> {
  await trx
    .deleteFrom('providerLanguage')
    .where('domainId', '=', domainId)
    .where('providerId', '=', row.id)
    .execute()
  const keys = [...new Set(row.languages.map(searchKey))]
  if (keys.length === 0) return
  await trx
    .insertInto('providerLanguage')
    .values(keys.map((languageKey) => ({ domainId, languageKey, providerId: row.id })))
    .execute()
}

function announce(
  change: AppointmentsChange,
  row: ProviderRow,
  action: AuditAction,
  fields: string[],
  detail?: AuditDetail,
): void {
  const record = { type: 'ProviderUser' as const, id: String(row.id), version: row.version }
  change.audit({ action, record, fields, ...detail })
  change.send({ to: ['patients'], type: 'provider.changed', payload: toReference(row) })
}
