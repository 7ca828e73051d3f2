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
  parseId,
  parseIntId,
  requestedFields,
  searchKey,
} from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import { sql, type Selectable } from 'kysely'
import type { Context, PatientsChange } from './context.ts'
import type { StatusTagRow } from './tables.ts'

export type StatusTag = Selectable<StatusTagRow>

export interface StatusTagInput {
  clientMutationId?: string | null
  id?: string
  expectedVersion?: number | null
  name?: string | null
  nameFr?: string | null
  deactivated?: boolean | null
  color?: string | null
}

export interface StatusTagsArguments extends PageArguments {
  includeDeactivated?: boolean | null
}

/** Tags by their name in the caller's language. */
export function listStatusTags(
  context: Context,
  args: StatusTagsArguments,
  info: GraphQLResolveInfo,
): Promise<Page<StatusTag>> {
  const key = nameKeyIn(context)
  return context.read((trx) => {
    let query = trx.selectFrom('statusTag').selectAll().where('domainId', '=', context.domainId)
    if (!args.includeDeactivated) query = query.where('deactivated', '=', false)
    return listPage(query, {
      order: [
        { ...key, direction: 'ASC', type: 'text' },
        { column: 'id', name: 'id', direction: 'ASC', type: 'integer' },
      ],
      args,
      fields: requestedFields(info, '', 'pageInfo'),
      context,
    })
  })
}

/** Finds a tag, deactivated or not. */
export async function findStatusTag(context: Context, id: string | number): Promise<StatusTag | null> {
  const wanted = parseIntId(id)
  if (wanted === null) return null
  const found = await context.read((trx) =>
    trx
      .selectFrom('statusTag')
      .selectAll()
      .where('domainId', '=', context.domainId)
      .where('id', '=', wanted)
      .executeTakeFirst(),
  )
  return found ?? null
}

/** The tags that are set on a patient, by name. */
export async function listTagsOfPatient(context: Context, patientId: string): Promise<StatusTag[]> {
  const tags = await context
    .loader<StatusTag[]>('tags of patients', (ids) =>
      context.read(async (trx) => {
        const rows = await trx
          .selectFrom('patientStatusTag')
          .innerJoin('statusTag', (join) =>
            join
              .onRef('statusTag.domainId', '=', 'patientStatusTag.domainId')
              .onRef('statusTag.id', '=', 'patientStatusTag.statusTagId'),
          )
          .selectAll('statusTag')
          .select('patientStatusTag.patientId')
          .where('patientStatusTag.domainId', '=', context.domainId)
          .where('patientStatusTag.patientId', 'in', [...ids])
          .orderBy(`statusTag.${nameKeyIn(context).name}`)
          .orderBy('statusTag.id')
          .execute()
        return Map.groupBy(rows, (row) => row.patientId)
      }),
    )
    .load(patientId)
  return tags ?? []
}

export async function createStatusTag(
  change: PatientsChange,
  input: StatusTagInput,
): Promise<{ id: number }> {
  const { trx, domainId, now } = change
  checkTag(input, true)
  const { rows } = await sql<{ id: number }>`SELECT commonchart.next_id('status_tag') AS id`.execute(trx)
  const id = rows[0]?.id ?? 0
  await trx
    .insertInto('statusTag')
    .values({
      domainId,
      id,
      ...nameColumns({ name: input.name ?? '', nameFr: input.nameFr ?? null }),
      color: input.color ?? null,
      createdAt: now,
      updatedAt: now,
    })
    .execute()
  change.audit({
    action: 'status_tag.created',
    record: { type: 'StatusTag', id: String(id), version: 1 },
    fields: ['name', 'nameFr', 'color'],
  })
  return { id }
}

