import { dayAfter, weekdayOf } from '@commonchart/clinic-time'
import { endOnDay, lastDayOf, stretchesOf, type DatedHours, type WeeklyHours } from './hour-stretches.ts'

/** Work hours on the clock of their location. */
export type PlacedHours = { zone: string } & (
  { kind: 'standard'; workHour: WeeklyHours } | { kind: 'flexible'; workHour: DatedHours }
)

/** Hours as days that follow each other, those of one weekday or all. */
interface Days {
  first: string
  last: string
  weekday: number | null
}

const minutesOfDay = 1440
/** The day after it can still be written with four digits of the year. */
const lastOfAll = '9999-12-30'
/** Where two clocks differ, so many days that both hours have tell: what a clock does comes again each year. */
const comparedDays = 731

/**
 * Tells whether hours take the same time: on the clock where both go by the same, else as instants, on the first two years of
 * days that they share. Weekly hours are looked at from the day `since` on.
 */
export function overlap(one: PlacedHours, other: PlacedHours, since: string): boolean {
  const [days, otherDays] = [daysOf(one, since), daysOf(other, since)]
  return one.zone === other.zone
    ? overlapOnClock([one, days], [other, otherDays])
    : overlapInTime([one, days], [other, otherDays])
}

function daysOf(hours: PlacedHours, since: string): Days {
  if (hours.kind === 'standard') return { first: since, last: lastOfAll, weekday: hours.workHour.weekday }
  const { workHour } = hours
  return { first: workHour.startDay, last: earliest(lastOfAll, lastDayOf(workHour)), weekday: null }
}

function overlapOnClock(
  [{ workHour: one }, days]: [PlacedHours, Days],
  [{ workHour: other }, otherDays]: [PlacedHours, Days],
): boolean {
  // Hours of a day reach into the next at most.
  return [-1, 0, 1].some((later) => {
    const offset = later * minutesOfDay
    const together = one.startMinute < endOnDay(other) + offset && other.startMinute + offset < endOnDay(one)
    return together && haveDay(days, otherDays, later)
  })
}

/** Tells whether one has a day that comes so many days before one of the other. */
function haveDay(days: Days, other: Days, later: number): boolean {
  const first = latest(days.first, dayAfter(other.first, -later))
  const last = earliest(days.last, dayAfter(other.last, -later))
  for (let more = 0; more < 7; more += 1) {
    const day = dayAfter(first, more)
    if (day > last) return false
    if (isOn(days, day) && isOn(other, dayAfter(day, later))) return true
  }
  return false
}

function isOn({ weekday }: Days, day: string): boolean {
  return weekday === null || weekday === weekdayOf(day)
}

function overlapInTime([one, days]: [PlacedHours, Days], [other, otherDays]: [PlacedHours, Days]): boolean {
  const first = dayAfter(latest(days.first, otherDays.first), -2)
  const last = dayAfter(earliest(days.last, otherDays.last), 1)
  const compared = earliest(last, dayAfter(first, comparedDays))
  if (first > compared) return false
  const range = { from: new Date(`${first}T00:00:00Z`), to: new Date(`${compared}T24:00:00Z`) }
  const stretches = [...expand(one, range), ...expand(other, range)].toSorted(
    (a, b) => a.startsAt.getTime() - b.startsAt.getTime(),
  )
  // Hours never overlap themselves: each day's end before the next day's begin.
  return stretches.some(({ endsAt }, at) => {
    const next = stretches[at + 1]
    return next !== undefined && next.startsAt < endsAt
  })
}

function expand(hours: PlacedHours, range: { from: Date; to: Date }) {
  const standard = hours.kind === 'standard' ? [hours.workHour] : []
  const flexible = hours.kind === 'flexible' ? [hours.workHour] : []
  return stretchesOf({ standard, flexible }, hours.zone, range)
}

function earliest(one: string, other: string): string {
  return one < other ? one : other
}

function latest(one: string, other: string): string {
  return one > other ? one : other
}
