import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayAfter, weekdayOf } from '@commonchart/clinic-time'
import fc from 'fast-check'
import { overlap, type PlacedHours } from './hour-overlap.ts'
import { endOnDay, lastDayOf, type DatedHours, type WeeklyHours } from './hour-stretches.ts'

const since = '2026-01-01'
const zone = 'America/Toronto'
const minute = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
const weekly = (weekday: number, start: string, end: string, at = zone): PlacedHours => ({
  ...{ kind: 'standard', zone: at },
  workHour: { id: 1, weekday, startMinute: minute(start), endMinute: minute(end) || 1440 },
})
const dated = (startDay: string, endDay: string, start: string, end: string, at = zone): PlacedHours => ({
  ...{ kind: 'flexible', zone: at },
  workHour: { id: 2, startDay, endDay, startMinute: minute(start), endMinute: minute(end) || 1440 },
})

const cases: [name: string, one: PlacedHours, other: PlacedHours, expected: boolean][] = [
  ...(
    [
      ['the same days and times', ['2026-12-01', '2026-12-05', '09:00', '12:00'], true],
      ['days that touch', ['2026-12-05', '2026-12-09', '11:00', '13:00'], true],
      ['days after', ['2026-12-06', '2026-12-09', '11:00', '13:00'], false],
      ['times that only touch', ['2026-12-01', '2026-12-05', '12:00', '13:00'], false],
      ['a night that ends before', ['2026-11-30', '2026-12-01', '22:00', '09:00'], false],
      ['a night that ends within', ['2026-11-30', '2026-12-01', '22:00', '09:30'], true],
    ] as const
  ).map(
    ([name, [first, last, start, end], expected]) =>
      [
        `dated hours and others of ${name}`,
        dated('2026-12-01', '2026-12-05', '09:00', '12:00'),
        dated(first, last, start, end),
        expected,
      ] satisfies (typeof cases)[number],
  ),
  // 2026-12-01 is a Tuesday.
  [
    'hours of Tuesday and a Tuesday',
    weekly(2, '09:00', '12:00'),
    dated('2026-12-01', '2026-12-01', '11:00', '13:00'),
    true,
  ],
  [
    'hours of Monday and a Tuesday',
    weekly(1, '09:00', '12:00'),
    dated('2026-12-01', '2026-12-01', '11:00', '13:00'),
    false,
  ],
  [
    'hours of Sunday and a week',
    weekly(0, '09:00', '12:00'),
    dated('2026-12-01', '2026-12-06', '11:00', '13:00'),
    true,
  ],
  [
    'hours of Sunday and less than a week',
    weekly(0, '09:00', '12:00'),
    dated('2026-12-01', '2026-12-05', '11:00', '13:00'),
    false,
  ],
  [
    'hours of Wednesday and the night before',
    weekly(3, '00:00', '02:00'),
    dated('2026-12-01', '2026-12-02', '23:00', '01:00'),
    true,
  ],
  [
    'weekly hours and days that are over',
    weekly(2, '09:00', '12:00'),
    dated('2025-12-02', '2025-12-30', '09:00', '12:00'),
    false,
  ],
  [
    'hours until the end of the calendar',
    dated('2026-01-01', '9999-12-31', '22:00', '00:00'),
    weekly(6, '23:00', '00:00'),
    true,
  ],
  [
    'hours until the end of the calendar on two clocks',
    dated('2026-01-01', '9999-12-31', '22:00', '23:00'),
    dated('2026-01-01', '9999-12-31', '21:30', '23:30', 'America/Regina'),
    true,
  ],
  // In winter 12:00 in Toronto is 11:00 in Regina, in summer 10:00.
  [
    'hours one after the other on two clocks',
    weekly(2, '09:00', '12:00'),
    dated('2026-12-01', '2026-12-01', '11:00', '13:00', 'America/Regina'),
    false,
  ],
  [
    'hours at once on two clocks',
    weekly(2, '09:00', '12:00'),
    dated('2026-12-01', '2026-12-01', '10:59', '13:00', 'America/Regina'),
    true,
  ],
  [
    'a Tuesday that is Wednesday elsewhere',
    weekly(3, '08:00', '10:00', 'Asia/Tokyo'),
    dated('2026-12-01', '2026-12-01', '18:00', '19:00'),
    true,
  ],
  [
    'hours at once only in summer',
    dated('2026-01-01', '2027-12-31', '09:00', '10:00', 'America/Regina'),
    dated('2026-01-01', '2027-12-31', '11:00', '12:00'),
    true,
  ],
  [
    'hours at once only in summer, in winter,',
    dated('2026-11-05', '2027-03-01', '09:00', '10:00', 'America/Regina'),
    dated('2026-01-01', '2027-12-31', '11:00', '12:00'),
    false,
  ],
]
for (const [name, one, other, expected] of cases)
  test(`${name} ${expected ? 'overlap' : 'do not overlap'}`, () => {
    assert.equal(overlap(one, other, since), expected)
    assert.equal(overlap(other, one, since), expected)
  })

const minutes = fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * 15)
const times = fc.record({ startMinute: minutes, endMinute: minutes.map((each) => each || 1440) })
const datedHours: fc.Arbitrary<DatedHours> = fc
  .tuple(times, fc.nat(20), fc.nat(9))
  .map(([each, start, more]) => {
    const startDay = dayAfter('2026-12-01', start)
    return { ...each, id: 1, startDay, endDay: dayAfter(startDay, more) }
  })
  .filter((each) => each.startMinute < each.endMinute || each.startDay < each.endDay)
const weeklyHours: fc.Arbitrary<WeeklyHours> = fc
  .tuple(times, fc.nat(6))
  .map(([each, weekday]) => ({ ...each, id: 2, weekday }))
  .filter((each) => each.startMinute < each.endMinute)

test('hours overlap exactly when some quarter of an hour is in both', () => {
  const quarters = (days: string[], each: WeeklyHours | DatedHours) =>
    days.flatMap((day) => {
      const midnight = Date.parse(`${day}T00:00:00Z`)
      const count = (endOnDay(each) - each.startMinute) / 15
      return Array.from({ length: count }, (_, at) => midnight + (each.startMinute + at * 15) * 60_000)
    })
  const all = Array.from({ length: 40 }, (_, at) => dayAfter('2026-11-25', at))
  const quartersOf = (hours: PlacedHours) =>
    hours.kind === 'standard'
      ? quarters(
          all.filter((day) => weekdayOf(day) === hours.workHour.weekday),
          hours.workHour,
        )
      : quarters(
          all.filter((day) => hours.workHour.startDay <= day && day <= lastDayOf(hours.workHour)),
          hours.workHour,
        )
  const flexible = datedHours.map((workHour): PlacedHours => ({ kind: 'flexible', zone: 'UTC', workHour }))
  const standard = weeklyHours.map((workHour): PlacedHours => ({ kind: 'standard', zone: 'UTC', workHour }))
  fc.assert(
    fc.property(flexible, fc.oneof(flexible, standard), (one, other) => {
      const taken = new Set(quartersOf(one))
      const expected = quartersOf(other).some((quarter) => taken.has(quarter))
      assert.equal(overlap(one, other, since), expected)
      // Two clocks that always show the same give the same answer the long way.
      assert.equal(overlap(one, { ...other, zone: 'Etc/UTC' }, since), expected)
    }),
  )
})
