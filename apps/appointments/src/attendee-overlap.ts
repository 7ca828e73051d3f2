import type { Violations } from '@commonchart/errors'
import { sql } from 'kysely'
import { addBroken, refusesOverlap } from './booking-rules.ts'
import type { AppointmentsChange } from './context.ts'
import type { GroupVisitRecord } from './group-visits.ts'
import { statusesWithoutTime } from './names.ts'
import { patientOverlap, type Blocking, type Broken } from './rules.ts'

/** More of them than that say nothing more. */
const mostNamed = 100

/**
 * Judges whether those who are to attend a visit have other appointments at its time, as `judgeBooking` does for bookings: adds
 * `PATIENT_OVERLAP` where the domain refuses that, unless `override`. Gives what is to be warned of.
 */
export async function judgeAttendeeOverlap(
  { trx, domainId }: Pick<AppointmentsChange, 'trx' | 'domainId'>,
  { id, startsAt, endsAt }: Pick<GroupVisitRecord, 'id' | 'startsAt' | 'endsAt'>,
  patientIds: string[],
  violations: Violations,
  { field, override = false }: { field: Broken['field']; override?: boolean },
): Promise<{ overlapped: Blocking[] }> {
  if (patientIds.length === 0) return { overlapped: [] }
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM appointment WHERE domain_id = ${domainId} AND patient_id = ANY(${patientIds}::bigint[])
      AND NOT deactivated AND status <> ALL(${statusesWithoutTime}::text[])
      AND starts_at < ${endsAt} AND ends_at > ${startsAt} AND group_visit_id IS DISTINCT FROM ${id}
    ORDER BY starts_at, id LIMIT ${mostNamed}`.execute(trx)
  const overlapped = rows.map((row): Blocking => ({ type: 'Appointment', id: String(row.id) }))
  if (overlapped.length > 0 && !override && (await refusesOverlap(trx, domainId)))
    addBroken(violations, [patientOverlap(field, overlapped)])
  return { overlapped }
}
