import { listPage, parseId, parseIntId, type Page, type PageArguments } from '@commonchart/subgraph'
import type { SelectQueryBuilder, Transaction } from 'kysely'
import {
  orderAppointments,
  type AppointmentOrder,
  type ListOrder,
  type NamedTable,
} from './appointment-order.ts'
import { columnsOf, type Appointment, type AppointmentColumn } from './appointments.ts'
import type { Context } from './context.ts'
import type { VisitType } from './names.ts'
import type { Tables } from './tables.ts'

export interface AppointmentFilters {
  from?: Date | null
  to?: Date | null
  locationId?: string | null
  patientId?: string | null
  providerId?: string | null
  serviceId?: string | null
  visitType?: VisitType | null
  includeDeactivated?: boolean | null
}

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
  const order = orderAppointments(args.orderBy ?? [])
  const columns = [...new Set([...columnsOf(fields.nodes), ...order.columns])].sort()
  return context.read((trx) =>
    listPage(selectAppointments(trx, domainId, args, order, columns), {
      order: order.terms,
      args,
      fields: fields.page,
      context,
      count: async () => {
        const query = filterAppointments(trx.selectFrom('appointment'), domainId, args)
        const { count } = await query.select((of) => of.fn.countAll().as('count')).executeTakeFirstOrThrow()
        return Number(count)
      },
    }),
  )
}

type Query = SelectQueryBuilder<Tables, 'appointment', Appointment>

function selectAppointments(
  trx: Transaction<Tables>,
  domainId: number,
  filters: AppointmentFilters,
  { tables }: ListOrder,
  columns: AppointmentColumn[],
): Query {
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
  return query
}

function isGiven(value: string | null | undefined): value is string {
  return value !== null && value !== undefined
}
