import { dayAfter, dayOf, firstInstantAt, toWall, weekdayOf } from '@commonchart/clinic-time'

interface DayTimes {
  id: number
  /** Minutes of the day; 1440 is the midnight that ends it. */
  startMinute: number
  endMinute: number
}

/** Hours of a weekday, every week; 0 is Sunday. */
export interface WeeklyHours extends DayTimes {
  weekday: number
}

/**
 * Hours of each day from the first to the last. Those that end no later than they begin run past midnight, the last of them
 * from the day before the last.
 */
export interface DatedHours extends DayTimes {
  startDay: string
  endDay: string
}

/** Work hours on one day, as instants. */
export type HourStretch<Weekly extends WeeklyHours, Dated extends DatedHours> = {
  /** The day on which it begins on the clock of the location, `YYYY-MM-DD`. */
  day: string
  startsAt: Date
  endsAt: Date
} & ({ kind: 'standard'; workHour: Weekly } | { kind: 'flexible'; workHour: Dated })

// What lies further away than the calendar's form of a day can write is no work.
const [firstDay, lastDay] = ['0001-01-01', '9999-12-30']
const endOfDay = 1440

/**
 * Makes work hours on the clock of one zone concrete: every stretch of them that touches the time between two instants, whole,
 * in order of time. Hours that begin or end at a time that the clock skips do so when it jumps, at one that it shows twice when
 * it does so first; what is left without any time is left out. So hours that do not overlap on the clock never do as instants.
 */
export function stretchesOf<Weekly extends WeeklyHours, Dated extends DatedHours>(
  { standard, flexible }: { standard: readonly Weekly[]; flexible: readonly Dated[] },
  zone: string,
  { from, to }: { from: Date; to: Date },
): HourStretch<Weekly, Dated>[] {
  const clock = createClock(zone)
  const stretches: HourStretch<Weekly, Dated>[] = []
  const onDay = (workHour: DayTimes, day: string) => {
    const [startsAt, endsAt] = [clock(day, workHour.startMinute), clock(day, endOnDay(workHour))]
    const touches = startsAt < endsAt && startsAt < to && from < endsAt
    return touches ? { day, startsAt, endsAt } : undefined
  }
  // Those of the day before may run past midnight.
  const first = latest(firstDay, dayAfter(dayOf(toWall(from, zone)), -1))
  const last = earliest(lastDay, dayOf(toWall(to, zone)))
  const byWeekday = Map.groupBy(standard, ({ weekday }) => weekday)
  for (const day of daysOf(first, last))
    for (const workHour of byWeekday.get(weekdayOf(day)) ?? []) {
      const stretch = onDay(workHour, day)
      if (stretch) stretches.push({ ...stretch, kind: 'standard', workHour })
    }
  for (const workHour of flexible)
    for (const day of daysOf(latest(first, workHour.startDay), earliest(last, lastDayOf(workHour)))) {
      const stretch = onDay(workHour, day)
      if (stretch) stretches.push({ ...stretch, kind: 'flexible', workHour })
    }
  return stretches.toSorted(
    (one, other) => one.startsAt.getTime() - other.startsAt.getTime() || one.workHour.id - other.workHour.id,
  )
}

/** The last day on which hours begin: where they run past midnight, the last one ends on their last day. */
export function lastDayOf({ endDay, startMinute, endMinute }: DatedHours): string {
  return endMinute <= startMinute ? dayAfter(endDay, -1) : endDay
}

/** The minute at which hours end, counted from the midnight before they begin. */
export function endOnDay({ startMinute, endMinute }: DayTimes): number {
  return endMinute <= startMinute ? endMinute + endOfDay : endMinute
}

/** The days from one to another, both included. */
export function* daysOf(first: string, last: string): Generator<string> {
  for (let day = first; day <= last; day = dayAfter(day, 1)) yield day
}

/** Tells the instant at which a zone's clock gets to a minute of a day. Providers share their times: each is worked out once. */
function createClock(zone: string): (day: string, minute: number) => Date {
  const known = new Map<string, Date>()
  const pad = (value: number) => String(value).padStart(2, '0')
  return (day, minute) => {
    const key = `${day} ${minute}`
    const found = known.get(key)
    if (found) return found
    const time = `${pad(Math.floor((minute % endOfDay) / 60))}:${pad(minute % 60)}`
    const instant = firstInstantAt(`${dayAfter(day, Math.floor(minute / endOfDay))}T${time}`, zone)
    known.set(key, instant)
    return instant
  }
}

function earliest(one: string, other: string): string {
  return one < other ? one : other
}

function latest(one: string, other: string): string {
  return one > other ? one : other
}
