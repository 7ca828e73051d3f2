import fc from 'fast-check'
import { sql, type Transaction } from 'kysely'
import type { VisitType } from './names.ts'
import type { Tables } from './tables.ts'
import { writeHours, writeOffTime, writeTogether, type Write } from './test-hours.ts'

export const minuteMs = 60_000
const dayMinutes = 1440

/** A clinic that chance made up. Providers, locations and services are numbered from 0; minutes count from `day` in UTC. */
export interface RandomClinic {
  /** The first of the two days that are looked at, `YYYY-MM-DD`. */
  day: string
  zones: string[]
  services: {
    slotLength: number
    minRequestableInterval: number
    minRequestableIntervalType: string
    maxRequestableDays: number | null
    allowNewPatient: boolean
    allowExistingPatient: boolean
  }[]
  hours: {
    provider: number
    location: number
    weekly: boolean
    /** How many days after the first the dated ones begin, and how many they last. */
    dayOffset: number
    days: number
    start: number
    length: number
    slot: number
    interval: number
    stacking: boolean
    visitType: VisitType
    services: number[]
  }[]
  away: { provider: number; start: number; length: number }[]
  bookings: {
    provider: number
    kind: 'appointment' | 'draft' | 'group_visit' | 'cancelled' | 'expired'
    start: number
    length: number
    lanes: number
    /** The lane that is tried first: those before it were taken once, by what was cancelled since. */
    firstLane: number
  }[]
  search: {
    visitType: VisitType | null
    exclusive: boolean
    providers: number[] | null
    locations: number[] | null
    from: number
    to: number
    /** How long before the first day it is now. */
    nowBefore: number
  }
}

export const providerCount = 2
const minutes = (min: number, max: number) =>
  fc.integer({ min: min / 5, max: max / 5 }).map((fives) => fives * 5)
const visitType = fc.constantFrom<VisitType>('PHYSICAL_VISIT', 'VIRTUAL_VISIT')
const provider = fc.nat(providerCount - 1)
const subset = (size: number) => fc.option(fc.subarray([...Array(size).keys()]), { nil: null, freq: 1 })

/** Days on which clocks change, and others; in Vancouver they no longer change since 2026. */
const days = ['2031-03-08', '2031-03-09', '2031-11-01', '2031-11-02', '2032-01-14', '2031-06-30']
const zones = ['America/St_Johns', 'America/Vancouver', 'America/Toronto']

export const randomClinic: fc.Arbitrary<RandomClinic> = fc.record({
  day: fc.constantFrom(...days),
  zones: fc.array(fc.constantFrom(...zones), { minLength: 2, maxLength: 2 }),
  services: fc.array(
    fc.record({
      slotLength: fc.constantFrom(5, 10, 15, 20, 30, 45, 60),
      minRequestableInterval: fc.constantFrom(0, 0, 0, 1, 2),
      minRequestableIntervalType: fc.constantFrom('minutes', 'hours', 'days', 'weeks'),
      maxRequestableDays: fc.constantFrom(null, null, null, null, 1, 30),
      allowNewPatient: fc.constantFrom(true, true, true, false),
      allowExistingPatient: fc.constantFrom(true, true, true, false),
    }),
    { minLength: 2, maxLength: 2 },
  ),
  hours: fc.array(
    fc.record({
      ...{ provider, location: fc.nat(1), weekly: fc.boolean(), visitType },
      ...{ dayOffset: fc.constantFrom(-1, 0, 0, 1), days: fc.nat(3) },
      start: fc.oneof(minutes(0, 240), minutes(0, 1435)),
      length: minutes(60, 600),
      slot: fc.constantFrom(1, 2, 2, 3),
      interval: fc.constantFrom(5, 7, 10, 15, 20, 30, 45, 60),
      stacking: fc.boolean(),
      services: fc.constantFrom([], [], [0], [0, 1], [1]),
    }),
    { minLength: 2, maxLength: 6 },
  ),
  away: fc.array(fc.record({ provider, start: minutes(0, 2880), length: minutes(5, 300) }), { maxLength: 2 }),
  bookings: fc.array(
    fc.record({
      provider,
      kind: fc.constantFrom('appointment', 'appointment', 'draft', 'group_visit', 'cancelled', 'expired'),
      start: fc.oneof(minutes(-60, 2880), minutes(0, 400)),
      length: fc.constantFrom(5, 10, 15, 20, 30, 45, 60, 120),
      lanes: fc.integer({ min: 1, max: 3 }),
      firstLane: fc.nat(2),
    }),
    { maxLength: 20 },
  ),
  search: fc.record({
    visitType: fc.option(visitType, { nil: null, freq: 1 }),
    exclusive: fc.constantFrom(false, false, true),
    providers: subset(providerCount),
    locations: subset(2),
    from: fc.constantFrom(0, 0, 0, 600),
    to: fc.constantFrom(2880, 2880, 2880, 1600),
    nowBefore: fc.constantFrom(43_200, 43_200, 1500, -300),
  }),
})

