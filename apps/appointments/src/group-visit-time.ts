import { Violations } from '@commonchart/errors'
import { bookTime } from './booking.ts'
import { judgeBooking } from './booking-rules.ts'
import type { AppointmentsChange } from './context.ts'
import type { VisitSubjects } from './group-visit-input.ts'
import type { GroupVisitRecord } from './group-visits.ts'
import { isLive } from './names.ts'

/**
 * Takes the time of each provider of a visit, once for all who attend, in the order of their ids so that nobody waits in a
 * circle, and tells whether it goes over the capacity of one. Their work hours say how many may have a time at once; without
 * any it is one. Throws `SLOT_TAKEN` unless `override`.
 */
export async function bookVisitTime(
  change: AppointmentsChange,
  { id, startsAt, endsAt }: Pick<GroupVisitRecord, 'id' | 'startsAt' | 'endsAt'>,
  { location, leaders, service }: VisitSubjects,
  override: boolean,
): Promise<{ overbooked: boolean }> {
  let over = false
  for (const provider of leaders.toSorted((one, other) => one.id - other.id)) {
    const wish = { location, provider, service, startsAt, endsAt, visitType: null }
    const { slot } = await judgeBooking(change.trx, change.domainId, wish, new Violations())
    const time = { providerId: provider.id, startsAt, endsAt }
    const holder = { holderKind: 'group_visit', holderId: id } as const
    const { overbooked } = await bookTime(change, holder, time, { slot, override })
    over ||= overbooked
  }
  return { overbooked: over }
}

/** Writes who leads a visit, with its time: what takes a provider's time is found by it. */
export async function writeLeaders(
  { trx, domainId }: AppointmentsChange,
  visit: Pick<GroupVisitRecord, 'id' | 'startsAt' | 'endsAt' | 'status' | 'deactivated'>,
  leaders: number[],
): Promise<void> {
  const { id, startsAt, endsAt } = visit
  await trx
    .deleteFrom('groupVisitProvider')
    .where('domainId', '=', domainId)
    .where('groupVisitId', '=', id)
    .execute()
  await trx
    .insertInto('groupVisitProvider')
    .values(
      leaders.map((providerId, place) => ({
        ...{ domainId, groupVisitId: id, providerId, place },
        ...{ startsAt, endsAt, live: isLive(visit) },
      })),
    )
    .execute()
}
