import { dayAfter, dayOf, toInstant, toWall } from '@commonchart/clinic-time'
import type { ServiceRow } from './tables.ts'

/** Between which instants an appointment may begin. */
export interface Notice {
  earliestMs: number
  /** It begins before this. */
  beforeMs: number
}

/** What a service says of how long before it is to be booked. */
export type NoticeWanted = Pick<
  ServiceRow,
  'minRequestableInterval' | 'minRequestableIntervalType' | 'maxRequestableDays'
>

const minuteMs = 60_000
const dayMs = 86_400_000
const unitsMs: Record<string, number> = {
  minutes: minuteMs,
  hours: 60 * minuteMs,
  days: dayMs,
  weeks: 7 * dayMs,
}

/**
 * Tells when an appointment for a service may begin that is booked now: the shortest notice is time that passes, the longest
 * is counted in days on the clock of the location. Any time to come may be booked for no service in particular.
 */
export function noticeOf(service: NoticeWanted | null, zone: string, nowMs: number): Notice {
  if (!service) return { earliestMs: nowMs, beforeMs: Number.POSITIVE_INFINITY }
  const { minRequestableInterval, minRequestableIntervalType, maxRequestableDays } = service
  const unitMs = unitsMs[minRequestableIntervalType] ?? minuteMs
  const today = dayOf(toWall(new Date(nowMs), zone))
  return {
    earliestMs: nowMs + minRequestableInterval * unitMs,
    beforeMs:
      maxRequestableDays === null
        ? Number.POSITIVE_INFINITY
        : toInstant(`${dayAfter(today, maxRequestableDays + 1)}T00:00`, zone).getTime(),
  }
}
