import { detailOf } from '@commonchart/audit'
import type { AppointmentRecord } from './appointments.ts'
import { createCancellation } from './cancellation.ts'
import { changedColumns } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { releaseTime } from './time-claims.ts'

/** Cancels an appointment whose row is held, gives up its time, and records it. Its seat is for `freeSeats` to give up. */
export async function cancelAppointment(
  change: Pick<AppointmentsChange, 'trx' | 'domainId' | 'identity' | 'now' | 'audit'>,
  row: AppointmentRecord,
): Promise<void> {
  const { trx, now } = change
  const { domainId, id, patientId } = row
  const version = row.version + 1
  const cancellation = await createCancellation(change, null)
  const values = { status: 'CANCELLED', overbooked: false, ...cancellation } as const
  await trx
    .updateTable('appointment')
    .set({ ...values, version, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', id)
    .execute()
  await releaseTime(trx, domainId, { holderKind: 'appointment', holderId: id })
  const fields = changedColumns(row, values)
  change.audit({
    action: 'appointment.canceled',
    record: { type: 'Appointment', id, version },
    patientId,
    fields,
    ...detailOf(row, values, fields),
  })
}
