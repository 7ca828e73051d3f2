import moment from 'moment-timezone'

/** The release of the IANA data that every conversion rests on, for example `2026f`. */
export const zoneDataVersion = moment.tz.dataVersion

/** Tells whether a text is the name of an IANA time zone, as IANA writes it: `America/Vancouver`. */
export function isZone(name: string): boolean {
  return moment.tz.zone(name)?.name === name
}

/** What a zone is called in a language, for example `Pacific Time`; null for one that the language data does not know. */
export function describeZone(zone: string, language: string): string | null {
  try {
    const format = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: 'longGeneric' })
    return format.formatToParts(0).find((part) => part.type === 'timeZoneName')?.value ?? null
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** How far the wall time of a zone is ahead of UTC at an instant, in milliseconds. */
export function offsetAt(instantMs: number, zone: string): number {
  const found = moment.tz.zone(zone)
  if (!found) throw new RangeError(`there is no time zone ${zone}`)
  return Math.round(found.utcOffset(instantMs) * -60) * 1000
}

/** The instant, in milliseconds, at which the clock of a zone jumps, later than one instant and no later than another. */
export function jumpBetween(afterMs: number, untilMs: number, zone: string): number {
  const jump = moment.tz.zone(zone)?.untils.find((instantMs) => instantMs > afterMs && instantMs <= untilMs)
  if (jump === undefined) throw new RangeError(`the clock of ${zone} does not jump between these instants`)
  return jump
}
