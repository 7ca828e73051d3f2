import { refusal } from '@commonchart/errors'
import {
  listPage,
  prefixEnd,
  requestedFields,
  type OrderTerm,
  type Page,
  type PageArguments,
} from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import type { SelectQueryBuilder, Selectable, Transaction } from 'kysely'
import type { Context } from './context.ts'
import type { CareTeamRoleRow } from './directory-tables.ts'
import { indexKey } from './index-key.ts'
import type { Tables } from './tables.ts'

export type CareTeamRole = Selectable<CareTeamRoleRow>

/** No role has this one. */
const noUuid = '00000000-0000-0000-0000-000000000000'
const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Reads a uuid in its usual form; anything else names no record, so it gives null. */
export function parseUuid(text: string): string | null {
  return uuidForm.test(text) ? text.toLowerCase() : null
}

/** Finds a role, archived ones included. Those asked for at once are read at once. */
export async function findCareTeamRole(context: Context, uuid: string): Promise<CareTeamRole | null> {
  const wanted = parseUuid(uuid)
  if (wanted === null) return null
  return context
    .loader<CareTeamRole>('care team role', (uuids) =>
      context.read(async (trx) => {
        const rows = await trx
          .selectFrom('careTeamRole')
          .selectAll()
          .where('domainId', '=', context.domainId)
          .where('uuid', 'in', [...uuids])
          .execute()
        return new Map(rows.map((row) => [row.uuid, row]))
      }),
    )
    .load(wanted)
}

/** Checks that the domain has a role of this uuid and gives it in its usual form. Throws `NOT_FOUND` with the path. */
export async function requireCareTeamRole(
  trx: Transaction<Tables>,
  domainId: number,
  uuid: string,
  path: string,
): Promise<string> {
  const row = await selectRole(trx, domainId, uuid).executeTakeFirst()
  if (!row) throw missing(path, uuid)
  return row.uuid
}

/** Reads a role and takes the row lock for a change. Throws `NOT_FOUND` with its path. */
export async function lockCareTeamRole(
  trx: Transaction<Tables>,
  domainId: number,
  uuid: string,
  path: string,
): Promise<CareTeamRole> {
  const row = await selectRole(trx, domainId, uuid).forUpdate().executeTakeFirst()
  if (!row) throw missing(path, uuid)
  return row
}

function selectRole(trx: Transaction<Tables>, domainId: number, uuid: string) {
  return trx
    .selectFrom('careTeamRole')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('uuid', '=', parseUuid(uuid) ?? noUuid)
}

function missing(path: string, uuid: string) {
  return refusal('NOT_FOUND', 'There is no such care team role in this domain.', {
    path,
    type: 'careTeamRole',
    id: uuid,
  })
}

export interface CareTeamRolesArguments extends PageArguments {
  name?: string | null
  includeArchived?: boolean | null
}

type RoleQuery = SelectQueryBuilder<Tables, 'careTeamRole', object>

const order: OrderTerm[] = [
  { column: 'care_team_role.position', name: 'position', direction: 'ASC', type: 'integer' },
  { column: 'care_team_role.uuid', name: 'uuid', direction: 'ASC', type: 'uuid' },
]

/** Lists roles by position; archived ones only when they are asked for. */
export function listCareTeamRoles(
  context: Context,
  args: CareTeamRolesArguments,
  info: GraphQLResolveInfo,
): Promise<Page<CareTeamRole>> {
  return context.read((trx) => {
    const found = fitting(trx, context.domainId, args)
    return listPage(found.selectAll('careTeamRole'), {
      order,
      args,
      fields: requestedFields(info, '', 'pageInfo'),
      context,
      count: async () => {
        const counted = found.select((of) => of.fn.countAll<string>().as('count'))
        return Number((await counted.executeTakeFirstOrThrow()).count)
      },
    }) as Promise<Page<CareTeamRole>>
  })
}

/** The roles that fit. What a prefix finds is in no order of the list, so it is fenced off and sorted afterwards. */
function fitting(trx: Transaction<Tables>, domainId: number, args: CareTeamRolesArguments): RoleQuery {
  const prefix = args.name ? indexKey(args.name) : ''
  let query: RoleQuery = trx.selectFrom('careTeamRole').where('careTeamRole.domainId', '=', domainId)
  if (!args.includeArchived) query = query.where('archived', '=', false)
  else if (prefix) query = query.where('archived', 'in', [false, true])
  if (!prefix) return query
  const fenced = query.where('nameKey', '>=', prefix).where('nameKey', '<', prefixEnd(prefix))
  return trx.selectFrom(fenced.selectAll('careTeamRole').offset(0).as('careTeamRole')) as unknown as RoleQuery
}
