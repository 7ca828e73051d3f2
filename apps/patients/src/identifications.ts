import type { Violations } from '@commonchart/errors'
import { checkText, parseId, searchKey } from '@commonchart/subgraph'
import type { Selectable, Transaction } from 'kysely'
import type { Context, PatientsChange } from './context.ts'
import { findFaults } from './identification-faults.ts'
import { insertGenerated } from './generated-identifications.ts'
import { listTemplates, type Template } from './identification-templates.ts'
import type { IdentificationRow, Tables } from './tables.ts'

export type Identification = Selectable<IdentificationRow>

export interface IdentificationInput {
  id?: string
  value?: string | null
  templateId?: number | null
  code?: string | null
  name?: string | null
  paymentIssuerCode?: string | null
  primary?: boolean | null
  startAt?: string | null
  endAt?: string | null
  identificationCustomData?: { uuid: string; value?: string | null }[] | null
}

/** The identifications of a patient, oldest first; those of several patients are read at once. */
export async function listIdentifications(context: Context, patientId: string): Promise<Identification[]> {
  const found = await context
    .loader<Identification[]>('identifications', (ids) =>
      context.read(async (trx) => {
        const rows = await trx
          .selectFrom('identification')
          .selectAll()
          .where('domainId', '=', context.domainId)
          .where('patientId', 'in', [...ids])
          .orderBy('id')
          .execute()
        return Map.groupBy(rows, (row) => row.patientId)
      }),
    )
    .load(patientId)
  return found ?? []
}

/** What the checks of a patient's identifications need to know, read once for a mutation or an import. */
export interface IdentificationRules {
  templates: Map<number, Template>
}

export async function readIdentificationRules(change: PatientsChange): Promise<IdentificationRules> {
  const templates = await listTemplates(change.trx, change.domainId)
  return { templates: new Map(templates.map((template) => [template.id, template])) }
}

/** Adds to `violations` what is wrong with one identification, also that another patient bears its number. */
export async function checkIdentification(
  change: PatientsChange,
  rules: IdentificationRules,
  input: IdentificationInput,
  violations: Violations,
  {
    path,
    isNew,
    templateId = input.templateId,
  }: { path: string; isNew: boolean; templateId?: number | null },
): Promise<void> {
  const template = typeof templateId === 'number' ? rules.templates.get(templateId) : undefined
  if (!(isNew && isToBeGenerated(template, input)) && (isNew || input.value !== undefined))
    checkText(input.value ?? null, { isRequired: true }, violations, `${path}.value`)
  for (const name of ['code', 'name', 'paymentIssuerCode'] as const)
    checkText(input[name] ?? null, {}, violations, `${path}.${name}`)
  if (typeof templateId === 'number' && !template)
    violations.add(
      `${path}.templateId`,
      'NOT_FOUND',
      'There is no such identification template in this domain.',
    )
  checkCustomData(template, input, violations, path)
  if (template) judgeNumber(change, template, input, violations, { path, isNew })
  if (!template || !input.value || !(await isTaken(change, template.id, input.value, input.id))) return
  violations.add(
    `${path}.value`,
    'IDENTIFICATION_TAKEN',
    'This number of this template is on the record already.',
  )
}

/** Whether a number is to be made by its template: it says none, and the template makes its own. */
export function isToBeGenerated(template: Template | undefined, { value }: IdentificationInput): boolean {
  return template?.autoGenerate === true && (value ?? '').trim() === ''
}

/** Warns of a number that does not look like one of its template, or refuses it where the template says so. */
function judgeNumber(
  change: PatientsChange,
  template: Template,
  input: IdentificationInput,
  violations: Violations,
  { path, isNew }: { path: string; isNew: boolean },
): void {
  const facts = { templateId: String(template.id) }
  for (const fault of findFaults(template, input)) {
    const place = `${path}.${fault.path}`
    if (template.refuseInvalid) violations.add(place, fault.rule, fault.message)
    else change.warn(fault.rule, fault.message, { path: place, ...facts })
  }
  if (isNew && template.deactivated)
    change.warn('TEMPLATE_DEACTIVATED', 'The template is out of use; the number was kept all the same.', {
      path: `${path}.templateId`,
      ...facts,
    })
}

