import { randomUUID } from 'node:crypto'
import { detailOf } from '@commonchart/audit'
import { refusal, Violations } from '@commonchart/errors'
import {
  checkText,
  expectVersion,
  listPage,
  nameColumns,
  nameKeyIn,
  type Page,
  type PageArguments,
  parseUuid,
  prefixEnd,
  requestedFields,
} from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import type { Selectable, Transaction } from 'kysely'
import type { Context, PatientsChange } from '../context.ts'
import type { Tables } from '../tables.ts'
import type { PatientDataCategoryRow } from './tables.ts'

export type Category = Selectable<PatientDataCategoryRow>

export interface CategoryInput {
  clientMutationId?: string | null
  uuid?: string | null
  expectedVersion?: number | null
  name?: string | null
  nameFr?: string | null
  archived?: boolean | null
}

export interface CategoriesArguments extends PageArguments {
  includeArchived?: boolean | null
  name?: string | null
}

/** Categories by their name in the caller's language. */
export function listCategories(
  context: Context,
  args: CategoriesArguments,
  info: GraphQLResolveInfo,
): Promise<Page<Category>> {
  const key = nameKeyIn(context)
  return context.read((trx) => {
    let query = trx.selectFrom('patientDataCategory').selectAll().where('domainId', '=', context.domainId)
    if (!args.includeArchived) query = query.where('archived', '=', false)
    if (args.name) query = query.where(key.name, '>=', args.name).where(key.name, '<', prefixEnd(args.name))
    return listPage(query, {
      order: [
        { ...key, direction: 'ASC', type: 'text' },
        { column: 'id', name: 'id', direction: 'ASC', type: 'uuid' },
      ],
      args,
      fields: requestedFields(info, '', 'pageInfo'),
      context,
    })
  })
}

/** Finds a category, archived or not; those asked for at once are read at once. */
export async function findCategory(context: Context, uuid: string): Promise<Category | null> {
  const wanted = parseUuid(uuid)
  if (wanted === null) return null
  return context
    .loader<Category>('patient data category', (ids) =>
      context.read(async (trx) => {
        const rows = await trx
          .selectFrom('patientDataCategory')
          .selectAll()
          .where('domainId', '=', context.domainId)
          .where('id', 'in', [...ids])
          .execute()
        return new Map(rows.map((row) => [row.id, row]))
      }),
    )
    .load(wanted)
}

/** Takes the row lock of a category. Throws `NOT_FOUND` with its path. */
export async function lockCategory(
  trx: Transaction<Tables>,
  domainId: number,
  uuid: string,
  path: string,
): Promise<Category> {
  const wanted = parseUuid(uuid)
  const found =
    wanted === null
      ? undefined
      : await trx
          .selectFrom('patientDataCategory')
          .selectAll()
          .where('domainId', '=', domainId)
          .where('id', '=', wanted)
          .forUpdate()
          .executeTakeFirst()
  if (!found) throw refusal('NOT_FOUND', 'There is no such category in this domain.', { path })
  return found
}

export async function createCategory(change: PatientsChange, input: CategoryInput): Promise<{ id: string }> {
  const { trx, domainId } = change
  const violations = new Violations()
  checkNames(input, true, violations)
  const id = chooseUuid(input.uuid, 'input.uuid', violations)
  violations.throwIfAny()
  const named = { name: input.name ?? '', nameFr: input.nameFr ?? null }
  const made = await trx
    .insertInto('patientDataCategory')
    .values({ domainId, id, ...nameColumns(named) })
    .onConflict((conflict) => conflict.columns(['domainId', 'id']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!made) refuseUuidInUse('input.uuid')
  change.audit({
    action: 'patient_data_category.created',
    record: { type: 'PatientDataCategory', id, version: 1 },
    fields: ['name', 'nameFr'],
    ...detailOf({}, named, ['name', 'nameFr']),
  })
  return { id }
}

/** Changes a category; its templates leave the lists with it, and come back with it unless archived themselves. */
export async function updateCategory(change: PatientsChange, input: CategoryInput): Promise<{ id: string }> {
  const { trx, domainId } = change
  const current = await lockCategory(trx, domainId, input.uuid ?? '', 'input.uuid')
  expectVersion(current.version, input.expectedVersion)
  const violations = new Violations()
  checkNames(input, false, violations)
  violations.throwIfAny()
  const named = {
    name: input.name ?? current.name,
    nameFr: input.nameFr === undefined ? current.nameFr : input.nameFr,
  }
  const set = { ...named, archived: input.archived ?? current.archived }
  const version = current.version + 1
  await trx
    .updateTable('patientDataCategory')
    .set({ ...nameColumns(named), archived: set.archived, version })
    .where('domainId', '=', domainId)
    .where('id', '=', current.id)
    .execute()
  if (set.archived !== current.archived)
    await trx
      .updateTable('patientDataTemplate')
      .set({ listed: !set.archived })
      .where('domainId', '=', domainId)
      .where('categoryId', '=', current.id)
      .where('archived', '=', false)
      .execute()
  const fields = (['name', 'nameFr', 'archived'] as const).filter((field) => set[field] !== current[field])
  change.audit({
    action:
      set.archived && !current.archived ? 'patient_data_category.archived' : 'patient_data_category.updated',
    record: { type: 'PatientDataCategory', id: current.id, version },
    fields,
    ...detailOf(current, set, fields),
  })
  return { id: current.id }
}

/** Checks the names of a category, a template or an entity. */
export function checkNames(
  input: { name?: string | null; nameFr?: string | null },
  isNew: boolean,
  violations: Violations,
  path = 'input',
): void {
  if (isNew || input.name !== undefined)
    checkText(input.name ?? null, { isRequired: true }, violations, `${path}.name`)
  checkText(input.nameFr ?? null, {}, violations, `${path}.nameFr`)
}

/** The uuid that was chosen for a new record, or a fresh one. */
export function chooseUuid(uuid: string | null | undefined, path: string, violations: Violations): string {
  if (uuid === null || uuid === undefined) return randomUUID()
  const chosen = parseUuid(uuid)
  if (chosen === null) violations.add(path, 'UUID', 'It is not a uuid.')
  return chosen ?? ''
}

/** Refuses a uuid that another record has. */
export function refuseUuidInUse(path: string): never {
  const violations = new Violations()
  violations.add(path, 'UNIQUE', 'Another record has this uuid.')
  violations.throwIfAny()
  throw new Error('a violation was added')
}
