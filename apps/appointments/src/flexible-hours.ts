import { listPage, parseIntId, type OrderTerm, type Page, type PageArguments } from '@commonchart/subgraph'
import type { SelectQueryBuilder } from 'kysely'
import { pickColumns } from './columns.ts'
import type { Context } from './context.ts'
import { countRows, loadRecord } from './records.ts'
import type { FlexibleWorkHourRow, Tables } from './tables.ts'
import { findServicesOf } from './work-hours.ts'

type FlexibleHourColumn = keyof FlexibleWorkHourRow & string

/** Dated hours with the columns that were asked for. */
export type FlexibleWorkHour = Partial<FlexibleWorkHourRow> & { id: number }

const known = {
  always: [],
  plain: [
    ...(['visitType', 'slot', 'stacking', 'color', 'deactivated', 'version'] as const),
    ...(['createdAt', 'updatedAt'] as const),
  ],
  derived: {
    startAtDate: ['startDay'],
    endAtDate: ['endDay'],
    startAtTime: ['startMinute'],
    endAtTime: ['endMinute'],
    interval: ['intervalMinutes'],
    location: ['locationId'],
  },
} as const

const order: OrderTerm[] = [
  { column: 'flexible_work_hour.start_day', name: 'startDay', direction: 'ASC', type: 'text' },
  { column: 'flexible_work_hour.start_minute', name: 'startMinute', direction: 'ASC', type: 'integer' },
  { column: 'flexible_work_hour.id', name: 'id', direction: 'ASC', type: 'integer' },
]

export interface FlexibleHourFilters {
  anyLocationIds?: string[] | null
  from?: string | null
  to?: string | null
}

/** Lists the dated hours of a provider that have not been ended, by their first day, then by time. */
export function listFlexibleWorkHours(
  context: Context,
  providerId: number,
  args: FlexibleHourFilters & PageArguments,
  fields: { nodes: Set<string>; page: Set<string> },
): Promise<Page<FlexibleWorkHour>> {
  const { domainId } = context
  const columns = pickColumns<FlexibleHourColumn>(fields.nodes, known)
  return context.read((trx) => {
    const all = trx
      .selectFrom('flexibleWorkHour')
      .where('domainId', '=', domainId)
      .where('providerId', '=', providerId)
    const query = filterFlexibleHours(all, args)
    return listPage(query.select([...new Set(['id', 'startDay', 'startMinute', ...columns] as const)]), {
      order,
      args,
      fields: fields.page,
      context,
      count: () => countRows(query),
    })
  })
}

function filterFlexibleHours<Selected>(
  all: SelectQueryBuilder<Tables, 'flexibleWorkHour', Selected>,
  { anyLocationIds, from, to }: FlexibleHourFilters,
): SelectQueryBuilder<Tables, 'flexibleWorkHour', Selected> {
  let query = all.where('deactivated', '=', false)
  // No id is 0: an empty list meets nothing.
  if (anyLocationIds)
    query = query.where('locationId', 'in', [0, ...anyLocationIds.flatMap((id) => parseIntId(id) ?? [])])
  if (from) query = query.where('endDay', '>=', from)
  if (to) query = query.where('startDay', '<=', to)
  return query
}

/** Loads dated hours by their id; null when there are none. */
export function loadFlexibleWorkHour(
  context: Context,
  id: string | number,
  fields: Set<string>,
): Promise<FlexibleWorkHour | null> {
  return loadRecord(context, 'flexibleWorkHour', id, pickColumns<FlexibleHourColumn>(fields, known))
}

/** Loads the ids of the services that may be booked in dated hours; none when every service may. */
export async function loadFlexibleServices(context: Context, workHourId: number): Promise<number[]> {
  const { domainId } = context
  const found = await context
    .loader<number[]>('services of flexible work hours', (ids) =>
      context.read((trx) => findServicesOf(trx, domainId, ids.map(Number), 'flexibleWorkHourService')),
    )
    .load(String(workHourId))
  return found ?? []
}
