export { knownInstants } from './known-instants.ts'
export { readNodeClock } from './node-clock.ts'
export {
  dayAfter,
  dayOf,
  firstInstantAt,
  minuteOf,
  toInstant,
  toWall,
  weekdayOf,
  type WallTime,
} from './wall-time.ts'
export { describeZone, isZone, zoneDataVersion } from './zones.ts'
