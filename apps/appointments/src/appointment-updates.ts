import { detailOf } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import { expectVersion, given, type Services } from '@commonchart/subgraph'
import { changeBelongings, type BelongingsInput } from './appointment-belongings.ts'
import type { Optional } from './appointment-changes.ts'
import { readTexts } from './appointment-texts.ts'
import { changeAttendance } from './attendance-changes.ts'
import { lockAppointment, type AppointmentRecord } from './appointments.ts'
import { bookTime, getSubjects, judgeTimes, timeColumns } from './booking.ts'
import { judgeBooking, warnOfOverlap } from './booking-rules.ts'
import { readCancellation } from './cancellation.ts'
import { changedColumns } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { readRequired } from './input-text.ts'
import { isLive, type AppointmentStatus, type VisitType } from './names.ts'
import type { ChangedAppointment, NotificationOccasion } from './notification-requests.ts'
import { readOverrideReason } from './override-reason.ts'
import { getBookablePatient } from './patient-refs.ts'
import { isMoved, keepReschedule } from './reschedules.ts'
import { judgeTransition } from './status-transitions.ts'
import { releaseTime } from './time-claims.ts'
import { accessCodeOf } from './virtual-visits.ts'
import { audit } from './write-appointment.ts'

export interface UpdateAppointmentInput extends BelongingsInput {
  id: string
  expectedVersion?: Optional<number>
  locationId?: Optional<string>
  providerId?: Optional<string>
  serviceId?: Optional<string>
  status?: Optional<AppointmentStatus>
  startAt?: Optional<Date>
  untilAt?: Optional<Date>
  note?: Optional<string>
  reason?: Optional<string>
  visitType?: Optional<VisitType>
  skipValidations?: Optional<boolean>
  cancelReason?: Optional<string>
  overrideReason?: Optional<string>
}

/** Changes an appointment. Throws as `createAppointment` does, and `CONFLICT`; one that takes time again is a booking. */
export async function updateAppointment(
  change: AppointmentsChange,
  services: Services,
  input: UpdateAppointmentInput,
): Promise<ChangedAppointment> {
  const row = await lockAppointment(change.trx, change.domainId, input.id)
  expectVersion(row.version, input.expectedVersion)
  const violations = new Violations()
  const required = <Field extends keyof UpdateAppointmentInput>(field: Field) =>
    readRequired(input[field], `input.${field}`, violations)
  const startsAt = required('startAt') ?? row.startsAt
  const endsAt = required('untilAt') ?? row.endsAt
  const wanted = {
    locationId: required('locationId') ?? row.locationId,
    providerId: required('providerId') ?? row.providerId,
    serviceId: required('serviceId') ?? row.serviceId,
  }
  const values = given({
    ...readTexts(input, violations),
    ...(await changeBelongings(change, row, input)),
    ...{ status: required('status'), visitType: required('visitType') },
    checkedInAt: input.status === 'ARRIVED' ? (row.checkedInAt ?? change.now) : undefined,
    ...(await readCancellation(change, row, input, violations)),
    overrideReason: readOverrideReason(input, violations),
  })
  await judgeTransition(change, row.status, input, violations)
  if (!judgeTimes(startsAt, endsAt, violations)) violations.throwIfAny()
  if (!isElsewhere(row, wanted, startsAt, endsAt))
    return changeTaking(change, services, row, values, input, violations)
  const subjects = await getSubjects(change, wanted)
  const place = {
    ...{
      locationId: subjects.location.id,
      providerId: subjects.provider.id,
      serviceId: subjects.service?.id ?? null,
    },
    ...timeColumns(startsAt, endsAt, subjects.location.zone),
  }
  return changeTaking(change, services, row, { ...values, ...place }, input, violations)
}

/** Tells whether an appointment would be at another place or time, with somebody else, or for something else. */
function isElsewhere(
  row: AppointmentRecord,
  wanted: { locationId: string | number; providerId: string | number; serviceId: string | number | null },
  startsAt: Date,
  endsAt: Date,
): boolean {
  const sameTime = startsAt.getTime() === row.startsAt.getTime() && endsAt.getTime() === row.endsAt.getTime()
  const same = (['locationId', 'providerId', 'serviceId'] as const).every(
    (name) => String(wanted[name]) === String(row[name]),
  )
  return !sameTime || !same
}

const takingTime = ['locationId', 'providerId', 'serviceId', 'startsAt', 'endsAt', 'visitType']

/** Writes what differs, and takes or gives up the time that follows from it. */
async function changeTaking(
  change: AppointmentsChange,
  services: Services,
  row: AppointmentRecord,
  wanted: Partial<AppointmentRecord>,
  { skipValidations }: UpdateAppointmentInput,
  violations: Violations,
): Promise<ChangedAppointment> {
  const { trx, domainId, now } = change
  const { id } = row
  const override = skipValidations === true
  const attendance = await changeAttendance(change, services, row, wanted, { violations, override })
  const values = { ...wanted, ...attendance }
  const next = { ...row, ...values }
  const fields = changedColumns(row, values)
  const [wasLive, staysLive] = [isLive(row), isLive(next)]
  const moves = fields.some((field) => takingTime.includes(field))
  const holder = { holderKind: 'appointment', holderId: id } as const
  // What is over already takes nobody's time: corrections of the past are not bookings.
  const isToCome = next.endsAt.getTime() > now.getTime()
  const books = row.groupVisitId === null && staysLive && (moves || !wasLive) && isToCome
  if (books) await getBookablePatient(trx, services, domainId, row.patientId, 'input.id')
  const subjects = books ? await getSubjects(change, next) : null
  const wish = subjects && {
    ...subjects,
    startsAt: next.startsAt,
    endsAt: next.endsAt,
    visitType: next.visitType,
    ...{ patientId: row.patientId, holder },
    keepsStart: wasLive && next.startsAt.getTime() === row.startsAt.getTime(),
  }
  const judged = wish && (await judgeBooking(trx, domainId, wish, override ? new Violations() : violations))
  violations.throwIfAny()
  if (books || (wasLive && !staysLive)) await releaseTime(trx, domainId, holder)
  const taken = judged && (await bookTime(change, holder, next, { slot: judged.slot, override }))
  if (judged) warnOfOverlap(change, judged)
  const overbooked = taken?.overbooked ?? (staysLive && row.overbooked)
  const made = { id, patientId: row.patientId, occasion: occasionOf(row, next, books) }
  if (fields.length === 0 && overbooked === row.overbooked) return made
  await trx
    .updateTable('appointment')
    .set({ ...values, ...accessCodeOf(next), overbooked, version: row.version + 1, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', id)
    .execute()
  const columns = overbooked === row.overbooked ? fields : [...fields, 'overbooked' as const]
  const more = override ? ['skipValidations'] : []
  const detail = detailOf(row, { ...values, overbooked, skipValidations: true }, [...columns, ...more])
  const action = made.occasion === 'CANCELLED' && next.status === 'CANCELLED' ? 'canceled' : 'updated'
  audit(change, { ...row, version: row.version + 1 }, `appointment.${action}`, [...columns, ...more], detail)
  await keepReschedule(change, id, row, next)
  return made
}

/** What a change means to those who are to be told of it. */
function occasionOf(row: AppointmentRecord, next: AppointmentRecord, books: boolean): NotificationOccasion {
  const ended = ['CANCELLED', 'REJECTED']
  if (ended.includes(next.status) && next.status !== row.status) return 'CANCELLED'
  if (books && !isLive(row)) return 'BOOKED'
  return isMoved(row, next) ? 'MOVED' : 'CHANGED'
}
