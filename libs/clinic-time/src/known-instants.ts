/** What clocks show at some instants, with the zone, as the law has it in 2026: British Columbia keeps its summer time. */
export const knownInstants: readonly (readonly [wall: string, zone: string, instant: string])[] = [
  ['2026-12-01T10:00', 'America/Vancouver', '2026-12-01T17:00:00.000Z'],
  ['2026-12-01T10:00', 'America/Whitehorse', '2026-12-01T17:00:00.000Z'],
  ['2026-12-01T10:00', 'America/Edmonton', '2026-12-01T16:00:00.000Z'],
  ['2026-12-01T10:00', 'America/Yellowknife', '2026-12-01T16:00:00.000Z'],
  ['2026-12-01T10:00', 'America/Winnipeg', '2026-12-01T15:00:00.000Z'],
  ['2026-12-01T10:00', 'America/Toronto', '2026-12-01T15:00:00.000Z'],
  ['2026-12-01T10:00', 'America/Regina', '2026-12-01T16:00:00.000Z'],
  ['2026-12-01T10:00', 'America/Halifax', '2026-12-01T14:00:00.000Z'],
  ['2026-12-01T10:00', 'America/St_Johns', '2026-12-01T13:30:00.000Z'],
  ['2026-07-01T10:00', 'America/Vancouver', '2026-07-01T17:00:00.000Z'],
  ['2026-07-01T10:00', 'America/St_Johns', '2026-07-01T12:30:00.000Z'],
  ['2025-12-01T10:00', 'America/Vancouver', '2025-12-01T18:00:00.000Z'],
  ['2026-12-01T10:00:30.250', 'UTC', '2026-12-01T10:00:30.250Z'],
]
