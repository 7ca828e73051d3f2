import { sql, type Transaction } from 'kysely'
import type { Tables, TimeClaimRow } from './tables.ts'

/** Who holds a claim. */
export type Holder = Pick<TimeClaimRow, 'holderKind'> & { holderId: string }

/** A stretch of a provider's time. */
export interface Stretch {
  providerId: number
  startsAt: Date
  endsAt: Date
}

/**
 * Claims time in the first of some lanes, up to but without `to`, that is free for the whole of it; false when none is. The constraint decides
 * between claims made at once: the later waits for the earlier, and goes to the next lane if that one commits.
 */
export async function claimTime(
  trx: Transaction<Tables>,
  domainId: number,
  { providerId, startsAt, endsAt }: Stretch,
  lanes: { from: number; to: number },
  { holderKind, holderId }: Holder,
): Promise<boolean> {
  for (let lane = lanes.from; lane < lanes.to; lane += 1) {
    const { numAffectedRows } = await sql`/* prepare claim_time */
      INSERT INTO time_claim (domain_id, resource, lane, during, holder_kind, holder_id)
      VALUES (${domainId}, ${`provider:${providerId}`}, ${lane}, tstzrange(${startsAt}, ${endsAt}), ${holderKind}, ${holderId})
      ON CONFLICT ON CONSTRAINT time_claim_apart DO NOTHING`.execute(trx)
    if (numAffectedRows === 1n) return true
  }
  return false
}

/** Passes time from one holder to another without giving it up; false when the former holds none. */
export async function passTime(
  trx: Transaction<Tables>,
  domainId: number,
  from: Holder,
  { holderKind, holderId }: Holder,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('timeClaim')
    .set({ holderKind, holderId })
    .where('domainId', '=', domainId)
    .where('holderKind', '=', from.holderKind)
    .where('holderId', '=', from.holderId)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Gives up the time that somebody holds. */
export async function releaseTime(
  trx: Transaction<Tables>,
  domainId: number,
  { holderKind, holderId }: Holder,
): Promise<void> {
  await trx
    .deleteFrom('timeClaim')
    .where('domainId', '=', domainId)
    .where('holderKind', '=', holderKind)
    .where('holderId', '=', holderId)
    .execute()
}
