import { Violations } from '@commonchart/errors'
import type { Services } from '@commonchart/subgraph'
import { readTexts } from './appointment-texts.ts'
import { bookTime, getSubjects, judgeTimes, timeColumns } from './booking.ts'
import { judgeBooking, warnOfOverlap } from './booking-rules.ts'
import { createCancellation, noCancellation } from './cancellation.ts'
import type { AppointmentsChange } from './context.ts'
import { forgiveHeld, takeDraft } from './draft-takeover.ts'
import type { DraftRecord } from './drafts.ts'
import { isLive, type AppointmentStatus, type VisitType } from './names.ts'
import type { ChangedAppointment } from './notification-requests.ts'
import { readOverrideReason } from './override-reason.ts'
import { getBookablePatient } from './patient-refs.ts'
import { releaseTime } from './time-claims.ts'
import { audit, insertAppointment, markOverbooked } from './write-appointment.ts'

export type Optional<Value> = Value | null | undefined

export interface CreateAppointmentInput {
  locationId: string
  patientId?: Optional<string>
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

/**
 * Books an appointment, in a slot that `draft` or another draft of the caller holds if there is one. Throws
 * `VALIDATION_FAILED`, `SLOT_TAKEN`, `NOT_FOUND` and `PATIENT_ARCHIVED`.
 */
export async function createAppointment(
  change: AppointmentsChange,
  services: Services,
  input: CreateAppointmentInput,
  options: { requireConfirmation?: Optional<boolean>; draft?: DraftRecord } = {},
): Promise<ChangedAppointment> {
  const { trx, domainId, now } = change
  const violations = new Violations()
  const texts = readTexts(input, violations)
  const overrideReason = readOverrideReason(input, violations) ?? null
  if (!input.patientId) violations.add('input.patientId', 'REQUIRED', 'An appointment is for a patient.')
  const inOrder = judgeTimes(input.startAt, input.untilAt, violations)
  if (!input.patientId || !inOrder) violations.throwIfAny()
  const patientId = await getBookablePatient(
    trx,
    services,
    domainId,
    input.patientId ?? '',
    'input.patientId',
  )
  const subjects = await getSubjects(change, input)
  const status =
    input.status ??
    (options.requireConfirmation ? 'REQUESTED' : (subjects.service?.providerDefaultStatus ?? 'BOOKED'))
  const live = isLive({ status, deactivated: false })
  const wish = {
    ...subjects,
    ...timesOf(input),
    visitType: input.visitType ?? null,
    patientId,
  }
  const override = input.skipValidations === true
  const slot = { locationId: subjects.location.id, providerId: subjects.provider.id, ...timesOf(input) }
  const { draft = null } = options
  const held = live || draft ? await takeDraft(change, slot, draft) : null
  const judged = await judgeBooking(trx, domainId, wish, live && !override ? violations : new Violations())
  forgiveHeld(violations, held)
  violations.throwIfAny()
  const id = await insertAppointment(change, {
    ...{ domainId, patientId, locationId: subjects.location.id, status, visitType: judged.visitType },
    ...{ providerId: subjects.provider.id, serviceId: subjects.service?.id ?? null },
    ...timeColumns(input.startAt, input.untilAt, subjects.location.zone),
    ...texts,
    checkedInAt: status === 'ARRIVED' ? now : null,
    ...(status === 'CANCELLED' ? await createCancellation(change, null) : noCancellation),
    overrideReason,
    ...{ deactivated: false, overbooked: false, version: 1, createdAt: now, updatedAt: now },
  })
  if (live) {
    const { overbooked } = await bookTime(change, { holderKind: 'appointment', holderId: id }, slot, {
      ...{ slot: judged.slot, override, held },
    })
    if (overbooked) await markOverbooked(change, id)
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
  const more = [...Object.keys(texts), ...Object.keys(overriding)]
  const detail = override ? { before: null, after: overriding } : undefined
  audit(change, { id, version: 1, patientId }, 'appointment.created', [...fields, ...more], detail)
  return { id, patientId, occasion: live ? 'BOOKED' : 'CHANGED' }
}

function timesOf({ startAt, untilAt }: Pick<CreateAppointmentInput, 'startAt' | 'untilAt'>) {
  return { startsAt: startAt, endsAt: untilAt }
}
