import type { Transaction } from 'kysely'
import { pickColumns } from './columns.ts'
import type { Context } from './context.ts'
import { loadRecord, lockRecord } from './records.ts'
import { findListedMembers } from './group-members.ts'
import type { UserGroupRow } from './group-tables.ts'
import type { Tables } from './tables.ts'

type UserGroupColumn = keyof UserGroupRow & string

/** A user group with the columns that were asked for. */
export type UserGroup = Partial<UserGroupRow> & { id: number }

const known = {
  always: [],
  plain: [
    ...(['name', 'description', 'color', 'bookable', 'massMatch', 'deactivated'] as const),
    ...(['version', 'createdAt', 'updatedAt'] as const),
  ],
} as const

function columnsOf(fields: Set<string>): UserGroupColumn[] {
  return pickColumns<UserGroupColumn>(fields, known)
}

/** Loads a user group by its id together with the others that the request asks for; null when there is none. */
export function loadUserGroup(context: Context, id: string, fields: Set<string>): Promise<UserGroup | null> {
  return loadRecord(context, 'userGroup', id, columnsOf(fields))
}

/** Lists the user groups of the domain, oldest first. */
export function listUserGroups(
  context: Context,
  { includeDeactivated }: { includeDeactivated?: boolean | null },
  fields: Set<string>,
): Promise<UserGroup[]> {
  const { domainId } = context
  return context.read((trx) =>
    trx
      .selectFrom('userGroup')
      .select(['id', ...columnsOf(fields)])
      .where('domainId', '=', domainId)
      .$if(includeDeactivated !== true, (query) => query.where('deactivated', '=', false))
      .orderBy('id')
      .execute(),
  )
}

/** Loads the ids of the providers whom a user group lists as members, in ascending order. */
export async function loadMembersOf(context: Context, groupId: number): Promise<number[]> {
  const { domainId } = context
  const members = await context
    .loader<number[]>('members of user groups', (ids) =>
      context.read((trx) => findListedMembers(trx, domainId, ids.map(Number))),
    )
    .load(String(groupId))
  return members ?? []
}

/** Reads a user group and keeps others from changing it until the transaction ends. Throws `NOT_FOUND`. */
export function lockUserGroup(trx: Transaction<Tables>, domainId: number, id: string): Promise<UserGroupRow> {
  return lockRecord(trx, domainId, 'userGroup', id)
}
