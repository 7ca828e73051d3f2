import assert from 'node:assert/strict'
import type { AuditAction, AuditDetail } from '@commonchart/audit'
import { sql, type Insertable } from 'kysely'
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

/** An appointment as it is booked, without the id that it gets. */
export type NewAppointment = Omit<AppointmentRecord, 'id'>

/**
 * Inserts an appointment as `insertAppointment` does, tries to claim its time in the first lane, and gives the record as it
 * is stored. What the time is claimed for goes beyond this lane is the caller's to find out.
 */
export async function insertClaiming(
  { trx }: AppointmentsChange,
  row: NewAppointment,
): Promise<{ record: AppointmentRecord; claimed: boolean }> {
  const { rows } = await sql<{ id: string; claimed: boolean }>`/* prepare insert_claiming */
    WITH booked AS (
      INSERT INTO appointment (${sql.join(bookedColumns.map((column) => sql.ref(column)))})
      VALUES (${sql.join(bookedColumns.map((column) => row[column]))})
      RETURNING id
    ), claimed AS (
      INSERT INTO time_claim (domain_id, resource, lane, during, holder_kind, holder_id)
      SELECT ${row.domainId}::integer, ${`provider:${row.providerId}`}, 0,
        tstzrange(${row.startsAt}, ${row.endsAt}), 'appointment', id FROM booked
      ON CONFLICT ON CONSTRAINT time_claim_apart DO NOTHING
      RETURNING lane
    )
    SELECT id, EXISTS (SELECT FROM claimed) AS claimed FROM booked`.execute(trx)
  assert(rows[0], 'what is inserted is returned')
  const { id, claimed } = rows[0]
  return { record: { ...row, id }, claimed }
}

const bookedColumns = [
  ...(['domainId', 'patientId', 'locationId', 'providerId', 'serviceId', 'groupVisitId'] as const),
  ...(['presentingIssueId', 'tagIds', 'startsAt', 'endsAt', 'startWall', 'endWall', 'zone'] as const),
  ...(['status', 'visitType', 'note', 'reason', 'checkedInAt', 'deactivated', 'overbooked'] as const),
  ...(['cancelReason', 'cancelledAt', 'cancelledByKind', 'cancelledById', 'overrideReason'] as const),
  ...(['accessCode', 'version', 'createdAt', 'updatedAt'] as const),
] satisfies (keyof AppointmentRecord)[]

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
