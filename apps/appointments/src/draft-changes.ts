import { detailOf, type AuditDetail } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import { expectVersion, readActor, type Services } from '@commonchart/subgraph'
import { createAppointment, type CreateAppointmentInput, type Optional } from './appointment-changes.ts'
import { bookTime, getSubjects, judgeTimes, timeColumns } from './booking.ts'
import { judgeBooking } from './booking-rules.ts'
import { changedColumns } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { forgiveHeld } from './draft-takeover.ts'
import { enqueueExpiry, expiryAfter, forgetExpired } from './draft-expiry.ts'
import { deleteDraftRow, holderOf, lockDraft, recordOf, type DraftRecord } from './drafts.ts'
import type { ChangedAppointment } from './notification-requests.ts'
import { releaseTime, type Holder } from './time-claims.ts'

/** The slot that a draft is to hold. */
interface SlotInput {
  locationId: string
  providerId: string
  serviceId?: Optional<string | number>
  startAt: Date
  untilAt: Date
}

/** Holds a slot for 15 minutes. Throws `VALIDATION_FAILED`, `SLOT_TAKEN` and `NOT_FOUND`. */
export async function createDraft(change: AppointmentsChange, input: SlotInput): Promise<{ id: string }> {
  const { trx, domainId, now } = change
  await forgetExpired(trx, domainId)
  const { columns, slot } = await judgeSlot(change, { ...input, serviceId: input.serviceId ?? null })
  const { kind: createdByKind, id: createdById } = await readActor(change)
  const expiresAt = expiryAfter(now)
  const { id } = await trx
    .insertInto('draftAppointment')
    .values({
      ...{ domainId, ...columns, expiresAt, createdByKind, createdById },
      ...{ version: 1, createdAt: now, updatedAt: now },
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await bookTime(change, holderOf({ id }), columns, { slot, override: false })
  await enqueueExpiry(trx, domainId, { id, expiresAt })
  const fields = ['locationId', 'providerId', 'serviceId', 'startAt', 'untilAt']
  change.audit({ action: 'draft_appointment.created', record: recordOf({ id, version: 1 }), fields })
  return { id }
}

/** Whether a slot can be held, as far as others have not taken it; what the draft keeps of it. */
async function judgeSlot(
  change: AppointmentsChange,
  { startAt, untilAt, ...ids }: SlotInput & { serviceId: string | number | null },
  holder?: Holder,
  held: Holder | null = null,
) {
  const violations = new Violations()
  if (!judgeTimes(startAt, untilAt, violations)) violations.throwIfAny()
  const subjects = await getSubjects(change, ids)
  const wish = { ...subjects, startsAt: startAt, endsAt: untilAt, visitType: null, holder }
  const { slot } = await judgeBooking(change.trx, change.domainId, wish, violations)
  forgiveHeld(violations, held)
  violations.throwIfAny()
  const { location, provider, service } = subjects
  const columns = {
    ...{ locationId: location.id, providerId: provider.id, serviceId: service?.id ?? null },
    ...timeColumns(startAt, untilAt, location.zone),
  }
  return { columns, slot }
}

export interface UpdateDraftInput extends SlotInput {
  id: string
  expectedVersion?: Optional<number>
}

/**
 * Moves a draft or keeps it for longer, for 15 minutes from now. Throws as `createDraft` does, and `CONFLICT`; the draft
 * then holds what it held.
 */
export async function updateDraft(
  change: AppointmentsChange,
  { id, expectedVersion, ...input }: UpdateDraftInput,
): Promise<{ id: string }> {
  const { trx, domainId, now } = change
  const row = await lockDraft(trx, domainId, id)
  expectVersion(row.version, expectedVersion)
  const serviceId = input.serviceId === undefined ? row.serviceId : input.serviceId
  const [version, expiresAt] = [row.version + 1, expiryAfter(now)]
  const held = holdsStill(row, input, now) ? holderOf(row) : null
  if (!held) await releaseTime(trx, domainId, holderOf(row))
  const { columns, slot } = await judgeSlot(change, { ...input, serviceId }, holderOf(row), held)
  const values = { ...columns, expiresAt }
  await trx
    .updateTable('draftAppointment')
    .set({ ...values, version, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', row.id)
    .execute()
  await bookTime(change, holderOf(row), columns, { slot, override: false, held })
  await enqueueExpiry(trx, domainId, { id: row.id, expiresAt })
  const fields = changedColumns(row, values)
  audit(change, 'draft_appointment.updated', { id: row.id, version }, fields, detailOf(row, values, fields))
  return { id: row.id }
}

/** Tells whether a draft that has not expired is to hold what it holds. */
function holdsStill(row: DraftRecord, { locationId, providerId, startAt, untilAt }: SlotInput, now: Date) {
  return (
    row.expiresAt.getTime() > now.getTime() &&
    row.startsAt.getTime() === startAt.getTime() &&
    row.endsAt.getTime() === untilAt.getTime() &&
    String(row.providerId) === providerId &&
    String(row.locationId) === locationId
  )
}

/** Deletes a draft and frees its slot. Throws `NOT_FOUND` and `CONFLICT`. */
export async function deleteDraft(
  change: AppointmentsChange,
  { id, expectedVersion }: { id: string; expectedVersion?: Optional<number> },
): Promise<{ id: string }> {
  const { trx, domainId } = change
  const row = await lockDraft(trx, domainId, id)
  expectVersion(row.version, expectedVersion)
  await deleteDraftRow(trx, domainId, row.id)
  await releaseTime(trx, domainId, holderOf(row))
  audit(change, 'draft_appointment.deleted', row, [])
  return { id: row.id }
}

export interface ConvertDraftInput extends Omit<
  CreateAppointmentInput,
  'locationId' | 'providerId' | 'serviceId' | 'startAt' | 'untilAt'
> {
  id: string
  expectedVersion?: Optional<number>
  serviceId?: Optional<string>
}

/** Makes an appointment of a draft, which passes on its time. Throws as `createAppointment` does, and `CONFLICT`. */
export async function convertDraft(
  change: AppointmentsChange,
  services: Services,
  { id, expectedVersion, ...input }: ConvertDraftInput,
): Promise<ChangedAppointment & { draftId: string }> {
  const draft = await lockDraft(change.trx, change.domainId, id)
  expectVersion(draft.version, expectedVersion)
  const serviceId = input.serviceId ?? draft.serviceId
  if (serviceId === null) {
    const violations = new Violations()
    violations.add('input.serviceId', 'REQUIRED', 'The draft is for no service, and an appointment has one.')
    violations.throwIfAny()
  }
  const slot = {
    ...{ locationId: String(draft.locationId), providerId: String(draft.providerId) },
    ...{ serviceId: String(serviceId), startAt: draft.startsAt, untilAt: draft.endsAt },
  }
  const made = await createAppointment(change, services, { ...input, ...slot }, { draft })
  return { ...made, draftId: draft.id }
}

function audit(
  change: AppointmentsChange,
  action: 'draft_appointment.updated' | 'draft_appointment.deleted',
  draft: Pick<DraftRecord, 'id' | 'version'>,
  fields: string[],
  detail?: AuditDetail,
): void {
  change.audit({ action, record: recordOf(draft), fields, ...detail })
}
