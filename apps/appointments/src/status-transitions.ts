import type { Violations } from '@commonchart/errors'
import { findAppointmentRules } from './appointment-rules.ts'
import type { AppointmentsChange } from './context.ts'
import type { AppointmentStatus } from './names.ts'

const standing = ['BOOKED', 'CONFIRMED', 'RESCHEDULED', 'SYSTEM_DELAY'] as const
const ended = ['NO_SHOW', 'CANCELLED'] as const

/** What may follow a status that says that the visit is to take place. */
function afterStanding(status: (typeof standing)[number]): AppointmentStatus[] {
  const others = standing.filter((each) => each !== status)
  return [...others, 'ACTION_REQUIRED', 'ARRIVED', 'IN_ROOM', 'BEING_SEEN', ...ended]
}

/** Which statuses may follow each, for domains that want that: docs/appointments.md and the schema show the same. */
export const statusTransitions: Record<AppointmentStatus, readonly AppointmentStatus[]> = {
  REQUESTED: ['PROVIDER_REQUESTED', 'ACTION_REQUIRED', 'BOOKED', 'CONFIRMED', 'REJECTED', 'CANCELLED'],
  PROVIDER_REQUESTED: ['REQUESTED', 'ACTION_REQUIRED', 'BOOKED', 'CONFIRMED', 'REJECTED', 'CANCELLED'],
  ACTION_REQUIRED: [
    ...(['REQUESTED', 'PROVIDER_REQUESTED', 'BOOKED', 'CONFIRMED', 'RESCHEDULED', 'REJECTED'] as const),
    'CANCELLED',
  ],
  BOOKED: afterStanding('BOOKED'),
  CONFIRMED: afterStanding('CONFIRMED'),
  RESCHEDULED: afterStanding('RESCHEDULED'),
  SYSTEM_DELAY: afterStanding('SYSTEM_DELAY'),
  NONE: [
    ...(['REQUESTED', 'PROVIDER_REQUESTED', 'CONFIRMED', 'ACTION_REQUIRED', 'NO_SHOW', 'ARRIVED'] as const),
    ...(['IN_ROOM', 'BEING_SEEN', 'VISIT_COMPLETED', 'NOTE_SIGNED', 'CANCELLED', 'REJECTED'] as const),
    ...(['BOOKED', 'RESCHEDULED', 'SYSTEM_DELAY'] as const),
  ],
  ARRIVED: ['BOOKED', 'CONFIRMED', 'IN_ROOM', 'BEING_SEEN', 'VISIT_COMPLETED', ...ended],
  IN_ROOM: ['ARRIVED', 'BEING_SEEN', 'VISIT_COMPLETED', 'CANCELLED'],
  BEING_SEEN: ['IN_ROOM', 'VISIT_COMPLETED'],
  VISIT_COMPLETED: ['BEING_SEEN', 'NOTE_SIGNED'],
  NOTE_SIGNED: ['VISIT_COMPLETED'],
  NO_SHOW: ['BOOKED', 'CONFIRMED', 'RESCHEDULED', 'ARRIVED', 'CANCELLED'],
  CANCELLED: ['REQUESTED', 'BOOKED', 'CONFIRMED', 'RESCHEDULED'],
  REJECTED: ['REQUESTED', 'BOOKED', 'CONFIRMED'],
}

/** Adds a violation when a status may not follow another in this domain, and says which may; an override lets it. */
export async function judgeTransition(
  change: AppointmentsChange,
  from: AppointmentStatus,
  { status, skipValidations }: { status?: AppointmentStatus | null; skipValidations?: boolean | null },
  violations: Violations,
): Promise<void> {
  if (!status || status === from || skipValidations === true) return
  const allowed = statusTransitions[from]
  if (allowed.includes(status)) return
  if ((await findAppointmentRules(change)).statusTransitions === 'ANY') return
  const message = `${status} does not follow ${from} in this domain.`
  violations.add('input.status', 'STATUS_NOT_ALLOWED', message, { allowed })
}
