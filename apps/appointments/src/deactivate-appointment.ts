import { detailOf } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import { expectVersion } from '@commonchart/subgraph'
import { lockAppointment } from './appointments.ts'
import { createCancellation } from './cancellation.ts'
import { changedColumns } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { readText } from './input-text.ts'
import { isLive } from './names.ts'
import { freeSeats } from './seats.ts'
import { releaseTime } from './time-claims.ts'
import { audit } from './write-appointment.ts'

export interface DeactivateAppointmentInput {
  id: string
  expectedVersion?: number | null
  reason?: string | null
}

/** Takes an appointment back altogether: its time is free, and lists hide it. Throws `NOT_FOUND` and `CONFLICT`. */
export async function deactivateAppointment(
  change: AppointmentsChange,
  input: DeactivateAppointmentInput,
): Promise<{ id: string }> {
  const { trx, domainId, now } = change
  const row = await lockAppointment(trx, domainId, input.id)
  expectVersion(row.version, input.expectedVersion)
  const violations = new Violations()
  const reason = readText(input.reason, 'input.reason', violations) ?? null
  violations.throwIfAny()
  const { id } = row
  if (row.deactivated) return { id }
  const keepsCancellation = row.status === 'CANCELLED' && reason === null
  const values = {
    ...{ deactivated: true, overbooked: false },
    ...(keepsCancellation ? {} : await createCancellation(change, reason)),
  }
  const version = row.version + 1
  await trx
    .updateTable('appointment')
    .set({ ...values, version, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', id)
    .execute()
  await releaseTime(trx, domainId, { holderKind: 'appointment', holderId: id })
  if (isLive(row)) for (const event of await freeSeats(trx, domainId, [row])) change.audit(event)
  const fields = changedColumns(row, values)
  audit(change, { ...row, version }, 'appointment.deactivated', fields, detailOf(row, values, fields))
  return { id }
}
