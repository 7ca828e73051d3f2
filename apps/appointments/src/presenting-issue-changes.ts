import { detailOf, type AuditAction, type AuditDetail } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import { expectVersion, given, parseIntId } from '@commonchart/subgraph'
import { actionOf } from './change-action.ts'
import { changedColumns } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { takeId } from './counters.ts'
import { readColor, readRequired, readRequiredText, readText } from './input-text.ts'
import { storeLocalized } from './localized-columns.ts'
import type { LocalizedText } from './names.ts'
import { replaceTerms } from './presenting-issue-terms.ts'
import { lockPresentingIssue, type PresentingIssueRecord } from './presenting-issues.ts'
import { MissingReferences } from './references.ts'
import { readLocalized } from './service-changes.ts'
import { findServices } from './services.ts'

type Given = string | null

/** The fields of a presenting issue as an input may give them. */
export interface PresentingIssueInput {
  name?: Given
  localizedName?: LocalizedText[] | null
  internalName?: Given
  localizedInternalName?: LocalizedText[] | null
  searchablePhrase?: Given
  localizedSearchablePhrase?: LocalizedText[] | null
  prepNote?: Given
  localizedPrepNote?: LocalizedText[] | null
  color?: Given
  icon?: Given
  serviceIds?: string[] | null
  deactivated?: boolean | null
}

type PresentingIssueValues = Partial<
  Omit<PresentingIssueRecord, 'domainId' | 'id' | 'version' | 'createdAt' | 'updatedAt'>
>

/** Names one that is to be changed. */
interface Known {
  id: string
  expectedVersion?: number | null
}

/** Reads what an input says. Throws `NOT_FOUND` for services that are not there, `VALIDATION_FAILED` with every violation. */
async function readPresentingIssue(
  change: AppointmentsChange,
  input: PresentingIssueInput,
): Promise<PresentingIssueValues> {
  const violations = new Violations()
  const text = (field: 'internalName' | 'searchablePhrase' | 'prepNote' | 'icon') =>
    readText(input[field], `input.${field}`, violations)
  const localized = (
    field: 'localizedName' | 'localizedInternalName' | 'localizedSearchablePhrase' | 'localizedPrepNote',
  ) => readLocalized(input[field], `input.${field}`, violations)
  const values = given({
    name: readRequiredText(input.name, 'input.name', violations),
    internalName: text('internalName'),
    searchablePhrase: text('searchablePhrase'),
    prepNote: text('prepNote'),
    localizedName: localized('localizedName'),
    localizedInternalName: localized('localizedInternalName'),
    localizedSearchablePhrase: localized('localizedSearchablePhrase'),
    localizedPrepNote: localized('localizedPrepNote'),
    color: readColor(input.color, 'input.color', violations),
    icon: text('icon'),
    serviceIds: await readServices(change, input.serviceIds),
    deactivated: readRequired(input.deactivated, 'input.deactivated', violations),
  })
  violations.throwIfAny()
  return values
}

async function readServices(
  { trx, domainId }: AppointmentsChange,
  serviceIds: string[] | null | undefined,
): Promise<number[] | undefined> {
  if (!serviceIds) return serviceIds === null ? [] : undefined
  const ids = serviceIds.map((id) => parseIntId(id) ?? 0)
  const services = await findServices(trx, domainId, ids)
  const missing = new MissingReferences()
  for (const [at, id] of ids.entries()) if (!services.has(String(id))) missing.add(`input.serviceIds.${at}`)
  missing.throwIfAny()
  return [...new Set(ids)].toSorted((one, other) => one - other)
}

const unlocalized = {
  ...{ localizedName: [], localizedInternalName: [], localizedSearchablePhrase: [], localizedPrepNote: [] },
}

export async function createPresentingIssue(
  change: AppointmentsChange,
  input: PresentingIssueInput,
): Promise<{ id: string }> {
  const { trx, domainId, now } = change
  const { name, ...values } = await readPresentingIssue(change, input)
  if (name === undefined) throw new Error('a presenting issue has a name')
  const row = await trx
    .insertInto('presentingIssue')
    .values({
      ...{ domainId, id: await takeId(trx, 'presenting_issue'), name, serviceIds: [], deactivated: false },
      ...storeLocalized({ ...unlocalized, ...values }),
      ...{ version: 1, createdAt: now, updatedAt: now },
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await replaceTerms(change, row)
  await replaceServices(change, row)
  audit(change, row, 'presenting_issue.created', ['name', ...Object.keys(values)])
  return { id: String(row.id) }
}

export async function updatePresentingIssue(
  change: AppointmentsChange,
  input: PresentingIssueInput & Known,
): Promise<{ id: string }> {
  const row = await lockPresentingIssue(change.trx, change.domainId, input.id)
  expectVersion(row.version, input.expectedVersion)
  await changePresentingIssue(change, row, await readPresentingIssue(change, input))
  return { id: String(row.id) }
}

export async function deactivatePresentingIssue(
  change: AppointmentsChange,
  { id, expectedVersion }: Known,
): Promise<{ id: string }> {
  const row = await lockPresentingIssue(change.trx, change.domainId, id)
  expectVersion(row.version, expectedVersion)
  await changePresentingIssue(change, row, { deactivated: true })
  return { id: String(row.id) }
}

async function changePresentingIssue(
  change: AppointmentsChange,
  row: PresentingIssueRecord,
  values: PresentingIssueValues,
): Promise<void> {
  const fields = changedColumns(row, values)
  if (fields.length === 0) return
  const changed = await change.trx
    .updateTable('presentingIssue')
    .set({
      ...storeLocalized(values),
      version: row.version + 1,
      updatedAt: change.now,
    })
    .where('domainId', '=', change.domainId)
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  if (fields.some((field) => /name|phrase/i.test(field))) await replaceTerms(change, changed)
  if (fields.includes('serviceIds')) await replaceServices(change, changed)
  audit(change, changed, actionOf('presenting_issue', row, values), fields, detailOf(row, values, fields))
}

async function replaceServices(
  { trx, domainId }: AppointmentsChange,
  { id: presentingIssueId, serviceIds }: PresentingIssueRecord,
): Promise<void> {
  await trx
    .deleteFrom('presentingIssueService')
    .where('domainId', '=', domainId)
    .where('presentingIssueId', '=', presentingIssueId)
    .execute()
  if (serviceIds.length === 0) return
  await trx
    .insertInto('presentingIssueService')
    .values(serviceIds.map((serviceId) => ({ domainId, presentingIssueId, serviceId })))
    .execute()
}

function audit(
  change: AppointmentsChange,
  { id, version }: PresentingIssueRecord,
  action: AuditAction,
  fields: string[],
  detail?: AuditDetail,
): void {
  change.audit({ action, record: { type: 'PresentingIssue', id: String(id), version }, fields, ...detail })
}
