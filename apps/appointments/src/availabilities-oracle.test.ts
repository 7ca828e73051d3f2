import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { SubgraphContext } from '@commonchart/subgraph'
import { chooseLength, createIdentity } from '@commonchart/testing'
import fc from 'fast-check'
import moment from 'moment-timezone'
import { listAvailabilities } from './availabilities.ts'
import {
  fragmentedClinic,
  minuteMs,
  randomClinic,
  storeClinic,
  type StoredClinic,
} from './test-random-clinic.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
before(async () => {
  subgraph = await openTestSubgraph()
})
after(() => subgraph.close())

/** The clock of a zone, minute by minute over four days from the day before: `YYYY-MM-DD HH:mm` at each. */
const clocks = new Map<string, string[]>()
const before24h = 1440

function clockOf(zone: string, dayMs: number): string[] {
  const key = `${zone} ${dayMs}`
  let clock = clocks.get(key)
  if (!clock) {
    clock = Array.from({ length: 5 * 1440 }, (_, at) =>
      moment.tz(dayMs + (at - before24h) * minuteMs, zone).format('YYYY-MM-DD HH:mm'),
    )
    clocks.set(key, clock)
  }
  return clock
}

const pad = (value: number) => String(value).padStart(2, '0')
const writeMinute = (minute: number) => `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`
const dayLater = (day: string, days: number) => moment.utc(day).add(days, 'days').format('YYYY-MM-DD')

/** The minutes, from the first day in UTC on, of each stretch of hours: from when the clock first gets to their times. */
function stretchesOf(
  clinic: StoredClinic,
  hours: StoredClinic['hours'][number],
): { start: number; end: number }[] {
  const clock = clockOf(clinic.zones[hours.location] ?? '', clinic.dayMs)
  const first = (wall: string) => {
    const at = clock.findIndex((shown) => shown >= wall)
    return at < 0 ? Number.POSITIVE_INFINITY : at - before24h
  }
  const firstDay = dayLater(clinic.day, hours.dayOffset)
  const stretches: { start: number; end: number }[] = []
  for (let ahead = -3; ahead <= 4; ahead += 1) {
    const day = dayLater(clinic.day, ahead)
    const endMinute = hours.start + hours.length
    if (hours.weekly && moment.utc(day).day() !== moment.utc(firstDay).day()) continue
    // As many days as there are, and the one after for what runs past midnight.
    const lastDay = dayLater(firstDay, Math.max(hours.days, 1) - (endMinute > 1440 ? 1 : 0))
    if (!hours.weekly && (day < firstDay || day > lastDay)) continue
    const ends = hours.weekly ? Math.min(endMinute, 1440) : endMinute
    const endWall = `${dayLater(day, Math.floor(ends / 1440))} ${writeMinute(ends % 1440)}`
    stretches.push({ start: first(`${day} ${writeMinute(hours.start)}`), end: first(endWall) })
  }
  return stretches
}

/** Whether one more fits, looked at minute by minute. */
function fits(
  clinic: StoredClinic,
  hours: StoredClinic['hours'][number],
  start: number,
  end: number,
): boolean {
  const own = clinic.taking.filter((each) => each.provider === hours.provider)
  const lanes = new Set(Array(hours.slot).keys())
  for (let minute = start; minute < end; minute += 1) {
    const here = own.filter((each) => each.start <= minute && minute < each.end)
    if (here.length >= hours.slot) return false
    for (const { lane } of here) if (lane !== null) lanes.delete(lane)
    for (const away of clinic.away)
      if (away.provider === hours.provider && away.start <= minute && minute < away.start + away.length)
        return false
  }
  return lanes.size > 0
}

const unitMinutes: Record<string, number> = { minutes: 1, hours: 60, days: 1440, weeks: 10_080 }

