import { sql, type Kysely } from 'kysely'
import type { Tables } from '../tables.ts'

/** A gateway that was not heard for so long is not counted. */
const aliveMs = 5000
/** Between its heartbeats a gateway that sends records is noted this often. */
const noteEveryMs = 1000

/** Notes which gateways there are. */
export interface Gateways {
  /** Notes a gateway, committed before it resolves, and gives how many were heard within 5 s. */
  note(gateway: string): Promise<number>
  /** The same, but notes a gateway that was noted within the last second by the next call only. */
  noteOften(gateway: string): Promise<number>
}

/** Opens the list of gateways that send their records. */
export function openGateways(db: Kysely<Tables>, now: () => number = Date.now): Gateways {
  const noted = new Map<string, number>()
  let alive = 1
  async function note(gateway: string): Promise<number> {
    noted.set(gateway, now())
    await sql`
      INSERT INTO gateway_seen (gateway, seen_at) VALUES (${gateway}, now())
      ON CONFLICT (gateway) DO UPDATE SET seen_at = excluded.seen_at`.execute(db)
    const { rows } = await sql<{ count: string }>`
      SELECT count(*) FROM gateway_seen
      WHERE seen_at > now() - ${`${aliveMs} milliseconds`}::interval`.execute(db)
    alive = Number(rows[0]?.count)
    return alive
  }
  return {
    note,
    noteOften: async (gateway) => (now() - (noted.get(gateway) ?? 0) < noteEveryMs ? alive : note(gateway)),
  }
}

/** Forgets the gateways that were not heard for a day. */
export async function deleteSilentGateways(db: Kysely<Tables>): Promise<void> {
  await sql`DELETE FROM gateway_seen WHERE seen_at < now() - interval '1 day'`.execute(db)
}
