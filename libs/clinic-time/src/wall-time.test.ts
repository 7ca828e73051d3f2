import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  dayAfter,
  dayOf,
  describeZone,
  firstInstantAt,
  isZone,
  knownInstants,
  minuteOf,
  readNodeClock,
  toInstant,
  toWall,
  weekdayOf,
  zoneDataVersion,
} from './index.ts'

test('the zone data is the release in which the known instants hold', () => {
  assert.equal(zoneDataVersion, '2026f')
})

for (const [wall, zone, instant] of knownInstants)
  test(`${wall} in ${zone} is ${instant}`, () => {
    assert.equal(toInstant(wall, zone).toISOString(), instant)
    assert.equal(toInstant(toWall(new Date(instant), zone), zone).toISOString(), instant)
  })

test('a time that the clock shows twice is the earlier one', () => {
  assert.equal(toInstant('2026-11-01T01:30', 'America/Toronto').toISOString(), '2026-11-01T05:30:00.000Z')
  assert.equal(toInstant('2026-11-01T00:45', 'America/St_Johns').toISOString(), '2026-11-01T03:15:00.000Z')
})

test('a time that the clock skips is read with the offset from before the jump', () => {
  const skipped = toInstant('2026-03-08T02:30', 'America/Toronto')
  assert.equal(skipped.toISOString(), '2026-03-08T07:30:00.000Z')
  assert.equal(toWall(skipped, 'America/Toronto'), '2026-03-08T03:30:00')
})

test('a wall time is read back as it was written, unless the clock skipped it', () => {
  const zones = fc.constantFrom(
    'America/Vancouver',
    'America/St_Johns',
    'Europe/London',
    'Australia/Lord_Howe',
  )
  const times = fc.date({ min: new Date('1975-01-01'), max: new Date('2036-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(times, zones, (time, zone) => {
      const wall = toWall(time, zone)
      assert.equal(toWall(toInstant(wall, zone), zone), wall)
      assert.ok(toInstant(wall, zone).getTime() <= time.getTime())
    }),
  )
})

test('the clock gets to a time that it skips when it jumps, and to one that it shows twice the first time', () => {
  const reached = (wall: string, zone: string) => firstInstantAt(wall, zone).toISOString()
  assert.equal(reached('2026-03-08T02:30', 'America/Toronto'), '2026-03-08T07:00:00.000Z')
  assert.equal(reached('2026-03-08T03:00', 'America/Toronto'), '2026-03-08T07:00:00.000Z')
  assert.equal(reached('2026-11-01T01:30', 'America/Toronto'), '2026-11-01T05:30:00.000Z')
  assert.equal(reached('2026-10-04T02:10', 'Australia/Lord_Howe'), '2026-10-03T15:30:00.000Z')
  assert.equal(reached('2011-12-30T12:00', 'Pacific/Apia'), '2011-12-30T10:00:00.000Z')
})

test('the clock gets to a later time no earlier', () => {
  const zones = fc.constantFrom('America/Toronto', 'America/St_Johns', 'Pacific/Apia', 'America/Havana')
  const jumps = fc.constantFrom('2026-03-08', '2026-11-01', '2011-12-29', '2011-03-13')
  const minute = fc.integer({ min: 0, max: 2 * 1440 })
  const wallOf = (day: string, minutes: number) =>
    new Date(Date.parse(`${day}T00:00:00Z`) + minutes * 60_000).toISOString().slice(0, 16)
  fc.assert(
    fc.property(zones, jumps, minute, minute, (zone, day, one, other) => {
      const [first, second] = [Math.min(one, other), Math.max(one, other)]
      assert.ok(firstInstantAt(wallOf(day, first), zone) <= firstInstantAt(wallOf(day, second), zone))
    }),
  )
})

test('only names of the IANA list, as written there, are zones', () => {
  for (const zone of Intl.supportedValuesOf('timeZone')) assert.ok(isZone(zone), zone)
  for (const zone of ['', 'america/vancouver', 'Vancouver', '+01:00']) assert.ok(!isZone(zone), zone)
})

test('an unknown zone and a text that is no time are refused, never guessed', () => {
  assert.throws(() => toInstant('2026-12-01T10:00', 'Mars/Olympus'), RangeError)
  assert.throws(() => toInstant('2026-12-01', 'UTC'), RangeError)
  assert.throws(() => toInstant('2026-13-01T10:00', 'UTC'), RangeError)
})

test('a zone is named in the language of the reader', () => {
  assert.equal(describeZone('America/Toronto', 'en'), 'Eastern Time')
  assert.equal(describeZone('America/Toronto', 'fr'), 'heure de l’Est nord-américain')
  assert.equal(describeZone('Mars/Olympus', 'en'), null)
})

test('day, weekday and minute of a wall time', () => {
  assert.equal(dayOf('2026-12-01T10:15:30'), '2026-12-01')
  assert.equal(weekdayOf('2026-12-01'), 2)
  assert.equal(dayAfter('2026-02-28', 1), '2026-03-01')
  assert.equal(dayAfter('2026-01-01', -1), '2025-12-31')
  assert.equal(minuteOf('2026-12-01T10:15:30'), 615.5)
})

test('Node’s clock is read to the millisecond, and one that Node does not know is null', () => {
  assert.equal(readNodeClock(new Date('2020-01-01T12:00:00.250Z'), 'UTC'), '2020-01-01T12:00:00.250')
  assert.equal(readNodeClock(new Date('2020-07-01T04:00:00Z'), 'America/Toronto'), '2020-07-01T00:00:00')
  assert.equal(readNodeClock(new Date(0), 'Mars/Olympus'), null)
})
