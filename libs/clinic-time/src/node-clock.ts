import type { WallTime } from './wall-time.ts'

/**
 * What Node's own zone data shows at an instant, to compare with the pinned data: nothing is reckoned by it. Null for a zone
 * that Node does not know.
 */
export function readNodeClock(instant: Date, zone: string): WallTime | null {
  try {
    const format = new Intl.DateTimeFormat('en-CA', {
      ...{ timeZone: zone, hourCycle: 'h23', calendar: 'iso8601', fractionalSecondDigits: 3 },
      ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
    } as Intl.DateTimeFormatOptions)
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]))
    const of = (...types: Intl.DateTimeFormatPartTypes[]) => types.map((type) => parts.get(type) ?? '')
    const fraction = parts.get('fractionalSecond') ?? '000'
    const time = `${of('year', 'month', 'day').join('-')}T${of('hour', 'minute', 'second').join(':')}`
    return fraction === '000' ? time : `${time}.${fraction}`
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
