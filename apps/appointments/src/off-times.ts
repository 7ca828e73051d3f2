import { dayAfter, firstInstantAt } from '@commonchart/clinic-time'
import { listPage, type OrderTerm, type Page, type PageArguments } from '@commonchart/subgraph'
import type { Transaction } from 'kysely'
import { pickColumns } from './columns.ts'
import type { Context } from './context.ts'
import { countRows, findRecords, loadRecord } from './records.ts'
import { findDomainZone } from './location-changes.ts'
import { findLocations, findMainLocation } from './locations.ts'
import type { OffTimeRow, Tables } from './tables.ts'

type OffTimeColumn = keyof OffTimeRow & string

/** Time off with the columns that were asked for. */
export type OffTime = Partial<OffTimeRow> & { id: number }

const known = {
  always: [],
  plain: [
    ...(['name', 'memo', 'color', 'deactivated', 'version'] as const),
    ...(['createdAt', 'updatedAt'] as const),
  ],
  derived: {
    startAtDate: ['startWall'],
    startAtTime: ['startWall'],
    endAtDate: ['endWall'],
    endAtTime: ['endWall'],
    startAt: ['startsAt'],
    untilAt: ['endsAt'],
    provider: ['providerId'],
  },
} as const

/** Names the columns that are needed for some fields of time off. */
export function offTimeColumns(fields: Set<string>): OffTimeColumn[] {
  return pickColumns<OffTimeColumn>(fields, known)
}

const order: OrderTerm[] = [
  { column: 'off_time.starts_at', name: 'startsAt', direction: 'ASC', type: 'timestamptz' },
  { column: 'off_time.id', name: 'id', direction: 'ASC', type: 'integer' },
]

export interface OffTimeFilters {
  from?: string | null
  to?: string | null
}

/** Lists the time off of a provider that was not taken back, by time. */
export function listOffTimes(
  context: Context,
  providerId: number,
  args: OffTimeFilters & PageArguments,
  fields: { nodes: Set<string>; page: Set<string> },
): Promise<Page<OffTime>> {
  const { domainId } = context
  const columns = offTimeColumns(fields.nodes)
  return context.read(async (trx) => {
    let query = trx
      .selectFrom('offTime')
      .where('domainId', '=', domainId)
      .where('providerId', '=', providerId)
      .where('deactivated', '=', false)
    const zone = args.from || args.to ? await findClinicZone(trx, domainId) : null
    // The instant's reading is UTC where there is no clock: then nobody has entered time off.
    const midnight = (day: string) => firstInstantAt(`${day}T00:00`, zone ?? 'UTC')
    if (args.from) query = query.where('endsAt', '>', midnight(args.from))
    // The calendar's last day ends with it.
    if (args.to && args.to < '9999-12-31')
      query = query.where('startsAt', '<', midnight(dayAfter(args.to, 1)))
    return listPage(query.select([...new Set(['id', 'startsAt', ...columns] as const)]), {
      order,
      args,
      fields: fields.page,
      context,
      count: () => countRows(query),
    })
  })
}

/** The zone whose clock time off is read on: that of the main location, else of the domain; null when there is neither. */
export async function findClinicZone(trx: Transaction<Tables>, domainId: number): Promise<string | null> {
  const id = await findMainLocation(trx, domainId)
  const location = id === null ? undefined : (await findLocations(trx, domainId, [id])).get(String(id))
  return location?.zone ?? (await findDomainZone({ trx, domainId }))
}

/** Loads time off by its id; null when there is none. */
export function loadOffTime(
  context: Context,
  id: string | number,
  fields: Set<string>,
): Promise<OffTime | null> {
  return loadRecord(context, 'offTime', id, offTimeColumns(fields))
}

/** Reads whole time off by its ids. */
export function findOffTimes(
  trx: Transaction<Tables>,
  domainId: number,
  ids: number[],
): Promise<Map<string, OffTimeRow>> {
  return findRecords(trx, domainId, 'offTime', ids)
}
