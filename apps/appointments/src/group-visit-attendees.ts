import { detailOf } from '@commonchart/audit'
import { parseId } from '@commonchart/subgraph'
import { sql, type Transaction } from 'kysely'
import { placeOf } from './attendance-changes.ts'
import type { AppointmentRecord } from './appointments.ts'
import { changedColumns } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { findLeaders, lockGroupVisit, type GroupVisitRecord } from './group-visits.ts'
import { statusesWithoutTime } from './names.ts'
import { cancel } from './patient-archive.ts'
import { notFound } from './references.ts'
import { keepReschedule } from './reschedules.ts'
import type { Tables } from './tables.ts'
import { accessCodeOf } from './virtual-visits.ts'
import { audit } from './write-appointment.ts'

/** A visit that is about to be changed, with all that changes with it. */
export interface HeldVisit {
  visit: GroupVisitRecord
  leaders: number[]
  /** The live appointments of those who attend. */
  attendees: AppointmentRecord[]
}

const mostRounds = 5

/**
 * Holds a visit and the live appointments of it. Appointments are locked before their visit, as those who change one lock
 * them: when another was added before the visit was held, the locks are given up and taken anew. Throws `NOT_FOUND`.
 */
export async function holdVisit({ trx, domainId }: AppointmentsChange, id: string): Promise<HeldVisit> {
  const key = parseId(id)
  if (key === null) throw notFound('input.id')
  for (let round = 1; ; round += 1) {
    await sql`SAVEPOINT visit`.execute(trx)
    const attendees = await lockAttendees(trx, domainId, key)
    const visit = await lockGroupVisit(trx, domainId, key)
    const held = new Set(attendees.map((each) => each.id))
    const missed = (await findAttendees(trx, domainId, key).execute()).some((each) => !held.has(each.id))
    // In the end a circle is risked: Postgres ends one of those in it, and the mutation runs again.
    if (missed && round < mostRounds) {
      await sql`ROLLBACK TO SAVEPOINT visit`.execute(trx)
      continue
    }
    const leaders = (await findLeaders(trx, domainId, [key])).get(key) ?? []
    return { visit, leaders, attendees: missed ? await lockAttendees(trx, domainId, key) : attendees }
  }
}

function findAttendees(trx: Transaction<Tables>, domainId: number, groupVisitId: string) {
  return trx
    .selectFrom('appointment')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('groupVisitId', '=', groupVisitId)
    .where('deactivated', '=', false)
    .where('status', 'not in', [...statusesWithoutTime])
    .orderBy('id')
}

function lockAttendees(
  trx: Transaction<Tables>,
  domainId: number,
  groupVisitId: string,
): Promise<AppointmentRecord[]> {
  return findAttendees(trx, domainId, groupVisitId).forNoKeyUpdate().execute()
}

/** Cancels the appointments that have not begun, records each, and gives those that are left. */
export async function cancelAttendees(
  change: AppointmentsChange,
  attendees: AppointmentRecord[],
): Promise<AppointmentRecord[]> {
  const begun = attendees.filter(({ startsAt }) => startsAt.getTime() <= change.now.getTime())
  for (const row of attendees) if (!begun.includes(row)) await cancel(change, row)
  return begun
}

/** Brings appointments to where their visit is now, and records each that was elsewhere. */
export async function moveAttendees(
  change: AppointmentsChange,
  attendees: AppointmentRecord[],
  before: GroupVisitRecord,
  visit: GroupVisitRecord,
  leaders: number[],
): Promise<void> {
  const { trx, domainId, now } = change
  for (const row of attendees) {
    const values = {
      ...placeOf(visit, leaders, row),
      ...(visit.serviceId !== before.serviceId && { serviceId: visit.serviceId }),
      ...(visit.visitType !== before.visitType && { visitType: visit.visitType }),
    }
    const fields = changedColumns<AppointmentRecord>(row, values)
    if (fields.length === 0) continue
    const version = row.version + 1
    await trx
      .updateTable('appointment')
      .set({ ...values, ...accessCodeOf({ ...row, ...values }), version, updatedAt: now })
      .where('domainId', '=', domainId)
      .where('id', '=', row.id)
      .execute()
    audit(change, { ...row, version }, 'appointment.updated', fields, detailOf(row, values, fields))
    await keepReschedule(change, row.id, row, { ...row, ...values })
  }
}
