import assert from 'node:assert/strict'
import pg from 'pg'
import { query } from './record-check.ts'
import type { Stack } from './stack.ts'

/** A row of a table, as JSON shows it. */
interface StoredRow {
  table: string
  row: Record<string, unknown>
}

/** The rows that one booking left, by the database that holds them. */
export type BookingRows = Record<'appointments' | 'consumers-audit', StoredRow[]>

/** Which rows a booking leaves: by the table, what says whose they are. */
const left = {
  appointments: {
    appointment: `t.id::text = $2`,
    time_claim: `t.holder_kind = 'appointment' AND t.holder_id::text = $2`,
    audit_event: `t.record_type = 'Appointment' AND t.record_id = $2`,
  },
  'consumers-audit': {
    access_log: `t.id::text = $3`,
    access_patient: `t.id::text = $3`,
    audit_leaf: `t.request_id = $3`,
  },
} as const

/** Takes the rows of every booking out of the databases. */
export async function takeBookings(stack: Stack): Promise<BookingRows[]> {
  const { domainId } = stack.north
  const made = await query<{ id: string; request: string }>(
    stack,
    'appointments',
    `SELECT record_id AS id, request_id AS request FROM audit_event WHERE domain_id = $1 AND action = 'appointment.created'`,
    domainId,
  )
  const take = async (service: keyof BookingRows): Promise<Map<string, StoredRow[]>> => {
    const client = new pg.Client({ connectionString: stack.databases[service]?.adminUrl })
    await client.connect()
    const taken = new Map<string, StoredRow[]>()
    for (const { id, request } of made) {
      const rows: StoredRow[] = []
      for (const [table, condition] of Object.entries(left[service])) {
        const found = await client.query<{ row: Record<string, unknown> }>(
          // Each condition uses one of the two names of the booking.
          `DELETE FROM ${table} t WHERE domain_id = $1 AND ${condition} AND ($2::text IS NOT NULL OR $3::text IS NOT NULL)
            RETURNING to_json(t) AS row`,
          [domainId, id, request],
        )
        rows.push(...found.rows.map(({ row }) => ({ table, row })))
      }
      taken.set(id, rows)
    }
    await client.end()
    return taken
  }
  const [own, recorded] = await Promise.all([take('appointments'), take('consumers-audit')])
  return made.map(({ id }) => ({
    appointments: own.get(id) ?? [],
    'consumers-audit': recorded.get(id) ?? [],
  }))
}

/** Connections as the role that serves, one for each client. */
export interface Inserter {
  /** Inserts rows in one transaction. */
  insert(client: number, domainId: number, rows: StoredRow[]): Promise<void>
  close(): Promise<void>
}

export async function openInserter(
  stack: Stack,
  service: keyof BookingRows,
  count: number,
): Promise<Inserter> {
  const connections = await Promise.all(
    Array.from({ length: count }, async () => {
      const client = new pg.Client({ connectionString: stack.databases[service]?.url })
      await client.connect()
      return client
    }),
  )
  return {
    async insert(client, domainId, rows) {
      const connection = connections[client]
      assert.ok(connection)
      await connection.query(`BEGIN; SET LOCAL app.domain_id = '${domainId}'`)
      for (const { table, row } of rows) {
        const columns = Object.keys(row)
        await connection.query({
          name: `insert ${table}`,
          text: `INSERT INTO ${table} (${columns.join()}) VALUES (${columns.map((_, at) => `$${at + 1}`).join()})`,
          values: Object.values(row),
        })
      }
      await connection.query('COMMIT')
    },
    async close() {
      await Promise.all(connections.map((connection) => connection.end()))
    },
  }
}
