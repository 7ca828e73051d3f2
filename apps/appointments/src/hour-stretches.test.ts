import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayAfter, toInstant, toWall, weekdayOf } from '@commonchart/clinic-time'
import fc from 'fast-check'
import { endOnDay, lastDayOf, stretchesOf, type DatedHours, type WeeklyHours } from './hour-stretches.ts'

const toronto = 'America/Toronto'
const minute = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
const weekly = (id: number, weekday: number, start: string, end: string): WeeklyHours => ({
  ...{ id, weekday, startMinute: minute(start), endMinute: minute(end) || 1440 },
})
const dated = (id: number, [startDay, endDay]: [string, string], start: string, end: string): DatedHours => ({
  ...{ id, startDay, endDay, startMinute: minute(start), endMinute: minute(end) || 1440 },
})

/** Stretches in short: kind and id, day, and the instants. */
function expand(
  hours: { standard?: WeeklyHours[]; flexible?: DatedHours[] },
  from: string,
  to: string,
  zone = toronto,
): string[] {
  const range = { from: new Date(from), to: new Date(to) }
  return stretchesOf({ standard: [], flexible: [], ...hours }, zone, range).map(
    ({ kind, workHour, day, startsAt, endsAt }) =>
      `${kind} ${workHour.id} ${day} ${startsAt.toISOString().slice(0, 16)} ${endsAt.toISOString().slice(0, 16)}`,
  )
}

test('weekly hours come on each of their weekdays, with the clock of that day', () => {
  const standard = [weekly(7, 0, '09:00', '12:00')]
  assert.deepEqual(expand({ standard }, '2026-03-01T00:00Z', '2026-03-15T00:00Z'), [
    'standard 7 2026-03-01 2026-03-01T14:00 2026-03-01T17:00',
    'standard 7 2026-03-08 2026-03-08T13:00 2026-03-08T16:00',
  ])
})

test('dated hours come on each of their days and on no other', () => {
  const flexible = [dated(3, ['2026-12-01', '2026-12-02'], '22:00', '00:00')]
  assert.deepEqual(expand({ flexible }, '2026-01-01T00:00Z', '2027-01-01T00:00Z'), [
    'flexible 3 2026-12-01 2026-12-02T03:00 2026-12-02T05:00',
    'flexible 3 2026-12-02 2026-12-03T03:00 2026-12-03T05:00',
  ])
})

test('hours that run past midnight begin no later than the day before their last', () => {
  const flexible = [dated(3, ['2026-12-01', '2026-12-03'], '22:00', '02:00')]
  assert.deepEqual(expand({ flexible }, '2026-01-01T00:00Z', '2027-01-01T00:00Z'), [
    'flexible 3 2026-12-01 2026-12-02T03:00 2026-12-02T07:00',
    'flexible 3 2026-12-02 2026-12-03T03:00 2026-12-03T07:00',
  ])
})

test('a stretch is whole where the range only touches it, and absent where the range ends as it begins', () => {
  const flexible = [dated(1, ['2026-12-01', '2026-12-02'], '22:00', '02:00')]
  const stretch = 'flexible 1 2026-12-01 2026-12-02T03:00 2026-12-02T07:00'
  assert.deepEqual(expand({ flexible }, '2026-12-02T06:59Z', '2026-12-05T00:00Z'), [stretch])
  assert.deepEqual(expand({ flexible }, '2026-12-02T07:00Z', '2026-12-05T00:00Z'), [])
  assert.deepEqual(expand({ flexible }, '2026-12-01T00:00Z', '2026-12-02T03:01Z'), [stretch])
  assert.deepEqual(expand({ flexible }, '2026-12-01T00:00Z', '2026-12-02T03:00Z'), [])
})

test('on the day on which the clock jumps, hours have the time that it shows', () => {
  const day: [string, string] = ['2026-03-08', '2026-03-08']
  const flexible = [
    dated(1, day, '01:30', '02:30'),
    dated(2, day, '02:00', '03:00'),
    dated(3, day, '02:30', '03:30'),
    dated(4, day, '01:30', '03:30'),
  ]
  assert.deepEqual(expand({ flexible }, '2026-03-08T00:00Z', '2026-03-09T00:00Z'), [
    'flexible 1 2026-03-08 2026-03-08T06:30 2026-03-08T07:00',
    'flexible 4 2026-03-08 2026-03-08T06:30 2026-03-08T07:30',
    'flexible 3 2026-03-08 2026-03-08T07:00 2026-03-08T07:30',
  ])
})

test('on the day on which the clock is set back, hours that hold the hour shown twice are an hour longer', () => {
  const standard = [weekly(1, 0, '00:30', '01:30'), weekly(2, 0, '01:30', '03:30')]
  assert.deepEqual(expand({ standard }, '2026-11-01T00:00Z', '2026-11-02T00:00Z'), [
    'standard 1 2026-11-01 2026-11-01T04:30 2026-11-01T05:30',
    'standard 2 2026-11-01 2026-11-01T05:30 2026-11-01T08:30',
  ])
})