function checkCustomData(
  template: Template | undefined,
  input: IdentificationInput,
  violations: Violations,
  path: string,
): void {
  const known = new Set(template?.customData.map((definition) => definition.uuid))
  input.identificationCustomData?.forEach(({ uuid, value }, at) => {
    const place = `${path}.identificationCustomData.${at}`
    if (!known.has(uuid)) violations.add(`${place}.uuid`, 'NOT_FOUND', 'The template asks for no such datum.')
    checkText(value ?? null, {}, violations, `${place}.value`)
  })
}

async function isTaken(
  { trx, domainId }: PatientsChange,
  templateId: number,
  value: string,
  ownId?: string,
): Promise<boolean> {
  const bearer = await trx
    .selectFrom('identification')
    .select('id')
    .where('domainId', '=', domainId)
    .where('templateId', '=', templateId)
    .where('valueKey', '=', searchKey(value))
    .executeTakeFirst()
  return bearer !== undefined && bearer.id !== ownId
}

/** Inserts an identification that was checked, with the next number of its template if it is to be generated. */
export async function insertIdentification(
  change: PatientsChange,
  rules: IdentificationRules,
  patientId: string,
  input: IdentificationInput,
): Promise<void> {
  const template = typeof input.templateId === 'number' ? rules.templates.get(input.templateId) : undefined
  if (template && isToBeGenerated(template, input))
    return insertGenerated(change, template, (value) =>
      createRow(change, template, patientId, { ...input, value }),
    )
  await change.trx
    .insertInto('identification')
    .values(createRow(change, template, patientId, input))
    .execute()
}

function createRow(
  { domainId, now }: PatientsChange,
  template: Template | undefined,
  patientId: string,
  input: IdentificationInput,
) {
  return {
    domainId,
    patientId,
    templateId: input.templateId ?? null,
    value: input.value ?? '',
    valueKey: searchKey(input.value ?? ''),
    code: input.code ?? null,
    name: input.name ?? null,
    paymentIssuerCode: input.paymentIssuerCode ?? null,
    isPrimary: input.primary ?? template?.primary ?? false,
    startAt: input.startAt ?? null,
    endAt: input.endAt ?? null,
    customData: JSON.stringify(customDataOf(input)),
    createdAt: now,
    updatedAt: now,
  }
}

/** Changes a patient's own identification: absent leaves as it is, null clears. */
export async function updateIdentification(
  { trx, domainId, now }: PatientsChange,
  current: Identification,
  input: IdentificationInput,
): Promise<void> {
  const {
    value,
    primary,
    identificationCustomData,
    code,
    name,
    paymentIssuerCode,
    startAt,
    endAt,
    templateId,
  } = input
  const plain = { code, name, paymentIssuerCode, startAt, endAt, templateId }
  await trx
    .updateTable('identification')
    .set({
      ...Object.fromEntries(Object.entries(plain).filter(([, given]) => given !== undefined)),
      ...(typeof value === 'string' && { value, valueKey: searchKey(value) }),
      ...(typeof primary === 'boolean' && { isPrimary: primary }),
      ...(identificationCustomData !== undefined && {
        customData: JSON.stringify({ ...current.customData, ...customDataOf(input) }),
      }),
      updatedAt: now,
    })
    .where('domainId', '=', domainId)
    .where('id', '=', current.id)
    .execute()
}

function customDataOf({ identificationCustomData }: IdentificationInput): Record<string, string | null> {
  return Object.fromEntries((identificationCustomData ?? []).map(({ uuid, value }) => [uuid, value ?? null]))
}

/** Finds the identifications of one patient by their ids; an id of somebody else's is not among them. */
export async function findIdentificationsOf(
  trx: Transaction<Tables>,
  domainId: number,
  patientId: string,
): Promise<Map<string, Identification>> {
  const rows = await trx
    .selectFrom('identification')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('patientId', '=', patientId)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

export async function deleteIdentification(
  trx: Transaction<Tables>,
  domainId: number,
  id: string,
): Promise<void> {
  await trx
    .deleteFrom('identification')
    .where('domainId', '=', domainId)
    .where('id', '=', parseId(id) ?? '-1')
    .execute()
}