/** Everything that can be booked by the rules as they are written down, found by trying every minute. */
function expect(clinic: StoredClinic): string[] {
  const { search, services, zones } = clinic
  const service = services[0]
  if (!service || (!service.allowNewPatient && !service.allowExistingPatient)) return []
  const now = -search.nowBefore
  const soonest =
    now + service.minRequestableInterval * (unitMinutes[service.minRequestableIntervalType] ?? 0)
  const found = new Set<string>()
  for (const hours of clinic.hours) {
    if (hours.services.length > 0 && !hours.services.includes(0)) continue
    if (search.exclusive && hours.services.length === 0) continue
    if (search.visitType && search.visitType !== hours.visitType) continue
    if (search.providers && !search.providers.includes(hours.provider)) continue
    if (search.locations && !search.locations.includes(hours.location)) continue
    const zone = zones[hours.location] ?? ''
    const today = moment.tz(clinic.dayMs + now * minuteMs, zone).format('YYYY-MM-DD')
    for (const stretch of stretchesOf(clinic, hours))
      for (let start = Math.max(stretch.start, search.from); start < search.to; start += 1) {
        const end = start + service.slotLength
        if (end > stretch.end) break
        const stacked =
          hours.stacking &&
          clinic.taking.some((each) => each.provider === hours.provider && each.end === start)
        if ((start - stretch.start) % hours.interval !== 0 && !stacked) continue
        if (start < soonest || start < now || !fits(clinic, hours, start, end)) continue
        const day = moment.tz(clinic.dayMs + start * minuteMs, zone).format('YYYY-MM-DD')
        if (service.maxRequestableDays !== null && day > dayLater(today, service.maxRequestableDays)) continue
        found.add(`${start} ${hours.provider} ${hours.location} ${hours.visitType}`)
      }
  }
  return [...found].toSorted(inOrder)
}

function inOrder(one: string, other: string): number {
  const [a, b] = [one.split(' '), other.split(' ')]
  return Number(a[0]) - Number(b[0]) || `${a[1]}${a[2]}${a[3]}`.localeCompare(`${b[1]}${b[2]}${b[3]}`)
}

/** What the program shows, written in the same way. */
async function show(clinic: StoredClinic): Promise<string[]> {
  const { base, dayMs, search } = clinic
  const services = { post: () => Promise.reject(new Error('nobody is asked')) }
  const context = new SubgraphContext(createIdentity({ domainId: 1 }), subgraph.db, services)
  const ids = (numbers: number[] | null) =>
    numbers?.map((at) => String(base + at)) ?? [0, 1].map((at) => String(base + at))
  const shown = await listAvailabilities(
    context,
    {
      serviceId: String(base),
      ...{ providers: ids(search.providers), locations: ids(search.locations), visitType: search.visitType },
      exclusiveAvailability: search.exclusive,
      from: new Date(dayMs + search.from * minuteMs),
      to: new Date(dayMs + search.to * minuteMs),
    },
    dayMs - search.nowBefore * minuteMs,
  )
  await context.close()
  return shown.map(({ startAt, untilAt, providerId, locationId, visitType }) => {
    assert.equal(untilAt.getTime() - startAt.getTime(), (clinic.services[0]?.slotLength ?? 0) * minuteMs)
    return `${(startAt.getTime() - dayMs) / minuteMs} ${providerId - base} ${locationId - base} ${visitType}`
  })
}

const clinics = chooseLength({ usual: 100, soak: 1000 })

test(`trying every minute of ${clinics} random clinics finds exactly what availabilities shows, in its order`, async () => {
  let times = 0
  await fc.assert(
    fc.asyncProperty(randomClinic, async (random) => {
      const clinic = await subgraph.inDomain(1, (trx) => storeClinic(trx, 1, random))
      const shown = await show(clinic)
      assert.deepEqual(shown, expect(clinic))
      times += shown.length
    }),
    { numRuns: clinics, examples: [[fragmentedClinic]] },
  )
  assert.ok(times > 5 * clinics, `${times} times were shown`)
})
