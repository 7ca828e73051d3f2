import { refusal } from '@commonchart/errors'
import { listPage, parseId, parseIntId, type Page, type PageArguments } from '@commonchart/subgraph'
import { sql, type SelectQueryBuilder, type Transaction } from 'kysely'
import {
  orderAppointments,
  type AppointmentOrder,
  type ListOrder,
  type NamedTable,
} from './appointment-order.ts'
import { columnsOf, type Appointment, type AppointmentColumn } from './appointments.ts'
import type { Context } from './context.ts'
import { countRows } from './records.ts'
import { statusesWithoutTime, type AppointmentStatus, type VisitType } from './names.ts'
import type { Tables } from './tables.ts'

export interface AppointmentFilters {
  from?: Date | null
  to?: Date | null
  locationId?: string | null
  patientId?: string | null
  providerId?: string | null
  serviceId?: string | null
  visitType?: VisitType | null
  statuses?: AppointmentStatus[] | null
  tagIds?: string[] | null
  updatedSince?: Date | null
  includeDeactivated?: boolean | null
  /** Those that take time and begin now or later. */
  upcoming?: boolean
}

/** Each is a join. */
const mostTags = 10

/** What `appointments` takes. */
export type AppointmentArguments = AppointmentFilters &
  PageArguments & { orderBy?: AppointmentOrder[] | null }

/** Lists appointments that meet every filter; without an order by creation, oldest first. */
export function listAppointments(
  context: Context,
  args: AppointmentArguments,
  fields: { nodes: Set<string>; page: Set<string> },
): Promise<Page<Appointment>> {
  const { domainId } = context
  const tagIds = [...new Set(args.tagIds ?? [])]
  if (tagIds.length > mostTags)
    throw refusal('BAD_USER_INPUT', `At most ${mostTags} tags can be asked for.`, { path: 'tagIds' })
  const order = orderAppointments(args.orderBy ?? [], tagIds.length > 0)
  const columns = [...new Set([...columnsOf(fields.nodes), ...order.columns])].sort()
  return context.read((trx) =>
    listPage(selectAppointments(trx, domainId, args, order, columns), {
      order: order.terms,
      args,
      fields: fields.page,
      context,
      count: () => countRows(filterAppointments(trx.selectFrom('appointment'), domainId, args)),
    }),
  )
}

type Query = SelectQueryBuilder<Tables, 'appointment', Appointment>

function selectAppointments(
  trx: Transaction<Tables>,
  domainId: number,
  filters: AppointmentFilters,
  { tables, byTag }: ListOrder,
  columns: AppointmentColumn[],
): Query {
  if (byTag) return walkTag(trx, domainId, filters, columns)
  const [lead, ...others] = tables
  const selected = columns.map((column) => `appointment.${column}` as const)
  if (!lead)
    return filterAppointments(trx.selectFrom('appointment'), domainId, filters).select(selected) as Query
  const own = [...new Set([...columns, ...others.map(keyOf)])].map(
    (column) => `appointment.${column}` as const,
  )
  // Walks the names in their order and reads each one's appointments from their index: OFFSET keeps Postgres from
  // joining the other way round, which would read and sort all of them.
  const names = trx.selectFrom(lead as 'location').where(`${lead}.domainId` as never, '=', domainId as never)
  const walked = names
    .innerJoinLateral(
      (of) =>
        filterAppointments(of.selectFrom('appointment'), domainId, filters)
          .whereRef(`appointment.${keyOf(lead)}`, '=', `${lead}.id` as never)
          .select(own)
          .offset(0)
          .as('appointment'),
      (join) => join.onTrue(),
    )
    .select([`${lead}.nameKey as ${lead}Key`, `${lead}.id as ${lead}KeyId`] as never[]) as unknown as Query
  return others.reduce((query, table) => joinNamed(query, domainId, table), walked).select(selected) as Query
}

