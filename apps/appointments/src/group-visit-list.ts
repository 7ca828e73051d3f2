import { listPage, parseIntId, prefixEnd, type Page, type PageArguments } from '@commonchart/subgraph'
import type { SelectQueryBuilder, Transaction } from 'kysely'
import type { Context } from './context.ts'
import { countRows } from './records.ts'
import { orderGroupVisits, type GroupVisitListOrder, type GroupVisitOrder } from './group-visit-order.ts'
import { columnsOf, type GroupVisit, type GroupVisitColumn } from './group-visits.ts'
import type { Tables } from './tables.ts'

export interface GroupVisitFilters {
  allowEbooking?: boolean | null
  description?: string | null
  from?: Date | null
  fullyBooked?: boolean | null
  includeDeactivated?: boolean | null
  locationId?: string | null
  name?: string | null
  to?: Date | null
}

/** What `groupVisits` takes. */
export type GroupVisitArguments = GroupVisitFilters & PageArguments & { orderBy?: GroupVisitOrder[] | null }

/** How much of a name or a description is compared: an index takes no longer texts. */
export const comparedLength = 200

/** Lists group visits that meet every filter; without an order by time. */
export function listGroupVisits(
  context: Context,
  args: GroupVisitArguments,
  fields: { nodes: Set<string>; page: Set<string> },
): Promise<Page<GroupVisit>> {
  const { domainId } = context
  const order = orderGroupVisits(args.orderBy ?? [])
  const columns = [...new Set([...columnsOf(fields.nodes), ...order.columns])].sort()
  return context.read((trx) =>
    listPage(selectGroupVisits(trx, domainId, args, order, columns), {
      order: order.terms,
      args,
      fields: fields.page,
      context,
      count: () => countRows(filterGroupVisits(trx.selectFrom('groupVisit'), domainId, args)),
    }),
  )
}

type Query = SelectQueryBuilder<Tables, 'groupVisit', GroupVisit>

function selectGroupVisits(
  trx: Transaction<Tables>,
  domainId: number,
  filters: GroupVisitFilters,
  order: GroupVisitListOrder,
  columns: GroupVisitColumn[],
): Query {
  const selected = columns.map((column) => `groupVisit.${column}` as const)
  const own = filterGroupVisits(trx.selectFrom('groupVisit'), domainId, filters)
  const key = ['location.nameKey as locationKey', 'location.id as locationKeyId'] as const
  if (order.byLocation === 'no') return own.select(selected) as Query
  if (order.byLocation === 'later')
    return own
      .innerJoin('location', (join) =>
        join.on('location.domainId', '=', domainId).onRef('location.id', '=', 'groupVisit.locationId'),
      )
      .select([...selected, ...key]) as unknown as Query
  // Walks the names in their order and reads each location's visits from their index, as appointments are.
  return trx
    .selectFrom('location')
    .where('location.domainId', '=', domainId)
    .innerJoinLateral(
      (of) =>
        filterGroupVisits(of.selectFrom('groupVisit'), domainId, filters)
          .whereRef('groupVisit.locationId', '=', 'location.id' as never)
          .select(selected)
          .offset(0)
          .as('groupVisit'),
      (join) => join.onTrue(),
    )
    .select([...selected, ...key] as never[]) as unknown as Query
}

function filterGroupVisits<Selected>(
  all: SelectQueryBuilder<Tables, 'groupVisit', Selected>,
  domainId: number,
  filters: GroupVisitFilters,
): SelectQueryBuilder<Tables, 'groupVisit', Selected> {
  const { allowEbooking, from, fullyBooked, locationId, to } = filters
  const [name, description] = [filters.name, filters.description].map((text) =>
    text?.slice(0, comparedLength),
  )
  let query = all.where('groupVisit.domainId', '=', domainId)
  if (filters.includeDeactivated !== true) query = query.where('groupVisit.deactivated', '=', false)
  if (isGiven(allowEbooking)) query = query.where('groupVisit.allowEbooking', '=', allowEbooking)
  if (isGiven(fullyBooked)) query = query.where('groupVisit.fullyBooked', '=', fullyBooked)
  if (from) query = query.where('groupVisit.startsAt', '>=', from)
  if (to) query = query.where('groupVisit.startsAt', '<', to)
  // No record has the id 0: a text that is no id meets nothing.
  if (isGiven(locationId)) query = query.where('groupVisit.locationId', '=', parseIntId(locationId) ?? 0)
  if (name)
    query = query.where('groupVisit.nameKey', '>=', name).where('groupVisit.nameKey', '<', prefixEnd(name))
  if (description)
    query = query
      .where('groupVisit.descriptionKey', '>=', description)
      .where('groupVisit.descriptionKey', '<', prefixEnd(description))
  return query
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined
}
