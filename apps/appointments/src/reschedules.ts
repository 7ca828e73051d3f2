import type { Selectable } from 'kysely'
import type { AppointmentRecord } from './appointments.ts'
import type { AppointmentsChange, Context } from './context.ts'
import type { AppointmentRescheduleRow } from './lifecycle-tables.ts'

type Place = Pick<AppointmentRecord, 'startsAt' | 'endsAt' | 'providerId' | 'locationId'>
const place = ['startsAt', 'endsAt', 'providerId', 'locationId'] as const

/** A move of an appointment, and whose it is now. */
export type Reschedule = Selectable<AppointmentRescheduleRow> & { patientId: string }

/** Tells whether an appointment is at another time or place, or with somebody else, than it was. */
export function isMoved(was: Place, is: Place): boolean {
  return place.some((column) => was[column].valueOf() !== is[column].valueOf())
}

/** Keeps where an appointment was, when it moves. */
export async function keepReschedule(
  { trx, domainId, identity, now }: Pick<AppointmentsChange, 'trx' | 'domainId' | 'identity' | 'now'>,
  appointmentId: string,
  was: Place,
  is: Place,
): Promise<void> {
  if (!isMoved(was, is)) return
  await trx
    .insertInto('appointmentReschedule')
    .values({
      ...{ domainId, appointmentId, rescheduledAt: now },
      ...{ fromStartsAt: was.startsAt, fromEndsAt: was.endsAt },
      ...{ fromProviderId: was.providerId, fromLocationId: was.locationId },
      ...{ toStartsAt: is.startsAt, toEndsAt: is.endsAt },
      ...{ toProviderId: is.providerId, toLocationId: is.locationId },
      ...{ byKind: identity.kind, byId: identity.subject, byName: identity.name },
    })
    .execute()
}

/** Loads the moves of an appointment, the first first, together with those of others that the request asks for. */
export async function loadReschedules(
  context: Context,
  { id, patientId }: Pick<AppointmentRecord, 'id' | 'patientId'>,
): Promise<Reschedule[]> {
  const found = await context
    .loader<Selectable<AppointmentRescheduleRow>[]>('reschedules', (ids) =>
      context.read(async (trx) => {
        const rows = await trx
          .selectFrom('appointmentReschedule')
          .selectAll()
          .where('domainId', '=', context.domainId)
          .where('appointmentId', 'in', [...ids])
          .orderBy('id')
          .execute()
        return Map.groupBy(rows, ({ appointmentId }) => appointmentId)
      }),
    )
    .load(id)
  return (found ?? []).map((row) => ({ ...row, patientId }))
}
