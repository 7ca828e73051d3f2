import { Violations } from '@commonchart/errors'
import { together } from '@commonchart/database'
import { parseId, parseIntId, type Services } from '@commonchart/subgraph'
import { postTags, readBelongings, readWhose, type BelongingsInput } from './appointment-belongings.ts'
import type { AppointmentRecord } from './appointments.ts'
import { readTexts } from './appointment-texts.ts'
import { bookTime, findBusyOf, getSubjects, judgeTimes, timeColumns } from './booking.ts'
import { judgeBooking, readBookingFacts, warnOfOverlap } from './booking-rules.ts'
import { createCancellation, noCancellation } from './cancellation.ts'
import type { AppointmentsChange } from './context.ts'
import { findOwnDraft, forgiveHeld, takeDraft } from './draft-takeover.ts'
import type { DraftRecord } from './drafts.ts'
import { isLive, type AppointmentStatus, type VisitType } from './names.ts'
import type { ChangedAppointment } from './notification-requests.ts'
import { readOverrideReason } from './override-reason.ts'
import { getBookablePatient } from './patient-refs.ts'
import { releaseTime } from './time-claims.ts'
import type { Taken } from './bookable.ts'
import { accessCodeOf } from './virtual-visits.ts'
import {
  audit,
  insertAppointment,
  insertClaiming,
  markOverbooked,
  type NewAppointment,
} from './write-appointment.ts'

export type Optional<Value> = Value | null | undefined

export interface CreateAppointmentInput extends BelongingsInput {
  locationId: string
  patientId?: Optional<string>
  respondentId?: Optional<string>
  providerId: string
  serviceId: string
  status?: Optional<AppointmentStatus>
  startAt: Date
  untilAt: Date
  note?: Optional<string>
  reason?: Optional<string>
  visitType?: Optional<VisitType>
  skipValidations?: Optional<boolean>
  overrideReason?: Optional<string>
}

/** An appointment that was booked, as it is stored. */
export interface BookedAppointment extends ChangedAppointment {
  record: AppointmentRecord
}

/**
 * Books an appointment, in a slot that `draft` or another draft of the caller holds if there is one. Throws
 * `VALIDATION_FAILED`, `SLOT_TAKEN`, `NOT_FOUND` and `PATIENT_ARCHIVED`.
 */
export async function createAppointment(
  change: AppointmentsChange,
  services: Services,
  input: CreateAppointmentInput,
  options: { requireConfirmation?: Optional<boolean>; draft?: DraftRecord } = {},
): Promise<BookedAppointment> {
  const { trx, domainId, now } = change
  const violations = new Violations()
  const texts = readTexts(input, violations)
  const overrideReason = readOverrideReason(input, violations) ?? null
  const whose = readWhose(input, violations)
  const inOrder = judgeTimes(input.startAt, input.untilAt, violations)
  if (!whose.id || !inOrder) violations.throwIfAny()
  const times = { startsAt: input.startAt, endsAt: input.untilAt }
  const { patientId, belongings, subjects, facts, ownDraft } = await readAhead(change, services, input, whose)
  const status =
    input.status ??
    (options.requireConfirmation ? 'REQUESTED' : (subjects.service?.providerDefaultStatus ?? 'BOOKED'))
  const live = isLive({ status, deactivated: false })
  const wish = { ...subjects, ...times, visitType: input.visitType ?? null, patientId }
  const override = input.skipValidations === true
  const draft = options.draft ?? (live ? ownDraft : undefined)
  const held = draft ? await takeDraft(change, draft) : null
  const judged = await judgeBooking(
    trx,
    domainId,
    wish,
    live && !override ? violations : new Violations(),
    // A draft that was taken takes no more time.
    draft ? undefined : facts,
  )
  forgiveHeld(violations, held)
  violations.throwIfAny()
  const slot = { locationId: subjects.location.id, providerId: subjects.provider.id, ...times }
  const row = {
    ...{ domainId, patientId, locationId: subjects.location.id, status, visitType: judged.visitType },
    ...{ providerId: subjects.provider.id, serviceId: subjects.service?.id ?? null, groupVisitId: null },
    ...timeColumns(input.startAt, input.untilAt, subjects.location.zone),
    ...{ note: null, reason: null, presentingIssueId: null, tagIds: [], ...texts, ...belongings },
    checkedInAt: status === 'ARRIVED' ? now : null,
    ...(status === 'CANCELLED' ? await createCancellation(change, null) : noCancellation),
    overrideReason,
    accessCode: accessCodeOf(judged).accessCode ?? null,
    ...{ deactivated: false, overbooked: false, version: 1, createdAt: now, updatedAt: now },
  }
  const { record, begun } = await insertBooked(change, row, { claims: live && !held })
  const { id } = record
  await postTags(change, { id, createdAt: now }, belongings.tagIds)
  if (live) {
    const { overbooked } = await bookTime(change, { holderKind: 'appointment', holderId: id }, slot, {
      ...{ slot: judged.slot, override, held, begun },
    })
    if (overbooked) await markOverbooked(change, id)
    record.overbooked = overbooked
    warnOfOverlap(change, judged)
  } else if (held) await releaseTime(trx, domainId, held)
  const fields = [
    'patientId',
    'locationId',
    'providerId',
    'serviceId',
    'startAt',
    'untilAt',
    'status',
    'visitType',
  ]
  const overriding = override ? { skipValidations: true, overrideReason } : {}
  const more = Object.keys({ ...texts, ...belongings, ...overriding })
  const detail = override ? { before: null, after: overriding } : undefined
  audit(change, { id, version: 1, patientId }, 'appointment.created', [...fields, ...more], detail)
  return { id, patientId, occasion: live ? 'BOOKED' : 'CHANGED', record }
}

/** Reads in one round trip all that a booking rests on; what is not there is refused, the patient first. */
async function readAhead(
  change: AppointmentsChange,
  services: Services,
  input: CreateAppointmentInput,
  whose: { id: string; path: string },
) {
  const { trx, domainId } = change
  const slot = {
    ...{ locationId: parseIntId(input.locationId) ?? 0, providerId: parseIntId(input.providerId) ?? 0 },
    ...{ startsAt: input.startAt, endsAt: input.untilAt },
  }
  // In this order: the provider's row is held before its work hours are read, and locks that patients are asked without
  // are given up together with all that were taken after them.
  const subjects = getSubjects(change, input)
  const facts = readBookingFacts(trx, domainId, { ...slot, patientId: parseId(whose.id) })
  const ownDraft = findOwnDraft(change, slot)
  const belongings = readBelongings(change, input)
  const patientId = getBookablePatient(trx, services, domainId, whose.id, whose.path)
  const read = await together([patientId, belongings, subjects, facts, ownDraft])
  return { patientId: read[0], belongings: read[1], subjects: read[2], facts: read[3], ownDraft: read[4] }
}

/** Inserts an appointment; one that `claims` its time begins to, and says what came of that. */
async function insertBooked(
  change: AppointmentsChange,
  row: NewAppointment,
  { claims }: { claims: boolean },
): Promise<{ record: AppointmentRecord; begun?: { claimed: boolean; busy: Taken[] } }> {
  if (!claims) return { record: { ...row, id: await insertAppointment(change, row) } }
  const [{ record, claimed }, busy] = await together([insertClaiming(change, row), findBusyOf(change, row)])
  return { record, begun: { claimed, busy } }
}
