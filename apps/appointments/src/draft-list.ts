import { listPage, parseIntId, type OrderTerm, type Page, type PageArguments } from '@commonchart/subgraph'
import { sql, type SelectQueryBuilder } from 'kysely'
import type { Context } from './context.ts'
import { countRows } from './records.ts'
import { draftColumnsOf, draftTerms, type Draft } from './drafts.ts'
import type { Tables } from './tables.ts'

export interface DraftFilters {
  from?: Date | null
  to?: Date | null
  locationId?: string | null
  providerId?: string | null
  serviceId?: string | null
}

/** One item of CHR's `orderBy`. */
export interface DraftOrder {
  field: keyof typeof draftTerms
  direction: OrderTerm['direction']
}

/** What `draftAppointments` takes. */
export type DraftArguments = DraftFilters & PageArguments & { orderBy?: DraftOrder[] | null }

/** Lists the drafts that have not expired and meet every filter; without an order by creation, oldest first. */
export function listDrafts(
  context: Context,
  args: DraftArguments,
  fields: { nodes: Set<string>; page: Set<string> },
): Promise<Page<Draft>> {
  const { domainId } = context
  const order = orderDrafts(args.orderBy ?? [])
  const named = order.map(({ name }) => name as 'createdAt')
  const columns = [...new Set([...draftColumnsOf(fields.nodes), ...named, 'id' as const])].sort()
  return context.read((trx) =>
    listPage(filterDrafts(trx.selectFrom('draftAppointment'), domainId, args).select(columns), {
      order,
      args,
      fields: fields.page,
      context,
      count: () => countRows(filterDrafts(trx.selectFrom('draftAppointment'), domainId, args)),
    }),
  )
}

/** Turns CHR's `orderBy` into the terms of a keyset; the id is the last of them, in the direction of the one before it. */
function orderDrafts(orderBy: DraftOrder[]): OrderTerm[] {
  const asked = orderBy.length > 0 ? orderBy : [{ field: 'CREATED_AT', direction: 'ASC' } as const]
  const terms: OrderTerm[] = []
  for (const { field, direction } of [...asked, { field: 'ID', direction: asked.at(-1)?.direction } as const])
    if (!terms.some(({ name }) => name === 'id' || name === draftTerms[field].name))
      terms.push({ ...draftTerms[field], direction: direction ?? 'ASC' })
  return terms
}

function filterDrafts<Selected>(
  all: SelectQueryBuilder<Tables, 'draftAppointment', Selected>,
  domainId: number,
  { from, to, locationId, providerId, serviceId }: DraftFilters,
): SelectQueryBuilder<Tables, 'draftAppointment', Selected> {
  // No record has the id 0: a text that is no id meets nothing.
  const number = (id: string) => parseIntId(id) ?? 0
  let query = all.where('domainId', '=', domainId).where('expiresAt', '>', sql<Date>`now()`)
  if (from) query = query.where('startsAt', '>=', from)
  if (to) query = query.where('startsAt', '<', to)
  if (isGiven(locationId)) query = query.where('locationId', '=', number(locationId))
  if (isGiven(providerId)) query = query.where('providerId', '=', number(providerId))
  if (isGiven(serviceId)) query = query.where('serviceId', '=', number(serviceId))
  return query
}

function isGiven(value: string | null | undefined): value is string {
  return value !== null && value !== undefined
}
