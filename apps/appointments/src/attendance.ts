import { Violations } from '@commonchart/errors'
import { parseId, type Services } from '@commonchart/subgraph'
import type { AppointmentRecord } from './appointments.ts'
import { judgeAttendeeOverlap } from './attendee-overlap.ts'
import { isNewPatient } from './booking-inputs.ts'
import { warnOfOverlap } from './booking-rules.ts'
import { readTexts } from './appointment-texts.ts'
import { createCancellation, noCancellation } from './cancellation.ts'
import type { AppointmentsChange } from './context.ts'
import { findLeaders, lockGroupVisit, type GroupVisitRecord } from './group-visits.ts'
import { isLive, statusesWithoutTime, type AppointmentStatus } from './names.ts'
import type { ChangedAppointment } from './notification-requests.ts'
import { cancel } from './patient-archive.ts'
import { getBookablePatient } from './patient-refs.ts'
import { notFound } from './references.ts'
import { countSeats, freeSeats, judgeSeat, refuseSeat } from './seats.ts'
import { findServices } from './services.ts'
import { audit, insertAppointment } from './write-appointment.ts'

export interface AddGroupVisitAttendeeInput {
  groupVisitId: string
  patientId: string
  reason?: string | null
  status?: AppointmentStatus | null
}

/**
 * Books a patient into a group visit. Throws `GROUP_VISIT_FULL`, `VALIDATION_FAILED`, `NOT_FOUND` and `PATIENT_ARCHIVED`. No
 * time is claimed: the visit holds that of its providers.
 */
export async function addGroupVisitAttendee(
  change: AppointmentsChange,
  services: Services,
  input: AddGroupVisitAttendeeInput,
): Promise<ChangedAppointment> {
  const { trx, domainId, now } = change
  const violations = new Violations()
  const texts = readTexts({ reason: input.reason }, violations)
  // The patient's row first: whoever archives a patient holds it before the visits.
  const patientId = await getBookablePatient(trx, services, domainId, input.patientId, 'input.patientId')
  const visit = await lockGroupVisit(trx, domainId, input.groupVisitId, 'input.groupVisitId')
  const status = input.status ?? (await findDefaultStatus(change, visit))
  const live = isLive({ status, deactivated: false })
  await judgeVisit(change, visit, patientId, live, violations)
  const judged = await judgeAttendeeOverlap(change, visit, live ? [patientId] : [], violations, {
    field: 'patientId',
  })
  refuseSeat(violations)
  warnOfOverlap(change, judged)
  const [providerId] = (await findLeaders(trx, domainId, [visit.id])).get(visit.id) ?? []
  if (providerId === undefined) throw new Error('a group visit has a provider')
  const { locationId, serviceId, visitType, startsAt, endsAt, startWall, endWall, zone } = visit
  const id = await insertAppointment(change, {
    ...{ domainId, patientId, groupVisitId: visit.id, providerId, locationId, serviceId, status, visitType },
    ...{ startsAt, endsAt, startWall, endWall, zone },
    ...texts,
    checkedInAt: status === 'ARRIVED' ? now : null,
    ...(status === 'CANCELLED' ? await createCancellation(change, null) : noCancellation),
    ...{ deactivated: false, overbooked: false, version: 1, createdAt: now, updatedAt: now },
  })
  const fields = ['patientId', 'groupVisitId', 'locationId', 'providerId', 'serviceId', 'startAt', 'untilAt']
  audit(change, { id, version: 1, patientId }, 'appointment.created', [
    ...fields,
    ...['status', 'visitType', ...Object.keys(texts)],
  ])
  if (live) change.audit(await countSeats(trx, visit, 1, now))
  return { id, patientId, occasion: live ? 'BOOKED' : 'CHANGED' }
}

async function findDefaultStatus(
  { trx, domainId }: AppointmentsChange,
  { serviceId }: GroupVisitRecord,
): Promise<AppointmentStatus> {
  if (serviceId === null) return 'BOOKED'
  const service = (await findServices(trx, domainId, [serviceId])).get(String(serviceId))
  return service?.providerDefaultStatus ?? 'BOOKED'
}

async function judgeVisit(
  change: AppointmentsChange,
  visit: GroupVisitRecord,
  patientId: string,
  live: boolean,
  violations: Violations,
): Promise<void> {
  const paths = { visit: 'input.groupVisitId', patient: 'input.patientId' }
  if (visit.endsAt.getTime() <= change.now.getTime())
    violations.add(paths.visit, 'GROUP_VISIT_OVER', 'The group visit is over.')
  if (!visit.allowNewPatient || !visit.allowExistingPatient) {
    const isExisting = !(await isNewPatient(change.trx, change.domainId, patientId))
    if (isExisting && !visit.allowExistingPatient)
      violations.add(paths.patient, 'EXISTING_PATIENT_NOT_ALLOWED', 'Only new patients may attend.')
    if (!isExisting && !visit.allowNewPatient)
      violations.add(paths.patient, 'NEW_PATIENT_NOT_ALLOWED', 'Only existing patients may attend.')
  }
  if (live) await judgeSeat(change.trx, visit, patientId, violations, paths)
}

/** Cancels the live appointments of a patient of a group visit, and gives their ids. Throws `NOT_FOUND` when there is none. */
export async function removeGroupVisitAttendee(
  change: AppointmentsChange,
  { groupVisitId, patientId }: Pick<AddGroupVisitAttendeeInput, 'groupVisitId' | 'patientId'>,
): Promise<{ removed: ChangedAppointment[] }> {
  const { trx, domainId } = change
  const attended = await lockAttended(change, groupVisitId, patientId)
  if (attended.length === 0) {
    // An unknown visit is told before an unknown patient.
    await lockGroupVisit(trx, domainId, groupVisitId, 'input.groupVisitId')
    throw notFound('input.patientId')
  }
  for (const row of attended) await cancel(change, row)
  for (const event of await freeSeats(trx, domainId, attended)) change.audit(event)
  return {
    removed: attended.map(({ id, patientId: whose }) => ({ id, patientId: whose, occasion: 'CANCELLED' })),
  }
}

async function lockAttended(
  { trx, domainId }: AppointmentsChange,
  groupVisitId: string,
  patientId: string,
): Promise<AppointmentRecord[]> {
  const [visitKey, patientKey] = [parseId(groupVisitId), parseId(patientId)]
  if (visitKey === null || patientKey === null) return []
  return trx
    .selectFrom('appointment')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('groupVisitId', '=', visitKey)
    .where('patientId', '=', patientKey)
    .where('deactivated', '=', false)
    .where('status', 'not in', [...statusesWithoutTime])
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
}
