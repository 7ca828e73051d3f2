import { sql, type Transaction } from 'kysely'
import type { Taken } from './bookable.ts'
import { statusesWithoutTime } from './names.ts'
import type { Tables } from './tables.ts'
import type { Span } from './timeline.ts'

/**
 * Finds all that takes the time of some providers, by provider: live appointments outside group visits, overbooked ones
 * included, drafts that have not expired, and each group visit as one. Their lanes are read only when asked for.
 */
export async function findBusy(
  trx: Transaction<Tables>,
  domainId: number,
  providerIds: number[],
  { startMs, endMs }: Span,
  { lanes }: { lanes: boolean },
): Promise<Map<number, Taken[]>> {
  if (providerIds.length === 0) return new Map()
  // What bookings ask for all day is planned once: the time of one provider. Lists of many are planned for what they ask.
  const [only, ...more] = providerIds
  const isOne = more.length === 0
  const ofProviders = isOne ? sql`= ${only}` : sql`= ANY(${providerIds}::integer[])`
  const during = sql`domain_id = ${domainId} AND provider_id ${ofProviders}
    AND ends_at > ${new Date(startMs)} AND starts_at < ${new Date(endMs)}`
  const busy = sql`
    SELECT provider_id, 'appointment' AS holder_kind, id AS holder_id, starts_at, ends_at FROM appointment
    WHERE ${during} AND NOT deactivated AND status <> ALL(${statusesWithoutTime}::text[]) AND group_visit_id IS NULL
    UNION ALL
    SELECT provider_id, 'draft', id, starts_at, ends_at FROM draft_appointment WHERE ${during} AND expires_at > now()
    UNION ALL
    SELECT provider_id, 'group_visit', group_visit_id, starts_at, ends_at FROM group_visit_provider WHERE ${during} AND live`
  const columns = sql`busy.provider_id, busy.holder_kind, busy.holder_id,
    date_part('epoch', busy.starts_at) * 1000 AS start_ms, date_part('epoch', busy.ends_at) * 1000 AS end_ms`
  // A subquery of its own for each: joined, the claims of all would be read whole. The resource is compared in a way that no
  // index serves: Postgres takes a search among all claims of the provider for as cheap as that for the holder's one.
  const lane = sql`(SELECT lane FROM time_claim claim WHERE claim.domain_id = ${domainId}
    AND claim.holder_kind = busy.holder_kind AND claim.holder_id = busy.holder_id
    AND claim.resource || '' = 'provider:' || busy.provider_id LIMIT 1)`
  const prepare = isOne ? sql.raw(`/* prepare find_busy${lanes ? '_lanes' : ''} */`) : sql``
  const { rows } = await sql<BusyRow>`${prepare}
    SELECT ${columns}, ${lanes ? lane : sql`NULL::integer`} AS lane FROM (${busy}) busy`.execute(trx)
  const found = new Map<number, Taken[]>()
  for (const { providerId, holderKind, holderId, startMs, endMs, lane } of rows) {
    const taken = { holderKind, holderId, startMs: Math.round(startMs), endMs: Math.round(endMs), lane }
    const others = found.get(providerId)
    if (others) others.push(taken)
    else found.set(providerId, [taken])
  }
  return found
}

interface BusyRow extends Taken {
  providerId: number
}
