import type { AuditEvent } from '@commonchart/audit'
import type { Identity } from '@commonchart/identity'
import { sendChanges, type IncomingEvent, recordAudit } from '@commonchart/subgraph'
import { sql, type Transaction } from 'kysely'
import { settlePatient } from './patient-archive.ts'
import type { PatientFacts } from './patient-refs.ts'
import type { Tables } from './tables.ts'

/** What the patients subgraph says of a merge and of its undoing. */
interface MergePayload {
  mergeId: string
  kept: PatientFacts
  merged: PatientFacts
  /** In whose name it was done. */
  by: Pick<Identity, 'kind' | 'subject' | 'name' | 'role' | 'keyId' | 'ip' | 'requestId'>
}

/**
 * Takes in the event `patient.merged`: all appointments of the merged chart become those of the kept one. Who was booking for
 * the merged chart is waited for, and later bookings are refused.
 */
export async function receiveMerge(trx: Transaction<Tables>, event: IncomingEvent): Promise<void> {
  const payload = event.payload as unknown as MergePayload
  const { domainId } = event
  if (!(await keepMerge(trx, domainId, payload, false))) return
  for (const patient of inOrder(payload)) await settlePatient(trx, domainId, patient)
  const moved = await moveAppointments(trx, event, payload, { from: payload.merged.id, to: payload.kept.id })
  if (moved.length === 0) return
  await trx
    .insertInto('patientMergeMove')
    .values(moved.map((appointmentId) => ({ domainId, mergeId: payload.mergeId, appointmentId })))
    .execute()
}

/**
 * Takes in the event `patient.unmerged`: what moved with the merge moves back, as far as it is still the kept chart's. What
 * was booked for the kept chart since stays there. When it arrives before its merge, neither changes anything.
 */
export async function receiveUnmerge(trx: Transaction<Tables>, event: IncomingEvent): Promise<void> {
  const payload = event.payload as unknown as MergePayload
  const { domainId } = event
  await keepMerge(trx, domainId, payload, true)
  for (const patient of inOrder(payload)) await settlePatient(trx, domainId, patient)
  const { mergeId, kept, merged } = payload
  await moveAppointments(trx, event, payload, { from: kept.id, to: merged.id, onlyMovedBy: mergeId })
}

/** Both patients, in the order in which their rows are held. */
function inOrder({ kept, merged }: MergePayload): PatientFacts[] {
  return BigInt(kept.id) < BigInt(merged.id) ? [kept, merged] : [merged, kept]
}

/** Notes a merge or its undoing; false when it was noted already and there is nothing to do. */
async function keepMerge(
  trx: Transaction<Tables>,
  domainId: number,
  { mergeId, kept, merged }: MergePayload,
  undone: boolean,
): Promise<boolean> {
  const noted = await trx
    .insertInto('patientMerge')
    .values({ domainId, id: mergeId, keptId: kept.id, mergedId: merged.id, undone })
    .onConflict((conflict) =>
      undone
        ? conflict.columns(['domainId', 'id']).doUpdateSet({ undone })
        : conflict.columns(['domainId', 'id']).doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  return noted !== undefined
}

/** Gives appointments to another chart, records each, and gives their ids. */
async function moveAppointments(
  trx: Transaction<Tables>,
  { domainId }: IncomingEvent,
  { by }: MergePayload,
  { from, to, onlyMovedBy }: { from: string; to: string; onlyMovedBy?: string },
): Promise<string[]> {
  const { rows } = await sql<{ now: Date }>`SELECT now()::timestamptz(3) AS now`.execute(trx)
  const moved = await trx
    .updateTable('appointment')
    .set((row) => ({ patientId: to, version: row('version', '+', 1), updatedAt: rows[0]?.now }))
    .where('domainId', '=', domainId)
    .where('patientId', '=', from)
    .$if(onlyMovedBy !== undefined, (query) =>
      query.where('id', 'in', (select) =>
        select
          .selectFrom('patientMergeMove')
          .select('appointmentId')
          .where('domainId', '=', domainId)
          .where('mergeId', '=', onlyMovedBy ?? ''),
      ),
    )
    .returning(['id', 'version'])
    .execute()
  if (moved.length > 0)
    await trx
      .updateTable('notificationRequest')
      .set({ patientId: to })
      .where('domainId', '=', domainId)
      .where(
        'appointmentId',
        'in',
        moved.map(({ id }) => id),
      )
      .execute()
  const events = moved.map(({ id, version }): AuditEvent => ({
    action: 'appointment.moved',
    record: { type: 'Appointment', id, version },
    patientId: to,
    fields: ['patientId'],
    before: { patientId: from },
    after: { patientId: to },
  }))
  const identity: Identity = { ...by, domainId, scopes: null, language: 'en', mutations: [] }
  const changes = await recordAudit(trx, identity, domainId, events)
  if (changes.length > 0) await sendChanges(trx, identity, changes)
  return moved.map(({ id }) => id)
}
