import { detailOf } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import type { AppointmentRecord } from './appointments.ts'
import { bookTime, getSubjects, timeColumns } from './booking.ts'
import { judgeBooking } from './booking-rules.ts'
import { changedColumns } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { isLive } from './names.ts'
import { keepReschedule } from './reschedules.ts'
import { releaseTime } from './time-claims.ts'
import { audit } from './write-appointment.ts'

interface Move {
  row: AppointmentRecord
  startsAt: Date
  endsAt: Date
}

/**
 * Moves appointments of one provider to other instants, all at once, so that none is in the way of another that moves, too.
 * One whose new time is taken goes over the capacity; tells of each by its id whether it does.
 */
export async function moveShifted(change: AppointmentsChange, moves: Move[]): Promise<Map<string, boolean>> {
  const { trx, domainId } = change
  for (const { row } of moves)
    await releaseTime(trx, domainId, { holderKind: 'appointment', holderId: row.id })
  const overbooked = new Map<string, boolean>()
  // Those that were over the capacity before go last: the others keep the room that they had.
  const inOrder = moves.toSorted((one, other) => Number(one.row.overbooked) - Number(other.row.overbooked))
  for (const move of inOrder) overbooked.set(move.row.id, await moveOne(change, move))
  return overbooked
}

async function moveOne(change: AppointmentsChange, { row, startsAt, endsAt }: Move): Promise<boolean> {
  const { trx, domainId, now } = change
  const { id } = row
  const next = { ...row, ...timeColumns(startsAt, endsAt, row.zone), version: row.version + 1 }
  // Of a group visit the visit itself takes the time.
  const takesTime = isLive(row) && row.groupVisitId === null
  const overbooked = takesTime && (await takeTime(change, next))
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

/** Takes the new time, also over its capacity: the clock decides, and no rule of booking. */
async function takeTime(change: AppointmentsChange, next: AppointmentRecord): Promise<boolean> {
  const subjects = await getSubjects(change, next)
  const wish = {
    ...subjects,
    ...{ startsAt: next.startsAt, endsAt: next.endsAt, visitType: next.visitType },
  }
  const { slot } = await judgeBooking(change.trx, change.domainId, wish, new Violations())
  const holder = { holderKind: 'appointment', holderId: next.id } as const
  const { overbooked } = await bookTime(change, holder, next, { slot, override: true })
  return overbooked
}
