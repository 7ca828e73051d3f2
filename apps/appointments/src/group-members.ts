import type { Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** Who belongs to a user group, and whether they can be booked by it. */
export interface GroupMembers {
  bookable: boolean
  providerIds: number[]
}

/** Finds who belongs to a user group; null when there is no such group. */
export function findGroupMembers(
  _trx: Transaction<Tables>,
  _domainId: number,
  _groupId: string,
): Promise<GroupMembers | null> {
  return Promise.resolve(null)
}