/** Two lanes that are each taken for a part of an hour in which never more than one is: nothing so long fits. */
export const fragmentedClinic: RandomClinic = {
  ...{ day: '2032-01-14', zones: ['America/Toronto', 'America/Toronto'], away: [] },
  services: [60, 30].map((slotLength) => ({
    ...{
      slotLength,
      minRequestableInterval: 0,
      minRequestableIntervalType: 'hours',
      maxRequestableDays: null,
    },
    ...{ allowNewPatient: true, allowExistingPatient: true },
  })),
  hours: [
    {
      ...{ provider: 0, location: 0, weekly: false, dayOffset: 0, days: 0, start: 0, length: 180, slot: 2 },
      ...{ interval: 10, stacking: true, visitType: 'PHYSICAL_VISIT', services: [] },
    },
  ],
  bookings: [
    { provider: 0, kind: 'appointment', start: 300, length: 30, lanes: 2, firstLane: 0 },
    { provider: 0, kind: 'draft', start: 360, length: 35, lanes: 2, firstLane: 1 },
  ],
  search: {
    ...{ visitType: null, exclusive: false, providers: null, locations: null },
    ...{ from: 0, to: 2880, nowBefore: 1500 },
  },
}

/** A random clinic as it lies in the database: what it numbers from 0 has ids there. */
export interface StoredClinic extends RandomClinic {
  /** The id that stands for number 0 of providers, locations and services. */
  base: number
  /** Bookings that take time, with the lane of their claim where they hold one. */
  taking: { provider: number; start: number; end: number; lane: number | null }[]
  dayMs: number
}

let stored = 0

/** Writes a random clinic into a domain, with ids of its own. */
export function storeClinic(
  trx: Transaction<Tables>,
  domainId: number,
  clinic: RandomClinic,
): Promise<StoredClinic> {
  return writeTogether(trx, (write) => writeClinic(write, domainId, clinic))
}

function writeClinic(write: Write, domainId: number, clinic: RandomClinic): StoredClinic {
  const base = 1000 + (stored += 1) * 10
  const dayMs = Date.parse(`${clinic.day}T00:00:00Z`)
  const stamps = sql`false, 1, now(), now()`
  for (const [at, zone] of clinic.zones.entries())
    write(sql`INSERT INTO location (domain_id, id, name, is_primary, is_public, zone, name_key, deactivated, version, created_at, updated_at)
      VALUES (${domainId}, ${base + at}, 'Place', false, true, ${zone}, 'place', ${stamps})`)
  for (let at = 0; at < providerCount; at += 1)
    write(sql`INSERT INTO provider (domain_id, id, email, languages, has_schedule, name_key, email_key, deactivated, version, created_at, updated_at)
      VALUES (${domainId}, ${base + at}, 'p@x.test', '{}', true, '', 'p@x.test', ${stamps})`)
  for (const [at, each] of clinic.services.entries())
    write(sql`INSERT INTO service (domain_id, id, name, localized_name, localized_short_description, localized_long_description,
        slot_length, min_requestable_interval, min_requestable_interval_type, max_requestable_days, allow_new_patient,
        allow_existing_patient, patient_default_status, provider_default_status, name_key, deactivated, version, created_at, updated_at)
      VALUES (${domainId}, ${base + at}, 'Visit', '[]', '[]', '[]', ${each.slotLength}, ${each.minRequestableInterval},
        ${each.minRequestableIntervalType}, ${each.maxRequestableDays}, ${each.allowNewPatient}, ${each.allowExistingPatient},
        'BOOKED', 'BOOKED', 'visit', ${stamps})`)
  for (const at of Array(providerCount).keys())
    writeHours(
      write,
      domainId,
      clinic.hours.filter((each) => each.provider === at).map((each) => toTestHours(clinic, each, base)),
    )
  for (const [at, each] of clinic.away.entries())
    writeOffTime(write, domainId, {
      ...{ id: base * 10 + at, providerId: base + each.provider },
      startsAt: new Date(dayMs + each.start * minuteMs),
      endsAt: new Date(dayMs + (each.start + each.length) * minuteMs),
    })
  const taking = writeBookings(write, domainId, clinic, base)
  return { ...clinic, base, taking, dayMs }
}

