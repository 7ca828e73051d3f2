import type { Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** Who belongs to a user group, and whether times may be booked with it. */
export interface GroupMembers {
  bookable: boolean
  /** In ascending order. */
  providerIds: number[]
}

/**
 * Finds who belongs to a user group: its members and whom `massMatch` takes in, without those who no longer practise here.
 * A group that is deactivated is not bookable. Null when the domain has none of this id.
 */
export async function findGroupMembers(
  trx: Transaction<Tables>,
  domainId: number,
  groupId: number,
): Promise<GroupMembers | null> {
  const group = await trx
    .selectFrom('userGroup')
    .select(['bookable', 'massMatch', 'deactivated'])
    .where('domainId', '=', domainId)
    .where('id', '=', groupId)
    .executeTakeFirst()
  if (!group) return null
  const listed = (await findListedMembers(trx, domainId, [groupId])).get(String(groupId)) ?? []
  const matched = await findMatched(trx, domainId, group.massMatch)
  const providerIds = [...new Set([...listed, ...matched])].sort((one, other) => one - other)
  return { bookable: group.bookable && !group.deactivated, providerIds }
}

/** Finds the members that groups list, without those who no longer practise here, by group. */
export async function findListedMembers(
  trx: Transaction<Tables>,
  domainId: number,
  groupIds: number[],
): Promise<Map<string, number[]>> {
  const rows = await trx
    .selectFrom('userGroupMember')
    .innerJoin('provider', (join) =>
      join.on('provider.domainId', '=', domainId).onRef('provider.id', '=', 'userGroupMember.providerId'),
    )
    .select(['userGroupId', 'providerId'])
    .where('userGroupMember.domainId', '=', domainId)
    .where('userGroupId', 'in', groupIds)
    .where('provider.deactivated', '=', false)
    .orderBy('providerId')
    .execute()
  const byGroup = Map.groupBy(rows, ({ userGroupId }) => String(userGroupId))
  return new Map([...byGroup].map(([id, members]) => [id, members.map(({ providerId }) => providerId)]))
}

/** The providers whom mass matches take in. */
async function findMatched(
  trx: Transaction<Tables>,
  domainId: number,
  massMatch: readonly string[],
): Promise<number[]> {
  const [practitioners, staff] = [massMatch.includes('PRACTITIONER'), massMatch.includes('STAFF')]
  const everyone = massMatch.includes('ALL') || (practitioners && staff)
  if (!everyone && !practitioners && !staff) return []
  const rows = await trx
    .selectFrom('provider')
    .select('id')
    .where('domainId', '=', domainId)
    .where('deactivated', '=', false)
    .$if(!everyone, (query) => query.where('hasSchedule', '=', practitioners))
    .execute()
  return rows.map(({ id }) => id)
}