export async function updateStatusTag(
  change: PatientsChange,
  input: StatusTagInput,
): Promise<{ id: number }> {
  const { trx, domainId, now } = change
  const current = await trx
    .selectFrom('statusTag')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('id', '=', parseIntId(input.id ?? '') ?? -1)
    .forUpdate()
    .executeTakeFirst()
  if (!current) throw refusal('NOT_FOUND', 'There is no such tag in this domain.', { path: 'input.id' })
  expectVersion(current.version, input.expectedVersion)
  checkTag(input, false)
  const version = current.version + 1
  const values = {
    ...(typeof input.name === 'string' && { name: input.name }),
    ...(input.nameFr !== undefined && { nameFr: input.nameFr }),
    ...(typeof input.deactivated === 'boolean' && { deactivated: input.deactivated }),
    ...(input.color !== undefined && { color: input.color }),
  }
  await trx
    .updateTable('statusTag')
    .set({ ...values, ...nameColumns({ ...current, ...values }), version, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', current.id)
    .execute()
  change.audit({
    action: values.deactivated && !current.deactivated ? 'status_tag.deactivated' : 'status_tag.updated',
    record: { type: 'StatusTag', id: String(current.id), version },
    fields: Object.keys(values),
    ...detailOf(current, values, Object.keys(values)),
  })
  return { id: current.id }
}

function checkTag(input: StatusTagInput, isNew: boolean): void {
  const violations = new Violations()
  if (isNew || input.name !== undefined)
    checkText(input.name ?? null, { isRequired: true }, violations, 'input.name')
  checkText(input.nameFr ?? null, {}, violations, 'input.nameFr')
  if (typeof input.color === 'string' && !/^#[0-9a-f]{6}$/i.test(input.color))
    violations.add('input.color', 'COLOR', 'A colour is written #rrggbb.')
  violations.throwIfAny()
}

/** The ids of tags by their names, without regard to case and accents. Throws `NOT_FOUND` with the path of an unknown one. */
export async function findTagsByName(
  { trx, domainId }: PatientsChange,
  names: string[],
  path: string,
): Promise<string[]> {
  if (names.length === 0) return []
  const tags = await trx
    .selectFrom('statusTag')
    .select(['id', 'name'])
    .where('domainId', '=', domainId)
    .orderBy('id')
    .execute()
  const ids = new Map(tags.toReversed().map(({ id, name }) => [searchKey(name), String(id)]))
  return names.map((name, at) => {
    const id = ids.get(searchKey(name))
    if (id !== undefined) return id
    throw refusal('NOT_FOUND', 'There is no tag of this name in this domain.', {
      path: `${path}.${at}`,
      type: 'statusTag',
    })
  })
}

/** Sets and takes off tags of a patient. A tag that does not exist is `NOT_FOUND`; repeating either changes nothing. */
export async function changeTagsOfPatient(
  { trx, domainId, warn }: PatientsChange,
  patientId: string,
  { add, remove, path }: { add: string[]; remove: string[]; path: string },
): Promise<void> {
  const taken = remove.map((id) => parseIntId(id)).filter((id) => id !== null)
  if (taken.length > 0)
    await trx
      .deleteFrom('patientStatusTag')
      .where('domainId', '=', domainId)
      .where('patientId', '=', patientId)
      .where('statusTagId', 'in', taken)
      .execute()
  if (add.length === 0) return
  const wanted = [...new Set(add.map((id) => parseIntId(id) ?? -1))]
  const found = await trx
    .selectFrom('statusTag')
    .select(['id', 'deactivated'])
    .where('domainId', '=', domainId)
    .where('id', 'in', wanted)
    .execute()
  if (found.length < wanted.length) {
    const unknown = add.findIndex((id) => !found.some((tag) => String(tag.id) === parseId(id)))
    throw refusal('NOT_FOUND', 'There is no such tag in this domain.', {
      path: `${path}.${unknown}`,
      type: 'statusTag',
    })
  }
  for (const { id } of found.filter((tag) => tag.deactivated))
    warn('STATUS_TAG_DEACTIVATED', 'The tag is out of use; it was set all the same.', {
      path,
      id: String(id),
    })
  await trx
    .insertInto('patientStatusTag')
    .values(wanted.map((statusTagId) => ({ domainId, statusTagId, patientId })))
    .onConflict((conflict) => conflict.columns(['domainId', 'statusTagId', 'patientId']).doNothing())
    .execute()
}
