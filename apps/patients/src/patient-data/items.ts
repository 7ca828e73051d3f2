import { isDeepStrictEqual } from 'node:util'
import { detailOf } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import {
  expectVersion,
  listPage,
  parseId,
  parseUuid,
  requestedFields,
  type Page,
  type PageArguments,
} from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import type { Selectable } from 'kysely'
import { readToday } from '../age.ts'
import type { Context, PatientsChange } from '../context.ts'
import { lockPatient } from '../patients.ts'
import { updatePatientRow } from '../write-patient.ts'
import { mergeValues, type ValueInput } from './check-values.ts'
import { listEntities, listEntitiesOf, type Entity } from './entities.ts'
import type { PatientDataItemRow, StoredValue } from './tables.ts'
import { lockDataTemplate } from './write-templates.ts'

export type Item = Selectable<PatientDataItemRow>

/** What is stored for one entity; null when nothing is. */
export interface ItemValue {
  entity: Entity
  stored: StoredValue | null
}

export interface ItemsArguments extends PageArguments {
  categoryUuid?: string | null
  templateUuid?: string | null
}

/** The items of a patient that fit the filters, in the order in which they were begun. */
export function listItems(
  context: Context,
  patientId: string,
  args: ItemsArguments,
  info: GraphQLResolveInfo,
): Promise<Page<Item>> {
  return context.read((trx) => {
    let query = trx
      .selectFrom('patientDataItem')
      .selectAll()
      .where('domainId', '=', context.domainId)
      .where('patientId', '=', patientId)
    for (const [column, uuid] of [
      ['categoryId', args.categoryUuid],
      ['templateId', args.templateUuid],
    ] as const) {
      if (typeof uuid !== 'string') continue
      const id = parseUuid(uuid)
      query = id ? query.where(column, '=', id) : query.where((each) => each.lit(false))
    }
    return listPage(query, {
      order: [{ column: 'id', name: 'id', direction: 'ASC', type: 'bigint' }],
      args,
      fields: requestedFields(info, '', 'pageInfo'),
      context,
    })
  })
}

/** Gives an item that was just written. */
export async function getItem(context: Context, id: string): Promise<Item> {
  return context.read((trx) =>
    trx
      .selectFrom('patientDataItem')
      .selectAll()
      .where('domainId', '=', context.domainId)
      .where('id', '=', parseId(id) ?? '-1')
      .executeTakeFirstOrThrow(),
  )
}

/** A value for each entity of the item's template, then those stored for entities that the template lost. */
export async function listValues(context: Context, { templateId, content }: Item): Promise<ItemValue[]> {
  const entities = await listEntitiesOf(context, templateId)
  const live = entities.filter((entity) => !entity.archived)
  const lost = entities.filter((entity) => entity.archived && entity.id in content)
  return [...live, ...lost].map((entity) => ({ entity, stored: content[entity.id] ?? null }))
}

export interface UpsertItemInput {
  clientMutationId?: string | null
  patientId: string
  templateUuid: string
  values: ValueInput[]
  expectedVersion?: number | null
}

/** Writes the item of a patient for a template; the versions of both move. */
export async function upsertItem(change: PatientsChange, input: UpsertItemInput): Promise<{ id: string }> {
  const { trx, domainId, now } = change
  const patient = await lockPatient(trx, domainId, input.patientId, 'input.patientId')
  const template = await lockDataTemplate(change, input.templateUuid, 'input.templateUuid')
  const key = { domainId, patientId: patient.id, templateId: template.id }
  const current = await trx
    .selectFrom('patientDataItem')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('patientId', '=', patient.id)
    .where('templateId', '=', template.id)
    .executeTakeFirst()
  expectVersion(current?.version ?? 0, input.expectedVersion)
  const held = current?.content ?? {}
  const violations = new Violations()
  const entities = await listEntities(trx, domainId, [template.id])
  const today = await readToday(trx, domainId, now)
  const content = mergeValues(held, input.values, entities, { today, violations })
  violations.throwIfAny()
  const version = (current?.version ?? 0) + 1
  const facts = { content: JSON.stringify(content), version, updatedAt: now }
  const { id } = current
    ? await trx
        .updateTable('patientDataItem')
        .set(facts)
        .where('domainId', '=', domainId)
        .where('id', '=', current.id)
        .returning('id')
        .executeTakeFirstOrThrow()
    : await trx
        .insertInto('patientDataItem')
        .values({ ...key, ...facts, categoryId: template.categoryId, createdAt: now })
        .returning('id')
        .executeTakeFirstOrThrow()
  await updatePatientRow(change, patient, {})
  const fields = [...new Set([...Object.keys(held), ...Object.keys(content)])].filter(
    (name) => !isDeepStrictEqual(held[name], content[name]),
  )
  change.audit({
    action: current ? 'patient_data_item.updated' : 'patient_data_item.created',
    record: { type: 'PatientDataItem', id, version },
    patientId: patient.id,
    fields,
    ...detailOf(held, content, fields),
  })
  return { id }
}
