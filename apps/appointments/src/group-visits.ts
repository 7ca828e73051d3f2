import { parseId } from '@commonchart/subgraph'
import type { Selectable, Transaction } from 'kysely'
import { columnsOf as appointmentColumnsOf, type Appointment } from './appointments.ts'
import { pickColumns } from './columns.ts'
import type { Context } from './context.ts'
import type { GroupVisitRow } from './group-tables.ts'
import { notFound } from './references.ts'
import type { Tables } from './tables.ts'

export type GroupVisitRecord = Selectable<GroupVisitRow>
export type GroupVisitColumn = keyof GroupVisitRow & string

/** A group visit with the columns that were asked for. */
export type GroupVisit = Partial<GroupVisitRecord> & Pick<GroupVisitRecord, 'id'>

const known = {
  always: [],
  plain: [
    ...(['name', 'description', 'status', 'visitType', 'capacity', 'fullyBooked', 'allowEbooking'] as const),
    ...(['allowNewPatient', 'allowExistingPatient', 'deactivated', 'version'] as const),
    ...(['createdAt', 'updatedAt'] as const),
  ],
  derived: {
    startAt: ['startsAt'],
    untilAt: ['endsAt'],
    location: ['locationId'],
    service: ['serviceId'],
    createdProviderUser: ['createdProviderId'],
    availableSlots: ['capacity', 'occupied'],
    occupiedSlotsCount: ['occupied'],
  },
} as const

/** The columns that some fields of a group visit need. */
export function columnsOf(fields: Set<string>): GroupVisitColumn[] {
  return pickColumns<GroupVisitColumn>(fields, known)
}

/** Loads a group visit by its id together with the others that the request asks for; null when there is none. */
export function loadGroupVisit(
  context: Context,
  id: string,
  fields: Set<string>,
): Promise<GroupVisit | null> {
  const key = parseId(id)
  if (key === null) return Promise.resolve(null)
  const columns = columnsOf(fields)
  const { domainId } = context
  return context
    .loader<GroupVisit>(`group visit ${columns.join()}`, (ids) =>
      context.read(async (trx) => {
        const rows = await trx
          .selectFrom('groupVisit')
          .select(['id', ...columns])
          .where('domainId', '=', domainId)
          .where('id', 'in', [...ids])
          .execute()
        return new Map(rows.map((row) => [row.id, row]))
      }),
    )
    .load(key)
}

/** Loads the ids of the providers of a group visit, in the order in which they were named. */
export async function loadLeadersOf(context: Context, id: string): Promise<number[]> {
  const { domainId } = context
  const leaders = await context
    .loader<number[]>('providers of group visits', (ids) =>
      context.read((trx) => findLeaders(trx, domainId, [...ids])),
    )
    .load(id)
  return leaders ?? []
}

/** Finds the providers of group visits, in the order in which they were named, by visit. */
export async function findLeaders(
  trx: Transaction<Tables>,
  domainId: number,
  ids: string[],
): Promise<Map<string, number[]>> {
  const rows = await trx
    .selectFrom('groupVisitProvider')
    .select(['groupVisitId', 'providerId'])
    .where('domainId', '=', domainId)
    .where('groupVisitId', 'in', ids)
    .orderBy('groupVisitId')
    .orderBy('place')
    .execute()
  const byVisit = Map.groupBy(rows, ({ groupVisitId }) => groupVisitId)
  return new Map([...byVisit].map(([id, leaders]) => [id, leaders.map(({ providerId }) => providerId)]))
}

/** Loads the appointments of a group visit that are not deactivated, oldest first. */
export async function loadAppointmentsOf(
  context: Context,
  id: string,
  fields: Set<string>,
): Promise<Appointment[]> {
  const columns = [...new Set([...appointmentColumnsOf(fields), 'groupVisitId' as const])].sort()
  const { domainId } = context
  const found = await context
    .loader<Appointment[]>(`appointments of group visits ${columns.join()}`, (ids) =>
      context.read(async (trx) => {
        const rows = await trx
          .selectFrom('appointment')
          .select(['id', ...columns])
          .where('domainId', '=', domainId)
          .where('groupVisitId', 'in', [...ids])
          .where('deactivated', '=', false)
          .orderBy('id')
          .execute()
        return Map.groupBy(rows as Appointment[], ({ groupVisitId }) => groupVisitId ?? '')
      }),
    )
    .load(id)
  return found ?? []
}

/** Reads a group visit and keeps others from changing it, or its seats, until the transaction ends. Throws `NOT_FOUND`. */
export async function lockGroupVisit(
  trx: Transaction<Tables>,
  domainId: number,
  id: string,
  path = 'input.id',
): Promise<GroupVisitRecord> {
  const key = parseId(id)
  const row =
    key === null
      ? undefined
      : await trx
          .selectFrom('groupVisit')
          .selectAll()
          .where('domainId', '=', domainId)
          .where('id', '=', key)
          .forNoKeyUpdate()
          .executeTakeFirst()
  if (!row) throw notFound(path)
  return row
}
