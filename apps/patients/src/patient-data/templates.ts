import {
  listPage,
  nameKeyIn,
  parseUuid,
  prefixEnd,
  requestedFields,
  type Page,
  type PageArguments,
} from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import type { Selectable } from 'kysely'
import type { Context } from '../context.ts'
import type { PatientDataTemplateRow } from './tables.ts'

export type DataTemplate = Selectable<PatientDataTemplateRow>

export interface TemplatesArguments extends PageArguments {
  categoryName?: string | null
  categoryUuid?: string | null
  name?: string | null
}

/** Templates in use that fit all filters, by their name in the caller's language. */
export function listTemplates(
  context: Context,
  args: TemplatesArguments,
  info: GraphQLResolveInfo,
): Promise<Page<DataTemplate>> {
  const key = nameKeyIn(context)
  return context.read(async (trx) => {
    let query = trx
      .selectFrom('patientDataTemplate')
      .selectAll()
      .where('domainId', '=', context.domainId)
      .where('listed', '=', true)
    if (typeof args.categoryUuid === 'string') {
      const category = parseUuid(args.categoryUuid)
      query = category ? query.where('categoryId', '=', category) : query.where((each) => each.lit(false))
    }
    if (args.categoryName) {
      // Few, and known first, so that the templates are found by the index of their category.
      const categories = await trx
        .selectFrom('patientDataCategory')
        .select('id')
        .where('domainId', '=', context.domainId)
        .where('archived', '=', false)
        .where(key.name, '>=', args.categoryName)
        .where(key.name, '<', prefixEnd(args.categoryName))
        .execute()
      const ids = categories.map((category) => category.id)
      query = ids.length > 0 ? query.where('categoryId', 'in', ids) : query.where((each) => each.lit(false))
    }
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

/** Finds a template, archived or not; those asked for at once are read at once. */
export async function findDataTemplate(context: Context, uuid: string): Promise<DataTemplate | null> {
  const wanted = parseUuid(uuid)
  if (wanted === null) return null
  return context
    .loader<DataTemplate>('patient data template', (ids) =>
      context.read(async (trx) => {
        const rows = await trx
          .selectFrom('patientDataTemplate')
          .selectAll()
          .where('domainId', '=', context.domainId)
          .where('id', 'in', [...ids])
          .execute()
        return new Map(rows.map((row) => [row.id, row]))
      }),
    )
    .load(wanted)
}

/** Finds a template of a category; null when it belongs to another one. */
export async function findTemplateOf(
  context: Context,
  { categoryUuid, uuid }: { categoryUuid: string; uuid: string },
): Promise<DataTemplate | null> {
  const found = await findDataTemplate(context, uuid)
  return found?.categoryId === parseUuid(categoryUuid) ? found : null
}

/** The templates of a category that are not archived, by their name in the caller's language. */
export async function listTemplatesOf(context: Context, categoryId: string): Promise<DataTemplate[]> {
  const key = nameKeyIn(context)
  const found = await context
    .loader<DataTemplate[]>('templates of categories', (ids) =>
      context.read(async (trx) => {
        const rows = await trx
          .selectFrom('patientDataTemplate')
          .selectAll()
          .where('domainId', '=', context.domainId)
          .where('categoryId', 'in', [...ids])
          .where('archived', '=', false)
          .orderBy(key.name)
          .orderBy('id')
          .execute()
        return Map.groupBy(rows, (row) => row.categoryId)
      }),
    )
    .load(categoryId)
  return found ?? []
}
