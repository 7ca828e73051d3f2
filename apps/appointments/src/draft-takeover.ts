import type { Violations } from '@commonchart/errors'
import { actorOf } from '@commonchart/subgraph'
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
 * Lets a booking take over a slot that is held for whoever makes it: by the draft that is converted or, without one, by
 * one of their own at this very place and time. The draft goes, and what held its time is given to be passed on. Null when
 * nothing holds the slot: a draft that has expired frees it first.
 */
export async function takeDraft(
  change: AppointmentsChange,
  slot: Slot,
  converted: DraftRecord | null,
): Promise<Holder | null> {
  const { trx, domainId, now } = change
  const draft = converted ?? (await findOwnDraft(change, slot))
  if (!draft) return null
  await deleteDraftRow(trx, domainId, draft.id)
  change.audit({ action: 'draft_appointment.converted', record: recordOf(draft) })
  if (draft.expiresAt.getTime() > now.getTime()) return holderOf(draft)
  await releaseTime(trx, domainId, holderOf(draft))
  return null
}

/** Another booking of the same caller that takes the draft at this moment leaves this one to find a slot as anybody does. */
async function findOwnDraft(
  { trx, domainId, identity, now }: AppointmentsChange,
  { locationId, providerId, startsAt, endsAt }: Slot,
): Promise<DraftRecord | undefined> {
  const { kind, id } = actorOf(identity, domainId)
  return trx
    .selectFrom('draftAppointment')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('providerId', '=', providerId)
    .where('endsAt', '=', endsAt)
    .where('startsAt', '=', startsAt)
    .where('expiresAt', '>', now)
    .where('locationId', '=', locationId)
    .where('createdByKind', '=', kind)
    .where('createdById', '=', id)
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
}

/** The rules that were kept when the slot was held: it had notice enough then, and whoever holds it has the room. */
const keptByHolding = new Set(['TOO_SOON', 'TOO_FAR_AHEAD', 'SLOT_TAKEN'])

/** Takes from the rules that a booking breaks those that its held slot has kept. */
export function forgiveHeld(violations: Violations, held: Holder | null): void {
  if (!held) return
  const broken = violations.list.filter(({ rule }) => !keptByHolding.has(rule))
  violations.list.splice(0, violations.list.length, ...broken)
}
