import { sql, type RawBuilder, type Selectable, type Transaction } from 'kysely'
import { parseUuid } from './care-team-roles.ts'
import type { Context } from './context.ts'
import type { CareTeamMemberRow } from './directory-tables.ts'
import type { Tables } from './tables.ts'

export type CareTeamMember = Selectable<CareTeamMemberRow>

export interface CareTeamArguments {
  careTeamRoleUuid?: string | null
  orderBy?: { field: string; direction: 'ASC' | 'DESC' }[] | null
}

const orders: Record<string, string> = {
  CREATED_AT: 'care_team_member.created_at',
  LAST_NAME: 'coalesce(contact.last_name_key, provider_ref.last_name_key)',
}

/** The care team of a patient, or who is in it in one role, in the order asked for. */
export async function listCareTeamOfPatient(
  context: Context,
  patientId: string,
  { careTeamRoleUuid, orderBy }: CareTeamArguments,
): Promise<CareTeamMember[]> {
  const terms = orderBy?.length ? orderBy : [{ field: 'CREATED_AT', direction: 'DESC' as const }]
  const role = careTeamRoleUuid === null || careTeamRoleUuid === undefined ? null : careTeamRoleUuid
  const members = await context
    .loader<CareTeamMember[]>(`care teams ${JSON.stringify([role, terms])}`, (ids) =>
      context.read(async (trx) => {
        const rows = await membersOf(trx, context.domainId, [...ids], terms)
        const inRole = role === null ? rows : rows.filter((row) => row.roleUuid === (parseUuid(role) ?? ''))
        return Map.groupBy(inRole, (row) => row.patientId)
      }),
    )
    .load(patientId)
  return members ?? []
}

/** A patient has few members, so their order needs no index: they are sorted as they are read. */
function membersOf(
  trx: Transaction<Tables>,
  domainId: number,
  patientIds: string[],
  terms: { field: string; direction: 'ASC' | 'DESC' }[],
): Promise<CareTeamMember[]> {
  return trx
    .selectFrom('careTeamMember')
    .leftJoin('contact', (join) =>
      join
        .onRef('contact.domainId', '=', 'careTeamMember.domainId')
        .onRef('contact.id', '=', 'careTeamMember.contactId'),
    )
    .leftJoin('providerRef', (join) =>
      join
        .onRef('providerRef.domainId', '=', 'careTeamMember.domainId')
        .onRef('providerRef.id', '=', 'careTeamMember.providerId'),
    )
    .selectAll('careTeamMember')
    .where('careTeamMember.domainId', '=', domainId)
    .where('careTeamMember.patientId', 'in', patientIds)
    .orderBy(orderOf(terms))
    .execute()
}

function orderOf(terms: { field: string; direction: 'ASC' | 'DESC' }[]): RawBuilder<unknown> {
  const last = terms.at(-1)?.direction ?? 'ASC'
  const written = terms.map(({ field, direction }) => `${orders[field]} ${direction} NULLS LAST`)
  return sql.raw([...written, `care_team_member.id ${last}`].join(', '))
}

/** Finds a member by id, for the payload of a mutation that wrote it. */
export function findCareTeamMember(context: Context, id: string): Promise<CareTeamMember | undefined> {
  return context.read((trx) =>
    trx
      .selectFrom('careTeamMember')
      .selectAll()
      .where('domainId', '=', context.domainId)
      .where('id', '=', id)
      .executeTakeFirst(),
  )
}
