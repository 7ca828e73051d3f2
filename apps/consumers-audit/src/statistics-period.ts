import { refusal } from '@commonchart/errors'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const bucketMs = { HOUR: hourMs, DAY: dayMs }

/** As long as access records are kept. */
const mostDays = 90

export interface PeriodArguments {
  from: Date
  to?: Date | null
  bucket: 'HOUR' | 'DAY'
}

/** Whole hours or days, in UTC, from the beginning of the first to the end of the last. */
export interface Period {
  from: Date
  to: Date
  bucket: 'HOUR' | 'DAY'
  starts: Date[]
}

/**
 * Widens a period to whole hours or days; without an end it lasts until now. Throws `BAD_USER_INPUT` unless it is 90 days at
 * most, and when it asks for hours of more days than it may.
 */
export function readPeriod(
  { from, to, bucket }: PeriodArguments,
  { mostDaysOfHours = mostDays, now = Date.now() }: { mostDaysOfHours?: number; now?: number } = {},
): Period {
  const end = to?.getTime() ?? now
  const days = bucket === 'HOUR' ? mostDaysOfHours : mostDays
  if (from.getTime() >= end)
    throw refusal('BAD_USER_INPUT', 'The period ends before it begins.', { path: 'from' })
  if (end - from.getTime() > days * dayMs)
    throw refusal('BAD_USER_INPUT', `The period is ${days} days at most.`, { path: 'from' })
  const width = bucketMs[bucket]
  const first = Math.floor(from.getTime() / width)
  const last = Math.ceil(end / width)
  const starts = Array.from({ length: last - first }, (_, at) => new Date((first + at) * width))
  return { from: new Date(first * width), to: new Date(last * width), bucket, starts }
}
