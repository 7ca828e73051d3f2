import { parseId } from '@commonchart/subgraph'
import type { Selectable, Transaction } from 'kysely'
import { pickColumns } from './columns.ts'
import type { Context } from './context.ts'
import { notFound } from './references.ts'
import type { AppointmentRow, Tables } from './tables.ts'

export type AppointmentRecord = Selectable<AppointmentRow>
export type AppointmentColumn = keyof AppointmentRow & string

/** An appointment with the columns that were asked for, and always whose it is. */
export type Appointment = Partial<AppointmentRecord> & Pick<AppointmentRecord, 'id' | 'patientId'>

const known = {
  always: ['patientId'],
  plain: [
    ...(['status', 'visitType', 'note', 'reason', 'checkedInAt', 'deactivated', 'overbooked'] as const),
    ...(['accessCode', 'cancelReason', 'cancelledAt', 'overrideReason'] as const),
    ...(['version', 'createdAt', 'updatedAt'] as const),
  ],
  derived: {
    date: ['startWall'],
    startAt: ['startsAt'],
    untilAt: ['endsAt'],
    location: ['locationId'],
    provider: ['providerId'],
    service: ['serviceId'],
    cancelledBy: ['cancelledByKind', 'cancelledById'],
    groupVisit: ['groupVisitId'],
  },
} as const

/** The columns that some fields of an appointment need. */
export function columnsOf(fields: Set<string>): AppointmentColumn[] {
  return pickColumns<AppointmentColumn>(fields, known)
}

/** Loads an appointment by its id together with the others that the request asks for; null when there is none. */
export function loadAppointment(
  context: Context,
  id: string,
  fields: Set<string>,
): Promise<Appointment | null> {
  const key = parseId(id)
  if (key === null) return Promise.resolve(null)
  const columns = columnsOf(fields)
  const { domainId } = context
  return context
    .loader<Appointment>(`appointment ${columns.join()}`, (ids) =>
      context.read(async (trx) => {
        const rows = await trx
          .selectFrom('appointment')
          .select(['id', ...columns])
          .where('domainId', '=', domainId)
          .where('id', 'in', [...ids])
          .execute()
        return new Map(rows.map((row) => [row.id, row]))
      }),
    )
    .load(key)
}

/** Reads whole appointments by their ids. */
export async function findAppointments(
  trx: Transaction<Tables>,
  domainId: number,
  ids: string[],
): Promise<Map<string, AppointmentRecord>> {
  if (ids.length === 0) return new Map()
  const rows = await trx
    .selectFrom('appointment')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('id', 'in', ids)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/** Reads an appointment and keeps others from changing it until the transaction ends. Throws `NOT_FOUND`. */
export async function lockAppointment(
  trx: Transaction<Tables>,
  domainId: number,
  id: string,
): Promise<AppointmentRecord> {
  const key = parseId(id)
  const row =
    key === null
      ? undefined
      : await trx
          .selectFrom('appointment')
          .selectAll()
          .where('domainId', '=', domainId)
          .where('id', '=', key)
          .forNoKeyUpdate()
          .executeTakeFirst()
  if (!row) throw notFound('input.id')
  return row
}
