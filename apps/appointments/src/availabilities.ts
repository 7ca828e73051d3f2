import { noteRead, parseId, parseIntId } from '@commonchart/subgraph'
import { sql, type Transaction } from 'kysely'
import { listBookable, type Bookable, type Calendar, type Search } from './bookable.ts'
import { createCalendars, readHours, readPatientStanding, type KnownHours } from './booking-inputs.ts'
import { refusesOverlap } from './booking-rules.ts'
import { findBusy } from './busy.ts'
import type { Context } from './context.ts'
import { findGroupMembers } from './group-members.ts'
import type { VisitType } from './names.ts'
import { noticeOf, type Notice } from './notice.ts'
import { notFound } from './references.ts'
import { admits, type PatientStanding } from './rules.ts'
import { findServices, type ServiceRecord } from './services.ts'
import type { LocationRow, Tables } from './tables.ts'
import { createTimeline, overlapping, type Span } from './timeline.ts'

export interface AvailabilityFilters {
  serviceId: string
  locations?: string[] | null
  providers?: string[] | null
  userGroupId?: string | null
  visitType?: VisitType | null
  exclusiveAvailability?: boolean | null
}

/** A time that can be booked, with whom and where. */
export interface Availability {
  providerId: number
  locationId: number
  startAt: Date
  untilAt: Date
  visitType: VisitType
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
/** How many days are looked through at most, and how many unless it is said. */
export const mostDays = 92
const usualDays = 7

/**
 * Lists the times at which a service can be booked, by their start, then by provider: `createAppointment` takes each of them.
 * A range of more than 92 days is clamped, with a warning. Throws `NOT_FOUND` for a service or a group that is not there.
 */
export async function listAvailabilities(
  context: Context,
  args: AvailabilityFilters & { from?: Date | null; to?: Date | null },
  nowMs = Date.now(),
): Promise<Availability[]> {
  const startMs = Math.max(args.from?.getTime() ?? nowMs, nowMs)
  const endMs = args.to?.getTime() ?? (args.from?.getTime() ?? nowMs) + usualDays * dayMs
  const lastMs = startMs + mostDays * dayMs
  if (endMs > lastMs)
    context.warn(
      'RANGE_CLAMPED',
      `At most ${mostDays} days are looked through: the list ends before \`to\`.`,
      {
        to: new Date(lastMs).toISOString(),
      },
    )
  const range = { startMs, endMs: Math.min(endMs, lastMs) }
  return context.read(async (trx) => {
    const scope = await openSearch(trx, context, args, range, nowMs)
    return scope ? searchWithin(trx, scope, range) : []
  })
}

/** The first windows that are searched have so many days; each is twice as long as the one before it. */
const firstWindowDays = 7
/** No search goes further ahead than this, whatever the service allows. */
const furthestDays = 366
const mostAnswers = 100

/**
 * Lists the first times from `after` on at which a service can be booked, of every provider and location that is meant,
 * and, where it is said for whom, by that patient.
 */
export async function listNextAvailabilities(
  context: Context,
  args: AvailabilityFilters & { first?: number | null; after?: Date | null; forPatientId?: string | null },
): Promise<Availability[]> {
  const nowMs = Date.now()
  const startMs = Math.max(args.after?.getTime() ?? nowMs, nowMs)
  const wanted = clampFirst(context, args.first ?? 10)
  return context.read(async (trx) => {
    const scope = await openSearch(
      trx,
      context,
      args,
      { startMs, endMs: startMs + furthestDays * dayMs },
      nowMs,
    )
    if (!scope) return []
    const days = Math.min(scope.service.maxRequestableDays ?? mostDays, furthestDays) + 1
    const lastMs = startMs + days * dayMs
    const found: Availability[] = []
    let windowMs = firstWindowDays * dayMs
    for (let fromMs = startMs; found.length < wanted && fromMs < lastMs; windowMs *= 2) {
      const endMs = Math.min(fromMs + windowMs, lastMs)
      found.push(...(await searchWithin(trx, scope, { startMs: fromMs, endMs })))
      fromMs = endMs
    }
    return found.slice(0, wanted)
  })
}

function clampFirst(context: Context, first: number): number {
  if (first > mostAnswers)
    context.warn('PAGE_CLAMPED', `A list has at most ${mostAnswers} records.`, { path: 'first' })
  return Math.max(0, Math.min(first, mostAnswers))
}

/** What is searched for, among whom. */
interface Scope {
  domainId: number
  service: ServiceRecord
  locations: Pick<LocationRow, 'id' | 'zone'>[]
  notices: Map<number, Notice>
  hours: KnownHours
  patient: PatientStanding | null
  search: Omit<Search, keyof Span>
}

/** Reads what stays the same all through a search; null when nothing can be booked at all. */
async function openSearch(
  trx: Transaction<Tables>,
  context: Context,
  args: AvailabilityFilters & { forPatientId?: string | null },
  range: Span,
  nowMs: number,
): Promise<Scope | null> {
  const { domainId } = context
  const serviceId = parseIntId(args.serviceId) ?? 0
  const [services, group, locations, patient] = await Promise.all([
    findServices(trx, domainId, [serviceId]),
    args.userGroupId ? findGroupMembers(trx, domainId, parseIntId(args.userGroupId) ?? 0) : null,
    findOpenLocations(trx, domainId, args.locations),
    readPatient(trx, context, args.forPatientId, range),
  ])
  const service = services.get(String(serviceId))
  if (!service) throw notFound('serviceId')
  if (args.userGroupId && !group) throw notFound('userGroupId')
  if (service.deactivated || (group && !group.bookable) || !admits(service, patient)) return null
  const named = args.providers?.flatMap((id) => parseIntId(id) ?? []) ?? null
  const members = group && new Set(group.providerIds)
  const meant =
    named && members ? named.filter((id) => members.has(id)) : (named ?? group?.providerIds ?? null)
  const providerIds = await findOpenProviders(trx, domainId, meant)
  const locationIds = locations.map(({ id }) => id)
  return {
    ...{ domainId, service, locations, patient },
    notices: new Map(locations.map(({ id, zone }) => [id, noticeOf(service, zone, nowMs)])),
    hours: await readHours(trx, domainId, providerIds, locationIds, range),
    search: {
      serviceId,
      lengthMs: service.slotLength * minuteMs,
      visitType: args.visitType ?? null,
      exclusive: args.exclusiveAvailability === true,
    },
  }
}

/** Reads how the patient stands whom a search is for; their other appointments count where the domain refuses overlaps. */
async function readPatient(
  trx: Transaction<Tables>,
  context: Context,
  id: string | null | undefined,
  range: Span,
): Promise<PatientStanding | null> {
  if (!id) return null
  const patientId = parseId(id)
  if (patientId === null) throw notFound('forPatientId')
  const standing = await readPatientStanding(trx, context.domainId, patientId, range)
  // What is offered tells of their appointments.
  if (!standing.isNew || standing.overlapping.length > 0) noteRead(context.recorded, patientId, null)
  return (await refusesOverlap(trx, context.domainId)) ? standing : { ...standing, overlapping: [] }
}

async function findOpenLocations(
  trx: Transaction<Tables>,
  domainId: number,
  ids: string[] | null | undefined,
): Promise<Pick<LocationRow, 'id' | 'zone'>[]> {
  const meant = ids?.flatMap((id) => parseIntId(id) ?? [])
  const { rows } = await sql<Pick<LocationRow, 'id' | 'zone'>>`
    SELECT id, zone FROM location WHERE domain_id = ${domainId} AND NOT deactivated
    ${meant ? sql`AND id = ANY(${meant}::integer[])` : sql``}`.execute(trx)
  return rows
}

/** Finds those who practise and have work hours, of some or of all providers. */
async function findOpenProviders(
  trx: Transaction<Tables>,
  domainId: number,
  meant: number[] | null,
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    SELECT id FROM provider WHERE domain_id = ${domainId} AND has_schedule AND NOT deactivated
    ${meant ? sql`AND id = ANY(${meant}::integer[])` : sql``}`.execute(trx)
  return rows.map(({ id }) => id)
}

/** Lists what can be booked of a part of the range that the search was opened for. */
async function searchWithin(
  trx: Transaction<Tables>,
  { domainId, locations, notices, hours, patient, search }: Scope,
  range: Span,
): Promise<Availability[]> {
  // What begins before the end may last beyond it, and may begin where something ends.
  const near = { startMs: range.startMs - 1, endMs: range.endMs + search.lengthMs }
  const busy = await readBusy(trx, domainId, hours, near)
  const others = createTimeline(patient?.overlapping ?? [])
  const boundsOf = (locationId: number): Notice => notices.get(locationId) ?? noNotice
  const found: Availability[] = []
  const add = (providerId: number, { startMs, endMs, locationId, visitType }: Bookable): void => {
    if (overlapping(others, { startMs, endMs }).length > 0) return
    found.push({ providerId, locationId, startAt: new Date(startMs), untilAt: new Date(endMs), visitType })
  }
  for (const [providerId, calendar] of createCalendars(hours, busy, locations, near))
    for (const each of listBookable(calendar, { ...search, ...range }, boundsOf)) add(providerId, each)
  return found.sort(inOrder)
}

const noNotice: Notice = { earliestMs: Number.POSITIVE_INFINITY, beforeMs: Number.NEGATIVE_INFINITY }

function inOrder(one: Availability, other: Availability): number {
  return (
    one.startAt.getTime() - other.startAt.getTime() ||
    one.providerId - other.providerId ||
    one.locationId - other.locationId ||
    one.visitType.localeCompare(other.visitType)
  )
}

/** Reads what is taken; the lanes only of those of whom more than one may be booked at once. */
async function readBusy(
  trx: Transaction<Tables>,
  domainId: number,
  { standard, flexible }: KnownHours,
  range: Span,
): Promise<Map<number, Calendar['taken']['items'][number][]>> {
  const all = [...standard, ...flexible]
  const several = new Set(all.flatMap(({ providerId, slot }) => (slot > 1 ? providerId : [])))
  const single = new Set(all.flatMap(({ providerId }) => (several.has(providerId) ? [] : providerId)))
  const [plain, withLanes] = await Promise.all([
    findBusy(trx, domainId, [...single], range, { lanes: false }),
    findBusy(trx, domainId, [...several], range, { lanes: true }),
  ])
  return new Map([...plain, ...withLanes])
}
