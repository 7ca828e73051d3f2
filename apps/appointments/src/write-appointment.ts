import type { AuditAction, AuditDetail } from '@commonchart/audit'
import type { Insertable } from 'kysely'
import type { AppointmentRecord } from './appointments.ts'
import type { AppointmentsChange } from './context.ts'
import type { AppointmentRow } from './tables.ts'
import { accessCodeOf } from './virtual-visits.ts'

/** Inserts an appointment, a virtual one with its access code, and gives its id. */
export async function insertAppointment(
  { trx }: AppointmentsChange,
  row: Insertable<AppointmentRow>,
): Promise<string> {
  const values = { ...row, ...accessCodeOf(row) }
  const { id } = await trx.insertInto('appointment').values(values).returning('id').executeTakeFirstOrThrow()
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
