import { detailOf } from '@commonchart/audit'
import { refusal, Violations } from '@commonchart/errors'
import { checkText, expectVersion, parseIntId } from '@commonchart/subgraph'
import { sql, type Selectable, type Transaction } from 'kysely'
import type { Context, PatientsChange } from './context.ts'
import { isFormat, longestFormat } from './value-format.ts'
import type { CustomDataDefinition, IdentificationTemplateRow, Tables } from './tables.ts'

export type Template = Selectable<IdentificationTemplateRow>

export interface TemplateInput {
  clientMutationId?: string | null
  id?: string
  expectedVersion?: number | null
  name?: string | null
  nameFr?: string | null
  valueFormat?: string | null
  healthCard?: string | null
  refuseInvalid?: boolean | null
  deactivated?: boolean | null
  paymentIssuerCode?: string | null
  autoGenerate?: boolean | null
  primary?: boolean | null
  required?: boolean | null
  identificationCustomData?: CustomDataDefinition[] | null
}

/** All templates of a domain, by id. A domain has few, so they are read whole. */
export async function listTemplates(trx: Transaction<Tables>, domainId: number): Promise<Template[]> {
  return trx
    .selectFrom('identificationTemplate')
    .selectAll()
    .where('domainId', '=', domainId)
    .orderBy('id')
    .execute()
}

export async function findTemplate(context: Context, id: string | number): Promise<Template | null> {
  return context
    .loader<Template>('identification template', () =>
      context.read(async (trx) => {
        const all = await listTemplates(trx, context.domainId)
        return new Map(all.map((template) => [String(template.id), template]))
      }),
    )
    .load(String(parseIntId(id) ?? ''))
}

export async function createTemplate(change: PatientsChange, input: TemplateInput): Promise<{ id: number }> {
  const { trx, domainId } = change
  const values = readTemplate(input, true)
  const { rows } = await sql<{
    id: number
  }>`SELECT commonchart.next_id('identification_template') AS id`.execute(trx)
  const id = rows[0]?.id ?? 0
  await trx
    .insertInto('identificationTemplate')
    .values({ domainId, id, name: input.name ?? '', ...values })
    .execute()
  change.audit({
    action: 'identification_template.created',
    record: { type: 'IdentificationTemplate', id: String(id), version: 1 },
    fields: Object.keys(values),
  })
  return { id }
}

export async function updateTemplate(change: PatientsChange, input: TemplateInput): Promise<{ id: number }> {
  const { trx, domainId } = change
  const current = await trx
    .selectFrom('identificationTemplate')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('id', '=', parseIntId(input.id ?? '') ?? -1)
    .forUpdate()
    .executeTakeFirst()
  if (!current)
    throw refusal('NOT_FOUND', 'There is no such identification template in this domain.', {
      path: 'input.id',
    })
  expectVersion(current.version, input.expectedVersion)
  const values = readTemplate(input, false)
  const version = current.version + 1
  await trx
    .updateTable('identificationTemplate')
    .set({ ...values, version })
    .where('domainId', '=', domainId)
    .where('id', '=', current.id)
    .execute()
  change.audit({
    action:
      values.deactivated && !current.deactivated
        ? 'identification_template.deactivated'
        : 'identification_template.updated',
    record: { type: 'IdentificationTemplate', id: String(current.id), version },
    fields: Object.keys(values),
    ...detailOfTemplate(current, values, input),
  })
  return { id: current.id }
}

/** Definitions are written as JSON and read as a list: the audit event holds the list. */
function detailOfTemplate(
  current: Template,
  { customData, ...values }: ReturnType<typeof readTemplate>,
  { identificationCustomData }: TemplateInput,
) {
  const set = {
    ...values,
    ...(customData && { customData: identificationCustomData ?? [] }),
  }
  return detailOf(current, set, Object.keys(set))
}

function readTemplate(input: TemplateInput, isNew: boolean) {
  const violations = new Violations()
  if (isNew || input.name !== undefined)
    checkText(input.name ?? null, { isRequired: true }, violations, 'input.name')
  checkText(input.nameFr ?? null, {}, violations, 'input.nameFr')
  checkFormat(input.valueFormat, violations, 'input.valueFormat')
  const definitions = input.identificationCustomData
  const uuids = new Set<string>()
  checkText(input.paymentIssuerCode ?? null, {}, violations, 'input.paymentIssuerCode')
  definitions?.forEach(({ uuid, name, nameFr, type, valueFormat }, at) => {
    const path = `input.identificationCustomData.${at}`
    checkText(name, { isRequired: true }, violations, `${path}.name`)
    for (const [field, text] of Object.entries({ uuid, type, valueFormat }))
      checkText(text ?? null, {}, violations, `${path}.${field}`)
    if (uuids.has(uuid)) violations.add(`${path}.uuid`, 'UNIQUE', 'Another definition has this uuid.')
    uuids.add(uuid)
    checkText(nameFr ?? null, {}, violations, `${path}.nameFr`)
    checkFormat(valueFormat, violations, `${path}.valueFormat`)
  })
  violations.throwIfAny()
  return {
    ...(typeof input.name === 'string' && { name: input.name }),
    ...(input.paymentIssuerCode !== undefined && { paymentIssuerCode: input.paymentIssuerCode }),
    ...(input.nameFr !== undefined && { nameFr: input.nameFr }),
    ...(input.valueFormat !== undefined && { valueFormat: input.valueFormat || null }),
    ...(input.healthCard !== undefined && { healthCard: input.healthCard }),
    ...(typeof input.refuseInvalid === 'boolean' && { refuseInvalid: input.refuseInvalid }),
    ...(typeof input.deactivated === 'boolean' && { deactivated: input.deactivated }),
    ...(typeof input.autoGenerate === 'boolean' && { autoGenerate: input.autoGenerate }),
    ...(typeof input.primary === 'boolean' && { primary: input.primary }),
    ...(typeof input.required === 'boolean' && { required: input.required }),
    ...(definitions !== undefined && { customData: JSON.stringify(definitions ?? []) }),
  }
}

function checkFormat(format: string | null | undefined, violations: Violations, path: string): void {
  if (format && !isFormat(format))
    violations.add(
      path,
      'PATTERN',
      `It is not a regular expression of RE2 with at most ${longestFormat} characters.`,
    )
}
