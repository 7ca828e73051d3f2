import { dayAfter, dayOf } from '@commonchart/clinic-time'
import { parseIntId } from '@commonchart/subgraph'
import type { Transaction } from 'kysely'
import type { Context } from './context.ts'
import { stretchesOf, type HourStretch } from './hour-stretches.ts'
import type { VisitType } from './names.ts'
import { offTimeColumns, type OffTime } from './off-times.ts'
import type { FlexibleWorkHourRow, StandardWorkHourRow, Tables } from './tables.ts'

export interface ScheduleArguments {
  from: Date
  to?: Date | null
  providers: string[]
  locations?: string[] | null
  visitType?: VisitType | null
}

/** What is asked of a schedule, read: whose time, where, between which instants. */
export interface ScheduleSpan {
  from: Date
  to: Date
  providerIds: number[]
  /** Null for every location. */
  locationIds: number[] | null
  visitType: VisitType | null
}

/** Work hours on one of their days. */
export type Worktime = HourStretch<StandardWorkHourRow, FlexibleWorkHourRow>

const dayMs = 86_400_000
const daysWithoutEnd = 31
/** So many days of providers are answered at most: a month of 100 providers, a year of 8. */
const mostProviderDays = 3_100
const latestInstant = Date.parse('9999-12-31T23:59:59.999Z')

/** Reads what is asked of a schedule. A span that is longer than is answered is cut, with the warning `SPAN_CUT`. */
export function readSpan(context: Context, args: ScheduleArguments): ScheduleSpan {
  const { from, providers, locations, visitType } = args
  const ids = (given: string[]) => [...new Set(given.flatMap((id) => parseIntId(id) ?? []))]
  const providerIds = ids(providers)
  const longestMs = Math.max(1, Math.floor(mostProviderDays / Math.max(1, providerIds.length))) * dayMs
  const asked = args.to?.getTime() ?? Math.min(from.getTime() + daysWithoutEnd * dayMs, latestInstant)
  const to = new Date(Math.min(asked, from.getTime() + longestMs))
  if (args.to && args.to > to)
    context.warn('SPAN_CUT', `At most ${mostProviderDays} days of providers are answered.`, {
      path: 'to',
      to: to.toISOString(),
    })
  return {
    ...{ from, to, providerIds },
    locationIds: locations ? ids(locations) : null,
    visitType: visitType ?? null,
  }
}

/** Lists the work hours of some providers on each day of a span, by time. */
export async function listWorktime(context: Context, span: ScheduleSpan): Promise<Worktime[]> {
  const { domainId } = context
  if (span.to <= span.from) return []
  const rows = await context.read(async (trx) => ({
    standard: await findStandardHours(trx, domainId, span),
    flexible: await findFlexibleHours(trx, domainId, span),
  }))
  const meets = ({ visitType }: { visitType: VisitType }) =>
    span.visitType === null || visitType === span.visitType
  const [standard, flexible] = [rows.standard.filter(meets), rows.flexible.filter(meets)]
  const zones = [...new Set([...standard, ...flexible].map(({ zone }) => zone))]
  const stretches = zones.flatMap((zone) => {
    const there = (row: { zone: string }) => row.zone === zone
    return stretchesOf({ standard: standard.filter(there), flexible: flexible.filter(there) }, zone, span)
  })
  return stretches.toSorted(
    (one, other) =>
      one.startsAt.getTime() - other.startsAt.getTime() ||
      one.workHour.providerId - other.workHour.providerId ||
      Number(worktimeId(one)) - Number(worktimeId(other)),
  )
}

/** The id of work hours on one of their days: digits that say the kind, the day and the id of the hours. */
export function worktimeId({ kind, day, workHour }: Worktime): string {
  return `${kind === 'standard' ? 1 : 2}${day.replaceAll('-', '')}${workHour.id}`
}

/** Lists the time off of some providers that touches a span, by time. */
export function listScheduledOffTimes(
  context: Context,
  { from, to, providerIds }: ScheduleSpan,
  fields: Set<string>,
): Promise<OffTime[]> {
  const { domainId } = context
  if (to <= from || providerIds.length === 0) return Promise.resolve([])
  return context.read((trx) =>
    trx
      .selectFrom('offTime')
      .select(['id', ...offTimeColumns(fields)])
      .where('domainId', '=', domainId)
      .where('providerId', 'in', providerIds)
      .where('endsAt', '>', from)
      .where('startsAt', '<', to)
      .where('deactivated', '=', false)
      .orderBy('startsAt')
      .orderBy('id')
      .execute(),
  )
}

/** Finds the weekly hours of some providers, each with the zone of its location. */
export async function findStandardHours(
  trx: Transaction<Tables>,
  domainId: number,
  { providerIds, locationIds }: Pick<ScheduleSpan, 'providerIds' | 'locationIds'>,
): Promise<(StandardWorkHourRow & { zone: string })[]> {
  if (providerIds.length === 0) return []
  let query = trx
    .selectFrom('standardWorkHour as hours')
    .innerJoin('location', (join) =>
      join.onRef('location.domainId', '=', 'hours.domainId').onRef('location.id', '=', 'hours.locationId'),
    )
    .selectAll('hours')
    .select('location.zone')
    .where('hours.domainId', '=', domainId)
    .where('hours.providerId', 'in', providerIds)
    .where('hours.deactivated', '=', false)
  // No id is 0: an empty list meets nothing.
  if (locationIds) query = query.where('hours.locationId', 'in', [0, ...locationIds])
  return query.execute()
}

/** Finds the dated hours of some providers with days near a span, each with the zone of its location. */
export async function findFlexibleHours(
  trx: Transaction<Tables>,
  domainId: number,
  { providerIds, locationIds, from, to }: Omit<ScheduleSpan, 'visitType'>,
): Promise<(FlexibleWorkHourRow & { zone: string })[]> {
  if (providerIds.length === 0) return []
  // On some clock it is a day earlier or later, and hours may run past midnight.
  const [first, last] = [dayAfter(dayOf(from.toISOString()), -2), dayOf(to.toISOString())]
  let query = trx
    .selectFrom('flexibleWorkHour as hours')
    .innerJoin('location', (join) =>
      join.onRef('location.domainId', '=', 'hours.domainId').onRef('location.id', '=', 'hours.locationId'),
    )
    .selectAll('hours')
    .select('location.zone')
    .where('hours.domainId', '=', domainId)
    .where('hours.providerId', 'in', providerIds)
    .where('hours.endDay', '>=', first)
    .where('hours.startDay', '<=', last < '9999-12-31' ? dayAfter(last, 1) : last)
    .where('hours.deactivated', '=', false)
  if (locationIds) query = query.where('hours.locationId', 'in', [0, ...locationIds])
  return query.execute()
}
