import type { VisitType } from './names.ts'
import { busiest, overlapping, type Span, type Timeline } from './timeline.ts'
import type { Holder } from './time-claims.ts'

/** Work hours of one day as instants: one stretch in which a provider can be booked at a location. */
export interface OpenHours extends Span {
  locationId: number
  slot: number
  intervalMinutes: number
  stacking: boolean
  visitType: VisitType
  /** Empty when every service may be booked. */
  serviceIds: readonly number[]
}

/** Time that is taken, by whom, and the lane of the claim that they hold; null for what holds none. */
export interface Taken extends Span, Holder {
  lane: number | null
}

/** Time that the provider is away. */
export interface Away extends Span {
  id: number
}

/** All that says when one provider can be booked. */
export interface Calendar {
  hours: readonly OpenHours[]
  taken: Timeline<Taken>
  away: Timeline<Away>
}

const minuteMs = 60_000

/** Tells whether hours hold the whole of a time. */
export function holdsTime(hours: OpenHours, { startMs, endMs }: Span): boolean {
  return hours.startMs <= startMs && endMs <= hours.endMs
}

/** Tells whether a service may be booked in hours; null is no service in particular. */
export function takesService({ serviceIds }: OpenHours, serviceId: number | null): boolean {
  return serviceId === null || serviceIds.length === 0 || serviceIds.includes(serviceId)
}

/** Tells whether visits of a type may be booked in hours; null is that of the hours, whichever it is. */
export function takesVisitType(hours: OpenHours, visitType: VisitType | null): boolean {
  return visitType === null || visitType === hours.visitType
}

/** Tells whether an appointment may begin at an instant within hours: on their grid or, stacking, where what is taken ends. */
export function isOnGrid(hours: OpenHours, startMs: number, taken: Timeline<Taken>): boolean {
  if ((startMs - hours.startMs) % (hours.intervalMinutes * minuteMs) === 0) return true
  if (!hours.stacking) return false
  return overlapping(taken, { startMs: startMs - 1, endMs: startMs }).some(({ endMs }) => endMs === startMs)
}

/** Tells whether one more fits a time: below `slot` at each instant, and with a lane that is free for the whole of it. */
export function hasRoom(taken: Timeline<Taken>, time: Span, slot: number): boolean {
  const others = overlapping(taken, time)
  if (others.length === 0) return true
  if (slot === 1 || busiest(others) >= slot) return false
  const lanes = new Set(others.flatMap(({ lane }) => (lane !== null && lane < slot ? lane : [])))
  return lanes.size < slot
}

/** What is looked for in a calendar. */
export interface Search extends Span {
  serviceId: number
  lengthMs: number
  visitType: VisitType | null
  /** Whether only hours that name the service are meant, and not those that take every service. */
  exclusive: boolean
}

/** A time that can be booked. */
export interface Bookable extends Span {
  locationId: number
  visitType: VisitType
}

/** Lists all that can be booked of a calendar: what begins within the search, in no particular order and each once. */
export function listBookable(
  { hours, taken, away }: Calendar,
  search: Search,
  boundsOf: (locationId: number) => { earliestMs: number; beforeMs: number },
): Bookable[] {
  const found = new Map<string, Bookable>()
  for (const each of hours) {
    const { locationId, visitType, slot } = each
    if (!takesService(each, search.serviceId) || !takesVisitType(each, search.visitType)) continue
    if (search.exclusive && each.serviceIds.length === 0) continue
    const { earliestMs, beforeMs } = boundsOf(locationId)
    const from = Math.max(each.startMs, search.startMs, earliestMs)
    const before = Math.min(each.endMs - search.lengthMs + 1, search.endMs, beforeMs)
    for (const startMs of listStarts(each, taken, from, before)) {
      const time = { startMs, endMs: startMs + search.lengthMs }
      if (!hasRoom(taken, time, slot) || overlapping(away, time).length > 0) continue
      // Hours that overlap offer the same time twice.
      found.set(`${startMs} ${locationId} ${visitType}`, { ...time, locationId, visitType })
    }
  }
  return [...found.values()]
}

/** The instants from one until another at which an appointment may begin within hours. */
function listStarts(hours: OpenHours, taken: Timeline<Taken>, from: number, before: number): number[] {
  const stepMs = hours.intervalMinutes * minuteMs
  const starts: number[] = []
  const first = hours.startMs + Math.ceil((from - hours.startMs) / stepMs) * stepMs
  for (let startMs = first; startMs < before; startMs += stepMs) starts.push(startMs)
  if (!hours.stacking || from >= before) return starts
  const ends = overlapping(taken, { startMs: from - 1, endMs: before }).map(({ endMs }) => endMs)
  for (const endMs of new Set(ends))
    if (endMs >= from && endMs < before && (endMs - hours.startMs) % stepMs !== 0) starts.push(endMs)
  return starts
}
