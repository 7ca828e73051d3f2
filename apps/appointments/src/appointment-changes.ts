import { detailOf, type AuditAction, type AuditDetail } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import { expectVersion, type Services } from '@commonchart/subgraph'
import type { Insertable } from 'kysely'
import type { BelongingsInput } from './appointment-belongings.ts'
import { changeBelongings, postTags, readBelongings, readWhose } from './appointment-belongings.ts'
import { lockAppointment, type AppointmentRecord } from './appointments.ts'
import { bookTime, getSubjects, judgeTimes, timeColumns } from './booking.ts'
import { judgeBooking } from './booking-rules.ts'
import { changedColumns, given } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { readRequired, readText } from './input-text.ts'
import { isLive, type AppointmentStatus, type VisitType } from './names.ts'
import { getBookablePatient } from './patient-refs.ts'
import type { AppointmentRow } from './tables.ts'
import { releaseTime } from './time-claims.ts'

type Optional<Value> = Value | null | undefined

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
}

/** Books an appointment. Throws `VALIDATION_FAILED`, `SLOT_TAKEN`, `NOT_FOUND` and `PATIENT_ARCHIVED`. */
export async function createAppointment(
  change: AppointmentsChange,
  services: Services,
  input: CreateAppointmentInput,
  options: { requireConfirmation?: Optional<boolean> } = {},
): Promise<{ id: string }> {
  const { trx, domainId, now } = change
  const violations = new Violations()
  const texts = readTexts(input, violations)
  const whose = readWhose(input, violations)
  const inOrder = judgeTimes(input.startAt, input.untilAt, violations)
  if (!whose.id || !inOrder) violations.throwIfAny()
  const patientId = await getBookablePatient(trx, services, domainId, whose.id, whose.path)
  const belongings = await readBelongings(change, input)
  const subjects = await getSubjects(change, input)
  const status =
    input.status ??
    (options.requireConfirmation ? 'REQUESTED' : (subjects.service?.providerDefaultStatus ?? 'BOOKED'))
  const live = isLive({ status, deactivated: false })
  const wish = {
    ...subjects,
    startsAt: input.startAt,
    endsAt: input.untilAt,
    visitType: input.visitType ?? null,
  }
  const override = input.skipValidations === true
  const judged = await judgeBooking(trx, domainId, wish, live && !override ? violations : new Violations())
  violations.throwIfAny()
  const id = await insertAppointment(change, {
    ...{ domainId, patientId, locationId: subjects.location.id, status, visitType: judged.visitType },
    ...{ providerId: subjects.provider.id, serviceId: subjects.service?.id ?? null },
    ...timeColumns(input.startAt, input.untilAt, subjects.location.zone),
    ...{ ...texts, ...belongings },
    checkedInAt: status === 'ARRIVED' ? now : null,
    ...{ deactivated: false, overbooked: false, version: 1, createdAt: now, updatedAt: now },
  })
  await postTags(change, { id, createdAt: now }, belongings.tagIds)
  if (live) {
    const time = { providerId: subjects.provider.id, startsAt: input.startAt, endsAt: input.untilAt }
    const { overbooked } = await bookTime(change, { holderKind: 'appointment', holderId: id }, time, {
      slot: judged.slot,
      override,
    })
    if (overbooked) await markOverbooked(change, id)
  }
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
  const more = [...Object.keys({ ...texts, ...belongings }), ...(override ? ['skipValidations'] : [])]
  audit(change, { id, version: 1, patientId }, 'appointment.created', [...fields, ...more])
  return { id }
}

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
}

/** Changes an appointment. Throws as `createAppointment` does, and `CONFLICT`; one that takes time again is a booking. */
export async function updateAppointment(
  change: AppointmentsChange,
  services: Services,
  input: UpdateAppointmentInput,
): Promise<{ id: string }> {
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
  })
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
  values: Partial<AppointmentRecord>,
  { skipValidations }: UpdateAppointmentInput,
  violations: Violations,
): Promise<{ id: string }> {
  const { trx, domainId, now } = change
  const { id } = row
  const next = { ...row, ...values }
  const fields = changedColumns(row, values)
  const [wasLive, staysLive] = [isLive(row), isLive(next)]
  const moves = fields.some((field) => takingTime.includes(field))
  const holder = { holderKind: 'appointment', holderId: id } as const
  // What is over already takes nobody's time: corrections of the past are not bookings.
  const books = staysLive && (moves || !wasLive) && next.endsAt.getTime() > now.getTime()
  const override = skipValidations === true
  if (books) await getBookablePatient(trx, services, domainId, row.patientId, 'input.id')
  const subjects = books ? await getSubjects(change, next) : null
  const wish = subjects && {
    ...subjects,
    startsAt: next.startsAt,
    endsAt: next.endsAt,
    visitType: next.visitType,
  }
  const judged = wish && (await judgeBooking(trx, domainId, wish, override ? new Violations() : violations))
  violations.throwIfAny()
  if (books || (wasLive && !staysLive)) await releaseTime(trx, domainId, holder)
  const taken = judged && (await bookTime(change, holder, next, { slot: judged.slot, override }))
  const overbooked = taken?.overbooked ?? (staysLive && row.overbooked)
  if (fields.length === 0 && overbooked === row.overbooked) return { id }
  await trx
    .updateTable('appointment')
    .set({ ...values, overbooked, version: row.version + 1, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', id)
    .execute()
  const columns = overbooked === row.overbooked ? fields : [...fields, 'overbooked' as const]
  const more = override ? ['skipValidations'] : []
  const detail = detailOf(row, { ...values, overbooked }, columns)
  audit(change, { ...row, version: row.version + 1 }, 'appointment.updated', [...columns, ...more], detail)
  return { id }
}

function readTexts(input: { note?: Optional<string>; reason?: Optional<string> }, violations: Violations) {
  return given({
    note: readText(input.note, 'input.note', violations),
    reason: readText(input.reason, 'input.reason', violations),
  })
}

/** Inserts an appointment and gives its id. */
export async function insertAppointment(
  { trx }: AppointmentsChange,
  row: Insertable<AppointmentRow>,
): Promise<string> {
  const { id } = await trx.insertInto('appointment').values(row).returning('id').executeTakeFirstOrThrow()
  return id
}

/** Marks an appointment, made in the same transaction, as over capacity. */
export async function markOverbooked({ trx, domainId }: AppointmentsChange, id: string): Promise<void> {
  await trx
    .updateTable('appointment')
    .set({ overbooked: true })
    .where('domainId', '=', domainId)
    .where('id', '=', id)
    .execute()
}

/** Records what was done to an appointment, for its patient. */
export function audit(
  change: AppointmentsChange,
  { id, version, patientId }: Pick<AppointmentRecord, 'id' | 'version' | 'patientId'>,
  action: AuditAction,
  fields: string[],
  detail?: AuditDetail,
): void {
  change.audit({ action, record: { type: 'Appointment', id, version }, patientId, fields, ...detail })
}
