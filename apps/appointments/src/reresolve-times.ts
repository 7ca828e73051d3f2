import { detailOf } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import type { AppointmentRecord } from './appointments.ts'
import { bookTime, getSubjects, timeColumns } from './booking.ts'
import { judgeBooking } from './booking-rules.ts'
import { changedColumns } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { holderOf, recordOf, type DraftRecord } from './drafts.ts'
import { holdVisit, moveAttendees, type HeldVisit } from './group-visit-attendees.ts'
import { getVisitSubjects } from './group-visit-input.ts'
import { bookVisitTime, writeLeaders } from './group-visit-time.ts'
import type { GroupVisitRecord } from './group-visits.ts'
import { isLive, type VisitType } from './names.ts'
import { changeOffTime } from './off-time-changes.ts'
import { lockProvider } from './providers.ts'
import { keepReschedule } from './reschedules.ts'
import {
  findShiftedAppointments,
  findShiftedDrafts,
  findShiftedOffTimes,
  findShiftedVisits,
  shiftedOf,
  type Move,
} from './shifted-records.ts'
import type { OffTimeRow } from './tables.ts'
import { releaseTime, type Holder } from './time-claims.ts'
import { audit } from './write-appointment.ts'

type VisitMove = Move<GroupVisitRecord> & { held: HeldVisit }

/** All that moves of some providers, held. */
export interface LockedShifts {
  appointments: Move<AppointmentRecord>[]
  drafts: Move<DraftRecord>[]
  visits: VisitMove[]
  offTimes: Move<OffTimeRow>[]
}

/** Holds all that has shifted of some providers: appointments before their visits, as those who change one hold them. */
export async function lockShifted(change: AppointmentsChange, providerIds: number[]): Promise<LockedShifts> {
  const { trx, domainId } = change
  const appointments = await findShiftedAppointments(trx, domainId, providerIds, true)
  const drafts = await findShiftedDrafts(trx, domainId, providerIds, true)
  const visits: VisitMove[] = []
  for (const { row } of await findShiftedVisits(trx, domainId, providerIds)) {
    const held = await holdVisit(change, row.id)
    for (const move of shiftedOf([held.visit])) visits.push({ ...move, held })
  }
  let offTimes = await findShiftedOffTimes(trx, domainId, providerIds)
  if (offTimes.length > 0) {
    for (const id of providerIds) await lockProvider(trx, domainId, String(id), 'input', 'hours')
    offTimes = await findShiftedOffTimes(trx, domainId, providerIds)
  }
  return { appointments, drafts, visits, offTimes }
}

/**
 * Moves records to other instants, all at once, so that none is in the way of another that moves, too. What finds its new time
 * taken goes over the capacity; gives those moves.
 */
export async function moveShifted(change: AppointmentsChange, shifts: LockedShifts): Promise<Set<object>> {
  const { trx, domainId } = change
  const { appointments, drafts, visits, offTimes } = shifts
  for (const { row, startsAt, endsAt } of offTimes)
    await changeOffTime(change, row, { startsAt, endsAt }, 'off_time.updated')
  const holders = [
    ...appointments.map(({ row }): Holder => ({ holderKind: 'appointment', holderId: row.id })),
    ...drafts.map(({ row }) => holderOf(row)),
    ...visits.map(({ row }): Holder => ({ holderKind: 'group_visit', holderId: row.id })),
  ]
  for (const holder of holders) await releaseTime(trx, domainId, holder)
  const over = new Set<object>()
  for (const move of visits) if (await moveVisit(change, move)) over.add(move)
  // Those that were over the capacity before go last: the others keep the room that they had.
  const [within, beyond] = [false, true].map((was) =>
    appointments.filter(({ row }) => row.overbooked === was),
  )
  for (const move of within ?? []) if (await moveAppointment(change, move)) over.add(move)
  for (const move of drafts) if (await moveDraft(change, move)) over.add(move)
  for (const move of beyond ?? []) if (await moveAppointment(change, move)) over.add(move)
  return over
}

async function moveAppointment(
  change: AppointmentsChange,
  { row, startsAt, endsAt }: Move<AppointmentRecord>,
): Promise<boolean> {
  const { trx, domainId, now } = change
  const { id } = row
  const next = { ...row, ...timeColumns(startsAt, endsAt, row.zone), version: row.version + 1 }
  const overbooked =
    isLive(row) && (await takeTime(change, { holderKind: 'appointment', holderId: id }, next))
  const { startWall, endWall } = next
  const values = { startsAt, endsAt, startWall, endWall, overbooked }
  await trx
    .updateTable('appointment')
    .set({ ...values, version: next.version, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', id)
    .execute()
  const fields = changedColumns(row, values)
  audit(change, next, 'appointment.updated', fields, detailOf(row, values, fields))
  await keepReschedule(change, id, row, next)
  return overbooked
}

/** Moves a draft, which expires when it would have. */
async function moveDraft(
  change: AppointmentsChange,
  { row, startsAt, endsAt }: Move<DraftRecord>,
): Promise<boolean> {
  const { trx, domainId, now } = change
  const values = timeColumns(startsAt, endsAt, row.zone)
  const next = { ...row, ...values, version: row.version + 1 }
  const overbooked = await takeTime(change, holderOf(row), { ...next, visitType: null })
  await trx
    .updateTable('draftAppointment')
    .set({ ...values, version: next.version, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', row.id)
    .execute()
  const fields = changedColumns(row, values)
  const detail = detailOf(row, values, fields)
  change.audit({ action: 'draft_appointment.updated', record: recordOf(next), fields, ...detail })
  return overbooked
}

/** Moves a visit with those who attend it. */
async function moveVisit(
  change: AppointmentsChange,
  { row, startsAt, endsAt, held: { leaders, attendees } }: VisitMove,
): Promise<boolean> {
  const { trx, domainId, now } = change
  const { id } = row
  const values = timeColumns(startsAt, endsAt, row.zone)
  const next = { ...row, ...values, version: row.version + 1 }
  const references = {
    ...{ locationId: row.locationId, providerUserIds: leaders },
    ...{ serviceId: row.serviceId, createdProviderUserId: row.createdProviderId },
  }
  const subjects = await getVisitSubjects(change, references)
  const overbooked = isLive(row) && (await bookVisitTime(change, next, subjects, true)).overbooked
  await trx
    .updateTable('groupVisit')
    .set({ ...values, version: next.version, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', id)
    .execute()
  await writeLeaders(change, next, leaders)
  const fields = changedColumns<GroupVisitRecord>(row, values)
  const record = { type: 'GroupVisit' as const, id, version: next.version }
  change.audit({ action: 'group_visit.updated', record, fields, ...detailOf(row, values, fields) })
  await moveAttendees(change, attendees, row, next, leaders)
  return overbooked
}

type Taking = Pick<AppointmentRecord, 'locationId' | 'providerId' | 'serviceId' | 'startsAt' | 'endsAt'>

/** Takes the new time, also over its capacity: the clock decides, and no rule of booking. Tells whether it goes over. */
async function takeTime(
  change: AppointmentsChange,
  holder: Holder,
  next: Taking & { visitType: VisitType | null },
): Promise<boolean> {
  const { startsAt, endsAt, visitType } = next
  const wish = { ...(await getSubjects(change, next)), startsAt, endsAt, visitType }
  const { slot } = await judgeBooking(change.trx, change.domainId, wish, new Violations())
  const { overbooked } = await bookTime(change, holder, next, { slot, override: true })
  return overbooked
}