/** Walks the postings of a tag in the order of creation and reads each one's appointment; OFFSET as above. */
function walkTag(
  trx: Transaction<Tables>,
  domainId: number,
  { tagIds, ...filters }: AppointmentFilters,
  columns: AppointmentColumn[],
): Query {
  const selected = columns.map((column) => `appointment.${column}` as const)
  const [first = '', ...others] = tagIds ?? []
  return trx
    .selectFrom('appointmentTagging as posting')
    .where('posting.domainId', '=', domainId)
    .where('posting.tagId', '=', parseIntId(first) ?? 0)
    .innerJoinLateral(
      (of) =>
        filterAppointments(of.selectFrom('appointment'), domainId, { ...filters, tagIds: others })
          .whereRef('appointment.id', '=', 'posting.appointmentId' as never)
          .select(selected)
          .offset(0)
          .as('appointment'),
      (join) => join.onTrue(),
    )
    .select(selected as never[]) as unknown as Query
}

function joinNamed(query: Query, domainId: number, table: NamedTable): Query {
  return query
    .innerJoin(table as 'location', (join) =>
      join
        .on(`${table}.domainId` as never, '=', domainId as never)
        .onRef(`${table}.id` as never, '=', `appointment.${keyOf(table)}` as never),
    )
    .select([
      `${table}.nameKey as ${table}Key`,
      `${table}.id as ${table}KeyId`,
    ] as never[]) as unknown as Query
}

function keyOf(table: NamedTable): `${NamedTable}Id` {
  return `${table}Id`
}

function filterAppointments<Selected>(
  all: SelectQueryBuilder<Tables, 'appointment', Selected>,
  domainId: number,
  filters: AppointmentFilters,
): SelectQueryBuilder<Tables, 'appointment', Selected> {
  const { from, to, locationId, patientId, providerId, serviceId, visitType } = filters
  // No record has the id 0: a text that is no id meets nothing.
  const number = (id: string) => parseIntId(id) ?? 0
  let query = all.where('appointment.domainId', '=', domainId)
  if (filters.includeDeactivated !== true) query = query.where('appointment.deactivated', '=', false)
  if (from) query = query.where('appointment.startsAt', '>=', from)
  if (to) query = query.where('appointment.startsAt', '<', to)
  if (isGiven(locationId)) query = query.where('appointment.locationId', '=', number(locationId))
  if (isGiven(patientId)) query = query.where('appointment.patientId', '=', parseId(patientId) ?? '0')
  if (isGiven(providerId)) query = query.where('appointment.providerId', '=', number(providerId))
  if (isGiven(serviceId)) query = query.where('appointment.serviceId', '=', number(serviceId))
  if (visitType) query = query.where('appointment.visitType', '=', visitType)
  return filterFurther(query, domainId, filters)
}

function filterFurther<Selected>(
  all: SelectQueryBuilder<Tables, 'appointment', Selected>,
  domainId: number,
  { statuses, tagIds, updatedSince, upcoming }: AppointmentFilters,
): SelectQueryBuilder<Tables, 'appointment', Selected> {
  let query = all
  // No status is empty: an empty list meets nothing. A single one is an equality, which an index in order serves.
  if (statuses)
    query = query.where(
      'appointment.status',
      'in',
      statuses.length > 0 ? statuses : ['' as AppointmentStatus],
    )
  if (updatedSince) query = query.where('appointment.updatedAt', '>=', updatedSince)
  if (upcoming)
    query = query
      .where('appointment.startsAt', '>=', sql<Date>`now()`)
      .where('appointment.status', 'not in', [...statusesWithoutTime])
  for (const tagId of tagIds ?? [])
    query = query.where('appointment.id', 'in', (of) =>
      of
        .selectFrom('appointmentTagging')
        .select('appointmentId')
        .where('appointmentTagging.domainId', '=', domainId)
        .where('tagId', '=', parseIntId(tagId) ?? 0),
    )
  return query
}

/** Lists the appointments of the domain that take time and begin now or later, by time. */
export function listUpcomingAppointments(
  context: Context,
  args: PageArguments,
  fields: { nodes: Set<string>; page: Set<string> },
): Promise<Page<Appointment>> {
  const orderBy: AppointmentOrder[] = [{ field: 'START_AT', direction: 'ASC' }]
  return listAppointments(context, { ...args, orderBy, upcoming: true }, fields)
}

function isGiven(value: string | null | undefined): value is string {
  return value !== null && value !== undefined
}
