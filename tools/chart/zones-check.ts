import { knownInstants, readNodeClock, toWall, zoneDataVersion } from '@commonchart/clinic-time'
import { roles } from '@commonchart/database'
import pg from 'pg'
import { findState } from '../environment/environment-state.ts'
import type { Home } from '../environment/home.ts'
import { Unreachable } from '../environment/graph.ts'
import { findJson } from '../environment/private-file.ts'
import { UsageError, type Io } from './io.ts'

/** A part that takes a clock to show something else than it does. */
export interface Disagreement {
  part: 'pinned' | 'node' | 'postgres'
  zone: string
  instant: string
  /** What the clock of the zone shows. */
  expected: string
  /** What the part says; null when it does not know the zone. */
  shown: string | null
}

export interface ZonesVerdict {
  pinned: string
  node: string
  postgres: string
  instants: number
  disagreements: Disagreement[]
}

/** Where appointments keeps its data: as it is said, as the environment says, or on the server of the last start. */
export function findAppointmentsDatabase(home: Home, io: Io, given: string | undefined): string {
  const named = given ?? io.environment.APPOINTMENTS_DATABASE_URL
  if (named) return named
  const passwords = findJson<{ app: string }>(home.rolePasswords)
  const port = findState(home)?.databasePort
  if (!passwords || !port)
    throw new UsageError(
      'There is no database: start one ("npm start"), or name that of appointments with --database.',
    )
  return `postgres://${roles.app}:${passwords.app}@127.0.0.1:${port}/appointments`
}

/** Compares what the pinned data, Node and PostgreSQL take the clocks to show at known instants. */
export async function checkZones(databaseUrl: string, known = knownInstants): Promise<ZonesVerdict> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5000 })
  try {
    await client.connect()
  } catch (error) {
    throw new Unreachable('The database of appointments cannot be reached.', { cause: error })
  }
  try {
    const disagreements: Disagreement[] = []
    for (const [wall, zone, instant] of known) {
      const at = new Date(instant)
      const expected = wall.length === 16 ? `${wall}:00` : wall
      const readings = [
        ['pinned', toWall(at, zone)],
        ['node', readNodeClock(at, zone)],
        ['postgres', await readPostgresClock(client, at, zone)],
      ] as const
      for (const [part, shown] of readings)
        if (shown !== expected) disagreements.push({ part, zone, instant, expected, shown })
    }
    const { rows } = await client.query<{ version: string }>(
      "SELECT current_setting('server_version') AS version",
    )
    return {
      ...{ pinned: zoneDataVersion, node: `${process.versions.node} (${process.versions.tz})` },
      ...{ postgres: rows[0]?.version ?? '', instants: known.length, disagreements },
    }
  } finally {
    await client.end()
  }
}

async function readPostgresClock(client: pg.Client, at: Date, zone: string): Promise<string | null> {
  const { rows } = await client.query<{ shown: string | null }>(
    `SELECT CASE WHEN EXISTS (SELECT FROM pg_timezone_names WHERE name = $2)
      THEN to_char($1::timestamptz AT TIME ZONE $2, 'YYYY-MM-DD"T"HH24:MI:SS.MS') END AS shown`,
    [at.toISOString(), zone],
  )
  return rows[0]?.shown?.replace(/\.000$/, '') ?? null
}
