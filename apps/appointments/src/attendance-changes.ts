import type { Violations } from '@commonchart/errors'
import type { Services } from '@commonchart/subgraph'
import type { AppointmentRecord } from './appointments.ts'
import { judgeAttendeeOverlap } from './attendee-overlap.ts'
import { warnOfOverlap } from './booking-rules.ts'
import type { AppointmentsChange } from './context.ts'
import { findLeaders, lockGroupVisit, type GroupVisitRecord } from './group-visits.ts'
import { isLive } from './names.ts'
import { getBookablePatient } from './patient-refs.ts'
import { countSeats, judgeSeat, refuseSeat } from './seats.ts'

/**
 * What a change of an appointment, whose row is held, means to the group visit that it is of: one that ends gives its seat
 * up, one that comes back to life takes a seat again where the visit is now. Gives the values that follow from that. Throws
 * `GROUP_VISIT_FULL`, and `VALIDATION_FAILED` for one that would be elsewhere than its visit. Others it leaves alone.
 */
export async function changeAttendance(
  change: AppointmentsChange,
  services: Services,
  row: AppointmentRecord,
  values: Partial<AppointmentRecord>,
  { violations, override }: { violations: Violations; override: boolean },
): Promise<Partial<AppointmentRecord>> {
  if (row.groupVisitId === null) return {}
  const { trx, domainId, now } = change
  const [wasLive, staysLive] = [isLive(row), isLive({ ...row, ...values })]
  const returns = staysLive && !wasLive
  const moved = staysLive ? movedFields(row, values) : []
  if (wasLive === staysLive && moved.length === 0) return {}
  // Corrections of the past are not bookings, as with any appointment.
  const books = returns && (await isToCome(change, row.groupVisitId))
  // The patient's row before the visit's, as wherever both are held.
  if (books) await getBookablePatient(trx, services, domainId, row.patientId, 'input.id')
  const visit = await lockGroupVisit(trx, domainId, row.groupVisitId)
  const leaders = (await findLeaders(trx, domainId, [visit.id])).get(visit.id) ?? []
  for (const field of moved)
    if (!isWhereVisitIs(field, values, visit, leaders))
      violations.add(
        `input.${inputNames[field]}`,
        'GROUP_VISIT_FIXED',
        'The appointment of an attendee has no place and time of its own, whatever is skipped: move the group visit, or take the patient out of it and book them.',
      )
  if (books) {
    const paths = { visit: 'input.status', patient: 'input.status' }
    await judgeSeat(trx, visit, row.patientId, violations, paths)
  }
  const judged = await judgeAttendeeOverlap(change, visit, books ? [row.patientId] : [], violations, {
    ...{ field: 'status', override },
  })
  refuseSeat(violations)
  warnOfOverlap(change, judged)
  if (wasLive !== staysLive) change.audit(await countSeats(trx, visit, returns ? 1 : -1, now))
  return books ? placeOf(visit, leaders, { ...row, ...values }) : {}
}

const inputNames = {
  startsAt: 'startAt',
  endsAt: 'untilAt',
  locationId: 'locationId',
  providerId: 'providerId',
} as const
type PlaceField = keyof typeof inputNames

/** The fields by which an appointment would be at another place or time, or with somebody else. */
function movedFields(row: AppointmentRecord, values: Partial<AppointmentRecord>): PlaceField[] {
  const fields = Object.keys(inputNames) as PlaceField[]
  return fields.filter((field) => values[field] !== undefined && Number(values[field]) !== Number(row[field]))
}

function isWhereVisitIs(
  field: PlaceField,
  values: Partial<AppointmentRecord>,
  visit: GroupVisitRecord,
  leaders: number[],
): boolean {
  if (field === 'providerId') return leaders.includes(values.providerId ?? 0)
  return Number(values[field]) === Number(visit[field])
}

async function isToCome({ trx, domainId, now }: AppointmentsChange, groupVisitId: string): Promise<boolean> {
  const { endsAt } = await trx
    .selectFrom('groupVisit')
    .select('endsAt')
    .where('domainId', '=', domainId)
    .where('id', '=', groupVisitId)
    .executeTakeFirstOrThrow()
  return endsAt.getTime() > now.getTime()
}

/** Where and when the appointment of an attendee is; it stays with its provider as long as they lead the visit. */
export function placeOf(
  { locationId, startsAt, endsAt, startWall, endWall, zone }: GroupVisitRecord,
  leaders: number[],
  { providerId }: Pick<AppointmentRecord, 'providerId'>,
) {
  const leader = leaders.includes(providerId) ? providerId : (leaders[0] ?? providerId)
  return { locationId, providerId: leader, startsAt, endsAt, startWall, endWall, zone }
}
