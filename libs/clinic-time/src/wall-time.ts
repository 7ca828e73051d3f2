import { jumpBetween, offsetAt } from './zones.ts'

/** A reading of the clock on the wall, without a zone: `2026-12-01T10:00:00`, with milliseconds only where there are any. */
export type WallTime = string

const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?$/
const dayMs = 86_400_000

/** What the clock on the wall of a zone shows at an instant. */
export function toWall(instant: Date, zone: string): WallTime {
  const shifted = new Date(instant.getTime() + offsetAt(instant.getTime(), zone))
  return shifted.toISOString().replace(/(?:\.000)?Z$/, '')
}

/**
 * The instant at which the clock of a zone shows a wall time. A time that the clock shows twice is the earlier of the two;
 * one that it skips is read with the offset from before the jump, so that 02:30 becomes 03:30. Throws `RangeError` for
 * a text that is no wall time, and for an unknown zone.
 */
export function toInstant(wall: WallTime, zone: string): Date {
  const asUtcMs = form.test(wall) ? Date.parse(`${wall}Z`) : Number.NaN
  if (Number.isNaN(asUtcMs)) throw new RangeError(`this is no wall time: ${wall}`)
  const before = offsetAt(asUtcMs - dayMs, zone)
  const after = offsetAt(asUtcMs + dayMs, zone)
  const fitting = [asUtcMs - before, asUtcMs - after].filter(
    (instantMs) => instantMs + offsetAt(instantMs, zone) === asUtcMs,
  )
  return new Date(fitting.length > 0 ? Math.min(...fitting) : asUtcMs - before)
}

/**
 * The first instant at which the clock of a zone shows a wall time or a later one: for a time that it skips that is when it
 * jumps. An earlier wall time never gives a later instant. Throws `RangeError` as `toInstant` does.
 */
export function firstInstantAt(wall: WallTime, zone: string): Date {
  const read = toInstant(wall, zone)
  const asUtcMs = Date.parse(`${wall}Z`)
  const shownMs = read.getTime() + offsetAt(read.getTime(), zone)
  return shownMs === asUtcMs
    ? read
    : new Date(jumpBetween(read.getTime() - (shownMs - asUtcMs), read.getTime(), zone))
}

/** The day that is some days after another, or before it when the number is negative. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
}

/** The day of a wall time, `YYYY-MM-DD`. */
export function dayOf(wall: WallTime): string {
  return wall.slice(0, 10)
}

/** The weekday of a day: 0 is Sunday, 6 is Saturday. */
export function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay()
}

/** How many minutes of its day a wall time shows; seconds make a fraction. */
export function minuteOf(wall: WallTime): number {
  const [hours = 0, minutes = 0, seconds = 0] = wall.slice(11).split(':').map(Number)
  return hours * 60 + minutes + seconds / 60
}
