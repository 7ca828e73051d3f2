import { isDeepStrictEqual } from 'node:util'
import { detailOf } from '@commonchart/audit'
import { refusal, Violations } from '@commonchart/errors'
import { expectVersion, nameColumns, parseUuid } from '@commonchart/subgraph'
import type { PatientsChange } from '../context.ts'
import { checkNames, chooseUuid, lockCategory, refuseUuidInUse } from './categories.ts'
import { listEntities, type Entity } from './entities.ts'
import type { DataTemplate } from './templates.ts'
import { readEntities, storeEntities, type EntityInput, type EntityValues } from './write-entities.ts'

export interface DataTemplateInput {
  clientMutationId?: string | null
  uuid?: string | null
  expectedVersion?: number | null
  categoryUuid?: string
  name?: string | null
  nameFr?: string | null
  module?: string | null
  archived?: boolean | null
  entities?: EntityInput[] | null
}

/** Adds a template with its entities to a category. */
export async function createDataTemplate(
  change: PatientsChange,
  input: DataTemplateInput,
): Promise<{ id: string }> {
  const { trx, domainId } = change
  const category = await lockCategory(trx, domainId, input.categoryUuid ?? '', 'input.categoryUuid')
  const violations = new Violations()
  checkNames(input, true, violations)
  const id = chooseUuid(input.uuid, 'input.uuid', violations)
  const entities = readEntities(input.entities ?? [], [], violations)
  violations.throwIfAny()
  const named = { name: input.name ?? '', nameFr: input.nameFr ?? null }
  const module = input.module ?? 'FORM'
  const made = await trx
    .insertInto('patientDataTemplate')
    .values({
      ...{ domainId, id, module, categoryId: category.id, listed: !category.archived },
      ...nameColumns(named),
    })
    .onConflict((conflict) => conflict.columns(['domainId', 'id']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!made) refuseUuidInUse('input.uuid')
  await storeEntities(change, id, entities, [])
  const set = { ...named, module, categoryId: category.id, entities }
  change.audit({
    action: 'patient_data_template.created',
    record: { type: 'PatientDataTemplate', id, version: 1 },
    fields: Object.keys(set),
    ...detailOf({}, set, Object.keys(set)),
  })
  return { id }
}

/** Changes a template; what is stored for an entity that it loses stays with the items. */
export async function updateDataTemplate(
  change: PatientsChange,
  input: DataTemplateInput,
): Promise<{ id: string }> {
  const { trx, domainId } = change
  const current = await lockDataTemplate(change, input.uuid ?? '', 'input.uuid')
  expectVersion(current.version, input.expectedVersion)
  const violations = new Violations()
  checkNames(input, false, violations)
  const had = input.entities ? await listEntities(trx, domainId, [current.id]) : []
  const entities = input.entities && readEntities(input.entities, had, violations)
  violations.throwIfAny()
  const category = await lockCategory(trx, domainId, current.categoryId, 'input.uuid')
  const named = {
    name: input.name ?? current.name,
    nameFr: input.nameFr === undefined ? current.nameFr : input.nameFr,
  }
  const plain = { module: input.module ?? current.module, archived: input.archived ?? current.archived }
  const version = current.version + 1
  await trx
    .updateTable('patientDataTemplate')
    .set({ ...nameColumns(named), ...plain, listed: !plain.archived && !category.archived, version })
    .where('domainId', '=', domainId)
    .where('id', '=', current.id)
    .execute()
  if (entities) await storeEntities(change, current.id, entities, had)
  const was = { ...current, entities: had.filter((entity) => !entity.archived).map(valuesOf) }
  const set = { ...named, ...plain, ...(entities && { entities }) }
  const fields = (Object.keys(set) as (keyof typeof set)[]).filter(
    (field) => !isDeepStrictEqual(was[field as keyof typeof was], set[field]),
  )
  change.audit({
    action:
      plain.archived && !current.archived
        ? 'patient_data_template.archived'
        : 'patient_data_template.updated',
    record: { type: 'PatientDataTemplate', id: current.id, version },
    fields,
    ...detailOf(was, set, fields),
  })
  return { id: current.id }
}

/** Takes the row lock of a template. Throws `NOT_FOUND` with its path. */
export async function lockDataTemplate(
  { trx, domainId }: PatientsChange,
  uuid: string,
  path: string,
): Promise<DataTemplate> {
  const id = parseUuid(uuid)
  const found =
    id === null
      ? undefined
      : await trx
          .selectFrom('patientDataTemplate')
          .selectAll()
          .where('domainId', '=', domainId)
          .where('id', '=', id)
          .forUpdate()
          .executeTakeFirst()
  if (!found) throw refusal('NOT_FOUND', 'There is no such template in this domain.', { path })
  return found
}

function valuesOf({
  domainId: _domain,
  templateId: _template,
  archived: _archived,
  ...values
}: Entity): EntityValues {
  return values
}
