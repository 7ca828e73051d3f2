import { sql, type Transaction } from 'kysely'
import { statusesWithoutTime } from './names.ts'
import type { Tables } from './tables.ts'
import type { Holder } from './time-claims.ts'

/** A stretch of a provider's time that is taken, and what takes it. */
export interface Busy extends Holder {
  providerId: number
  startsAt: Date
  endsAt: Date
}

/**
 * Finds all that takes the time of some providers between two instants: live appointments outside group visits, overbooked
 * ones included, drafts that have not expired, and each group visit as one.
 */
export async function findBusy(
  trx: Transaction<Tables>,
  domainId: number,
  providerIds: number[],
  { startsAt, endsAt }: { startsAt: Date; endsAt: Date },
): Promise<Busy[]> {
  if (providerIds.length === 0) return []
  return trx
    .selectFrom('appointment')
    .select([
      sql.lit('appointment').$castTo<Busy['holderKind']>().as('holderKind'),
      'id as holderId',
      'providerId',
    ])
    .select(['startsAt', 'endsAt'])
    .where('domainId', '=', domainId)
    .where('providerId', 'in', providerIds)
    .where('endsAt', '>', startsAt)
    .where('startsAt', '<', endsAt)
    .where('deactivated', '=', false)
    .where('status', 'not in', [...statusesWithoutTime])
    .where('groupVisitId', 'is', null)
    .unionAll((of) =>
      of
        .selectFrom('draftAppointment')
        .select([
          sql.lit('draft').$castTo<Busy['holderKind']>().as('holderKind'),
          'id as holderId',
          'providerId',
        ])
        .select(['startsAt', 'endsAt'])
        .where('domainId', '=', domainId)
        .where('providerId', 'in', providerIds)
        .where('endsAt', '>', startsAt)
        .where('startsAt', '<', endsAt)
        .where('expiresAt', '>', sql<Date>`now()`),
    )
    .unionAll((of) =>
      of
        .selectFrom('groupVisitProvider')
        .select([sql.lit('group_visit').$castTo<Busy['holderKind']>().as('holderKind')])
        .select(['groupVisitId as holderId', 'providerId', 'startsAt', 'endsAt'])
        .where('domainId', '=', domainId)
        .where('providerId', 'in', providerIds)
        .where('endsAt', '>', startsAt)
        .where('startsAt', '<', endsAt)
        .where('live', '=', true),
    )
    .execute()
}
