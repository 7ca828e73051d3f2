import { detailOf, type AuditEvent } from '@commonchart/audit'
import type { Identity } from '@commonchart/identity'
import { sendChanges, type IncomingEvent, recordAudit } from '@commonchart/subgraph'
import { sql, type Transaction } from 'kysely'
import type { AppointmentRecord } from './appointments.ts'
import { createCancellation } from './cancellation.ts'
import { changedColumns } from './columns.ts'
import { statusesWithoutTime } from './names.ts'
import { requestNotifications } from './notification-requests.ts'
import { toRow, type PatientFacts } from './patient-refs.ts'
import { freeSeats } from './seats.ts'
import type { Tables } from './tables.ts'
import { releaseTime } from './time-claims.ts'

/** What an event says of a patient, and on whose behalf the record was closed. */
export interface PatientEvent extends PatientFacts {
  by?: Closer | null
  /** Whether the patient is to be told of what is cancelled. */
  notify?: boolean
}

type Closer = Pick<Identity, 'kind' | 'subject' | 'name' | 'role' | 'keyId' | 'ip' | 'requestId'>

/** Takes in the event `patient.changed`. */
export async function receivePatient(trx: Transaction<Tables>, event: IncomingEvent): Promise<void> {
  await settlePatient(trx, event.domainId, event.payload as unknown as PatientEvent)
}

/**
 * Keeps what patients says of one, unless something newer is known: versions never go back. Waits for the bookings of the
 * patient that are under way; when the record is archived, every live appointment to come is then cancelled.
 */
export async function settlePatient(
  trx: Transaction<Tables>,
  domainId: number,
  { by, notify = false, ...facts }: PatientEvent,
): Promise<void> {
  if (!(await takeIn(trx, domainId, facts))) return
  await trx
    .deleteFrom('patientClosing')
    .where('domainId', '=', domainId)
    .where('patientId', '=', String(facts.id))
    .where('version', '<', facts.version)
    .execute()
  // The appointments of a merged chart go to the one that is kept.
  if (facts.state === 'ARCHIVED' && by && (facts.mergedInto ?? null) === null)
    await cancelFuture(trx, domainId, String(facts.id), by, notify)
}

/** Holds the patient's row and stores the facts if they are newer than it; tells whether they are. */
async function takeIn(trx: Transaction<Tables>, domainId: number, facts: PatientFacts): Promise<boolean> {
  const { id, state, mergedInto, version } = toRow(domainId, facts)
  const made = await trx
    .insertInto('patientRef')
    .values({ domainId, id, state, mergedInto, version })
    .onConflict((conflict) => conflict.columns(['domainId', 'id']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (made) return true
  const known = await trx
    .selectFrom('patientRef')
    .select('version')
    .where('domainId', '=', domainId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (known.version >= version) return false
  await trx
    .updateTable('patientRef')
    .set({ state, mergedInto, version })
    .where('domainId', '=', domainId)
    .where('id', '=', id)
    .execute()
  return true
}

/** Cancels the live appointments of a patient that are still to begin, and records each for who archived the patient. */
async function cancelFuture(
  trx: Transaction<Tables>,
  domainId: number,
  patientId: string,
  closer: Closer,
  notify: boolean,
): Promise<void> {
  const by: Identity = { ...closer, domainId, scopes: null, language: 'en', mutations: [] }
  const rows = await trx
    .selectFrom('appointment')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('patientId', '=', patientId)
    .where('startsAt', '>', sql<Date>`now()`)
    .where('deactivated', '=', false)
    .where('status', 'not in', [...statusesWithoutTime])
    .orderBy('id')
    .forUpdate()
    .execute()
  if (rows.length === 0) return
  const audits: AuditEvent[] = []
  const { rows: clock } = await sql<{ now: Date }>`SELECT now()::timestamptz(3) AS now`.execute(trx)
  const now = clock[0]?.now ?? new Date()
  const change = { trx, domainId, identity: by, now, audit: (event: AuditEvent) => void audits.push(event) }
  for (const row of rows) await cancel(change, row)
  for (const { id: appointmentId } of notify ? rows : [])
    await requestNotifications(
      change,
      { appointmentId, patientId, occasion: 'CANCELLED' },
      { allowNotification: true },
    )
  for (const event of await freeSeats(trx, domainId, rows)) change.audit(event)
  const changes = await recordAudit(trx, by, domainId, audits)
  if (changes.length > 0) await sendChanges(trx, by, changes)
}

/** Cancels an appointment whose row is held, gives up its time, and records it for whoever acts. */
export async function cancel(
  change: Parameters<typeof requestNotifications>[0],
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
