import { listPage, parseIntId, type OrderTerm, type Page, type PageArguments } from '@commonchart/subgraph'
import type { SelectQueryBuilder, Transaction } from 'kysely'
import { pickColumns } from './columns.ts'
import type { Context } from './context.ts'
import { countRows, loadRecord } from './records.ts'
import { weekdays, type Weekday } from './names.ts'
import type { StandardWorkHourRow, Tables } from './tables.ts'

type WorkHourColumn = keyof StandardWorkHourRow & string

/** Work hours with the columns that were asked for. */
export type StandardWorkHour = Partial<StandardWorkHourRow> & { id: number }

const known = {
  always: [],
  plain: [
    ...(['visitType', 'slot', 'stacking', 'showIntervalsOnSchedule', 'color', 'weekday'] as const),
    ...(['deactivated', 'version', 'createdAt', 'updatedAt'] as const),
  ],
  derived: {
    startAtTime: ['startMinute'],
    endAtTime: ['endMinute'],
    interval: ['intervalMinutes'],
    location: ['locationId'],
  },
} as const

const order: OrderTerm[] = [
  { column: 'standard_work_hour.weekday', name: 'weekday', direction: 'ASC', type: 'integer' },
  { column: 'standard_work_hour.start_minute', name: 'startMinute', direction: 'ASC', type: 'integer' },
  { column: 'standard_work_hour.id', name: 'id', direction: 'ASC', type: 'integer' },
]

export interface WorkHourFilters {
  anyLocationIds?: string[] | null
  anyWeekdays?: Weekday[] | null
}

/** Lists the weekly work hours of a provider that have not ended, by weekday from Sunday, then by time. */
export function listStandardWorkHours(
  context: Context,
  providerId: number,
  args: WorkHourFilters & PageArguments,
  fields: { nodes: Set<string>; page: Set<string> },
): Promise<Page<StandardWorkHour>> {
  const { domainId } = context
  const columns = pickColumns<WorkHourColumn>(fields.nodes, known)
  return context.read((trx) => {
    const filtered = <Selected>(all: SelectQueryBuilder<Tables, 'standardWorkHour', Selected>) =>
      filterWorkHours(all.where('domainId', '=', domainId).where('providerId', '=', providerId), args)
    const query = filtered(trx.selectFrom('standardWorkHour'))
    return listPage(query.select([...new Set(['id', 'weekday', 'startMinute', ...columns] as const)]), {
      order,
      args,
      fields: fields.page,
      context,
      count: () => countRows(query),
    })
  })
}

function filterWorkHours<Selected>(
  all: SelectQueryBuilder<Tables, 'standardWorkHour', Selected>,
  { anyLocationIds, anyWeekdays }: WorkHourFilters,
): SelectQueryBuilder<Tables, 'standardWorkHour', Selected> {
  let query = all.where('deactivated', '=', false)
  // No id is 0, and no weekday is -1: an empty list meets nothing.
  if (anyLocationIds)
    query = query.where('locationId', 'in', [0, ...anyLocationIds.flatMap((id) => parseIntId(id) ?? [])])
  if (anyWeekdays)
    query = query.where('weekday', 'in', [-1, ...anyWeekdays.map((day) => weekdays.indexOf(day))])
  return query
}

/** Loads work hours by their id; null when there are none. */
export function loadStandardWorkHour(
  context: Context,
  id: string | number,
  fields: Set<string>,
): Promise<StandardWorkHour | null> {
  return loadRecord(context, 'standardWorkHour', id, pickColumns<WorkHourColumn>(fields, known))
}

/** Loads the ids of the services that may be booked in work hours; none when every service may. */
export async function loadServicesOf(context: Context, workHourId: number): Promise<number[]> {
  const { domainId } = context
  const found = await context
    .loader<number[]>('services of standard work hours', (ids) =>
      context.read((trx) => findServicesOf(trx, domainId, ids.map(Number))),
    )
    .load(String(workHourId))
  return found ?? []
}

/** Where the services of weekly and of dated hours are. */
export type ServiceTable = 'standardWorkHourService' | 'flexibleWorkHourService'

/** Reads the ids of the services that may be booked, by the id of the work hours. */
export async function findServicesOf(
  trx: Transaction<Tables>,
  domainId: number,
  workHourIds: number[],
  table: ServiceTable = 'standardWorkHourService',
): Promise<Map<string, number[]>> {
  if (workHourIds.length === 0) return new Map()
  const rows = await trx
    .selectFrom(table)
    .select(['workHourId', 'serviceId'])
    .where('domainId', '=', domainId)
    .where('workHourId', 'in', workHourIds)
    .orderBy('serviceId')
    .execute()
  const grouped = Map.groupBy(rows, (row) => String(row.workHourId))
  return new Map([...grouped].map(([id, each]) => [id, each.map((row) => row.serviceId)]))
}

/** A minute of the day as `HH:MM`; the midnight that ends the day is 00:00. */
export function timeOf(minute: number): string {
  const pad = (value: number) => String(value).padStart(2, '0')
  return `${pad(Math.floor(minute / 60) % 24)}:${pad(minute % 60)}`
}

/** Reads `HH:MM` as a minute of the day. */
export function minuteOfTime(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}