function toTestHours(clinic: RandomClinic, each: RandomClinic['hours'][number], base: number) {
  const dated = new Date(Date.parse(clinic.day) + each.dayOffset * dayMinutes * minuteMs)
  const end = each.start + each.length
  // Weekly hours end at midnight at the latest; dated ones run past it, into a day that they must have.
  const endMinute = each.weekly ? Math.min(end, dayMinutes) : end > dayMinutes ? end - dayMinutes : end
  const lastDay = new Date(dated.getTime() + Math.max(each.days, 1) * dayMinutes * minuteMs)
  const day = (date: Date) => date.toISOString().slice(0, 10)
  return {
    ...{ providerId: base + each.provider, locationId: base + each.location, visitType: each.visitType },
    ...{ startMinute: each.start, endMinute, slot: each.slot, intervalMinutes: each.interval },
    ...{ stacking: each.stacking, serviceIds: each.services.map((at) => base + at) },
    ...(each.weekly ? { weekday: dated.getUTCDay() } : { startDay: day(dated), endDay: day(lastDay) }),
  }
}

/** Writes bookings one after the other, each in the first of its lanes that is free; what finds none is over capacity. */
function writeBookings(
  write: Write,
  domainId: number,
  clinic: RandomClinic,
  base: number,
): StoredClinic['taking'] {
  const taking: StoredClinic['taking'] = []
  const dayMs = Date.parse(`${clinic.day}T00:00:00Z`)
  for (const [at, { provider, kind, start, length, lanes, firstLane }] of clinic.bookings.entries()) {
    const [id, providerId, end] = [base * 100 + at, base + provider, start + length]
    const span = sql`${new Date(dayMs + start * minuteMs)}, ${new Date(dayMs + end * minuteMs)}`
    const walls = sql`'', '', 'UTC'`
    const isLive = kind !== 'cancelled' && kind !== 'expired'
    const inTurn = Array.from({ length: lanes }, (_, turn) => (turn + firstLane) % lanes)
    const lane = inTurn.find((wanted) =>
      taking.every(
        (other) =>
          other.provider !== provider || other.lane !== wanted || other.end <= start || end <= other.start,
      ),
    )
    if (isLive && lane === undefined && kind !== 'appointment') continue
    if (isLive) taking.push({ provider, start, end, lane: lane ?? null })
    if (kind === 'appointment' || kind === 'cancelled')
      write(sql`INSERT INTO appointment (domain_id, id, patient_id, location_id, provider_id, service_id, starts_at, ends_at,
          start_wall, end_wall, zone, status, visit_type, deactivated, overbooked, version, created_at, updated_at)
        VALUES (${domainId}, ${id}, 9, ${base}, ${providerId}, ${base}, ${span}, ${walls},
          ${kind === 'cancelled' ? 'CANCELLED' : 'BOOKED'}, 'PHYSICAL_VISIT', false, ${lane === undefined}, 1, now(), now())`)
    else if (kind === 'group_visit') {
      write(sql`INSERT INTO group_visit (domain_id, id, name_key, location_id, starts_at, ends_at, start_wall, end_wall, zone, status,
          occupied, allow_ebooking, allow_new_patient, allow_existing_patient, deactivated, version, created_at, updated_at)
        VALUES (${domainId}, ${id}, '', ${base}, ${span}, ${walls}, 'BOOKED', 0, true, true, true, false, 1, now(), now())`)
      write(
        sql`INSERT INTO group_visit_provider VALUES (${domainId}, ${id}, ${providerId}, 0, ${span}, true)`,
      )
    } else
      write(sql`INSERT INTO draft_appointment (domain_id, id, location_id, provider_id, starts_at, ends_at, start_wall, end_wall, zone,
          expires_at, created_by_kind, created_by_id, version, created_at, updated_at)
        VALUES (${domainId}, ${id}, ${base}, ${providerId}, ${span}, ${walls}, now() + ${kind === 'draft' ? '1 hour' : '-1 hour'}::interval,
          'CONSUMER', '1', 1, now(), now())`)
    if (isLive && lane !== undefined)
      write(sql`INSERT INTO time_claim (domain_id, resource, lane, during, holder_kind, holder_id)
        VALUES (${domainId}, ${`provider:${providerId}`}, ${lane}, tstzrange(${span}), ${kind}, ${id})`)
  }
  return taking
}