test('hours of St John’s keep its half hour, and those of Vancouver its new rule', () => {
  const flexible = [dated(1, ['2026-12-01', '2026-12-01'], '10:00', '11:00')]
  const range = ['2026-12-01T00:00Z', '2026-12-02T12:00Z'] as const
  assert.deepEqual(expand({ flexible }, ...range, 'America/St_Johns'), [
    'flexible 1 2026-12-01 2026-12-01T13:30 2026-12-01T14:30',
  ])
  assert.deepEqual(expand({ flexible }, ...range, 'America/Vancouver'), [
    'flexible 1 2026-12-01 2026-12-01T17:00 2026-12-01T18:00',
  ])
})

test('hours until the end of the calendar are expanded where they are asked for', () => {
  const flexible = [dated(1, ['2026-12-01', '9999-12-31'], '22:00', '00:00')]
  assert.equal(expand({ flexible }, '2026-12-01T12:00Z', '2026-12-03T12:00Z').length, 2)
  assert.equal(expand({ flexible }, '9999-12-29T12:00Z', '9999-12-31T23:59Z').length, 2)
})

const zones = fc.constantFrom(toronto, 'America/St_Johns', 'America/Havana', 'Australia/Lord_Howe')
const days = fc.constantFrom('2026-03-06', '2026-03-28', '2026-10-03', '2026-10-31', '2027-04-03')
const length = fc.integer({ min: 0, max: 9 })
const minutes = fc.integer({ min: 0, max: 1439 })
const hours = fc
  .tuple(days, length, minutes, minutes)
  .map(([startDay, more, startMinute, end]) => ({ startDay, more, startMinute, endMinute: end || 1440 }))
  .map(({ more, ...each }) => ({ ...each, id: 1, endDay: dayAfter(each.startDay, more) }))
  .filter((each) => each.startMinute < each.endMinute || each.startDay < each.endDay)

test('a minute is within the hours exactly when the clock gets to it after their start and before their end', () => {
  fc.assert(
    fc.property(zones, hours, fc.integer({ min: -600, max: 20_000 }), (zone, each, offset) => {
      const instant = new Date(toInstant(`${each.startDay}T00:00`, zone).getTime() + offset * 60_000)
      const next = new Date(instant.getTime() + 60_000)
      const found = stretchesOf({ standard: [], flexible: [each] }, zone, { from: instant, to: next })
      const wall = Date.parse(`${toWall(instant, zone)}Z`)
      const shown = [each.startDay, ...Array.from({ length: 9 }, (_, at) => dayAfter(each.startDay, at + 1))]
        .filter((day) => day <= lastDayOf(each))
        .some((day) => {
          const midnight = Date.parse(`${day}T00:00:00Z`)
          const start = midnight + each.startMinute * 60_000
          return start <= wall && wall < midnight + endOnDay(each) * 60_000
        })
      // In the hour that is shown twice the hours go by when the clock first gets to their start and end.
      const again = toInstant(toWall(instant, zone), zone).getTime() !== instant.getTime()
      if (!again) assert.equal(found.length > 0, shown)
    }),
  )
})

test('hours that do not overlap on the clock do not overlap as instants, and dated ones are as weekly ones', () => {
  fc.assert(
    fc.property(zones, days, fc.uniqueArray(minutes, { minLength: 4, maxLength: 4 }), (zone, day, four) => {
      const [a = 0, b = 0, c = 0, d = 0] = four.toSorted((one, other) => one - other)
      const range = {
        from: toInstant(`${day}T00:00`, zone),
        to: toInstant(`${dayAfter(day, 3)}T00:00`, zone),
      }
      const pairs = [
        { id: 1, startMinute: a, endMinute: b },
        { id: 2, startMinute: c, endMinute: d },
      ]
      const three = [0, 1, 2].map((more) => dayAfter(day, more))
      const flexible = pairs.map((each) => ({ ...each, startDay: day, endDay: dayAfter(day, 2) }))
      const standard = pairs.flatMap((each) => three.map((one) => ({ ...each, weekday: weekdayOf(one) })))
      const found = stretchesOf({ standard: [], flexible }, zone, range)
      for (const [at, { endsAt }] of found.entries()) {
        const following = found[at + 1]
        assert.ok(!following || endsAt <= following.startsAt)
      }
      const times = (stretches: { startsAt: Date; endsAt: Date }[]) =>
        stretches.map(({ startsAt, endsAt }) => [startsAt, endsAt])
      assert.deepEqual(times(stretchesOf({ standard, flexible: [] }, zone, range)), times(found))
    }),
  )
})
