import type { Violations } from '@commonchart/errors'
import { actorOf } from '@commonchart/subgraph'
import { sql } from 'kysely'
import type { AppointmentsChange } from './context.ts'
import { deleteDraftRow, holderOf, recordOf, type DraftRecord } from './drafts.ts'
import { releaseTime, type Holder } from './time-claims.ts'

/** The place and time at which somebody books. */
export interface Slot {
  locationId: number
  providerId: number
  startsAt: Date
  endsAt: Date
}

/**
 * Lets a booking take over the slot that a draft holds. The draft goes, and what held its time is given to be passed on.
 * Null when nothing holds the slot: a draft that has expired frees it first.
 */
export async function takeDraft(change: AppointmentsChange, draft: DraftRecord): Promise<Holder | null> {
  const { trx, domainId, now } = change
  await deleteDraftRow(trx, domainId, draft.id)
  change.audit({ action: 'draft_appointment.converted', record: recordOf(draft) })
  if (draft.expiresAt.getTime() > now.getTime()) return holderOf(draft)
  await releaseTime(trx, domainId, holderOf(draft))
  return null
}

/**
 * Finds and locks a draft of the caller's own that holds a slot at this very place and time. Another booking of the same
 * caller that takes the draft at this moment leaves this one to find a slot as anybody does.
 */
export async function findOwnDraft(
  { trx, domainId, identity, now }: AppointmentsChange,
  { locationId, providerId, startsAt, endsAt }: Slot,
): Promise<DraftRecord | undefined> {
  const { kind, id } = actorOf(identity, domainId)
  const { rows } = await sql<DraftRecord>`/* prepare find_own_draft */
    SELECT ${sql.join(draftColumns.map((column) => sql.ref(column)))} FROM draft_appointment
    WHERE domain_id = ${domainId} AND provider_id = ${providerId} AND ends_at = ${endsAt} AND starts_at = ${startsAt}
      AND expires_at > ${now} AND location_id = ${locationId} AND created_by_kind = ${kind} AND created_by_id = ${id}
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED`.execute(trx)
  return rows[0]
}

/** By name: a statement that is prepared outlives a migration that adds a column. */
const draftColumns = [
  ...(['domainId', 'id', 'locationId', 'providerId', 'serviceId', 'startsAt', 'endsAt'] as const),
  ...(['startWall', 'endWall', 'zone', 'expiresAt', 'createdByKind', 'createdById'] as const),
  ...(['version', 'createdAt', 'updatedAt'] as const),
] satisfies (keyof DraftRecord)[]

/** The rules that were kept when the slot was held: it had notice enough then, and whoever holds it has the room. */
const keptByHolding = new Set(['TOO_SOON', 'TOO_FAR_AHEAD', 'SLOT_TAKEN'])

/** Takes from the rules that a booking breaks those that its held slot has kept. */
export function forgiveHeld(violations: Violations, held: Holder | null): void {
  if (!held) return
  const broken = violations.list.filter(({ rule }) => !keptByHolding.has(rule))
  violations.list.splice(0, violations.list.length, ...broken)
}
