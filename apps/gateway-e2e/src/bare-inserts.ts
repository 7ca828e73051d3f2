import assert from 'node:assert/strict'
import { createTimeOrderedId } from '@commonchart/audit'
import pg from 'pg'
import { query } from './record-check.ts'
import type { Stack } from './stack.ts'

/** A row of a table, as JSON shows it. */
interface StoredRow {
  table: string
  row: Record<string, unknown>
}

/** The rows that one booking wrote, by the database that holds them. */
export type BookingRows = Record<'appointments' | 'consumers-audit', StoredRow[]>

/** The outbox, into which a program puts rows by a function alone. */
const outbox = 'graphile_worker._private_jobs'

/** Which rows a booking leaves: by the table, the id of the appointment or of the request as it stands there. */
const left = {
  appointments: {
    appointment: 't.id::text',
    time_claim: `CASE WHEN t.holder_kind = 'appointment' THEN t.holder_id::text END`,
    audit_event: `CASE WHEN t.record_type = 'Appointment' THEN t.record_id END`,
  },
  'consumers-audit': {
    access_log: 't.id::text',
    access_patient: 't.id::text',
    access_slow: 't.id::text',
    audit_leaf: 't.request_id',
  },
} as const

/** The rows that a booking wrote and that were used up when they were worked off: made anew, like those that were. */
function usedUp({ appointments, 'consumers-audit': recorded }: BookingRows): BookingRows {
  const [event] = appointments.flatMap(({ table, row }) => (table === 'audit_event' ? [row] : []))
  const domainId = event?.domain_id as number
  const id = createTimeOrderedId()
  const {
    principal,
    request_id: requestId,
    before: _before,
    after: _after,
    salt: _salt,
    ...change
  } = event ?? {}
  const payload = { principal, requestId, changes: [change] }
  const job = { target: 'consumers-audit', id, type: 'audit.recorded', payload }
  return {
    appointments: [{ table: outbox, row: { domainId, job, key: `consumers-audit:${id}` } }],
    'consumers-audit': [
      { table: 'received_event', row: { domain_id: domainId, id } },
      ...recorded.flatMap(({ table, row }) =>
        table === 'audit_leaf'
          ? [{ table: 'audit_waiting', row: { domain_id: domainId, id: row.id, leaf_ids: [row.id] } }]
          : [],
      ),
    ],
  }
}

/** Takes the rows of every booking out of the databases, those that were used up beside them. */
export async function takeBookings(stack: Stack): Promise<BookingRows[]> {
  const { domainId } = stack.north
  const made = await query<{ id: string; request: string }>(
    stack,
    'appointments',
    `SELECT record_id AS id, request_id AS request FROM audit_event WHERE domain_id = $1 AND action = 'appointment.created'`,
    domainId,
  )
  const take = async (service: keyof BookingRows, keys: string[]): Promise<Map<string, StoredRow[]>> => {
    const client = new pg.Client({ connectionString: stack.databases[service]?.adminUrl })
    await client.connect()
    const taken = new Map<string, StoredRow[]>(keys.map((key) => [key, []]))
    for (const [table, key] of Object.entries(left[service])) {
      const { rows } = await client.query<{ key: string; row: Record<string, unknown> }>(
        `DELETE FROM ${table} t WHERE domain_id = $1 AND ${key} = ANY($2) RETURNING ${key} AS key, to_json(t) AS row`,
        [domainId, keys],
      )
      for (const { key, row } of rows) taken.get(key)?.push({ table, row })
    }
    await client.end()
    return taken
  }
  const [own, recorded] = await Promise.all([
    take(
      'appointments',
      made.map(({ id }) => id),
    ),
    take(
      'consumers-audit',
      made.map(({ request }) => request),
    ),
  ])
  return made.map(({ id, request }) => {
    const rows = { appointments: own.get(id) ?? [], 'consumers-audit': recorded.get(request) ?? [] }
    const more = usedUp(rows)
    return {
      appointments: [...rows.appointments, ...more.appointments],
      'consumers-audit': [...rows['consumers-audit'], ...more['consumers-audit']],
    }
  })
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
        if (table === outbox) {
          const text = `SELECT commonchart.enqueue('deliver', $1, $2, $3)`
          await connection.query({ name: 'enqueue', text, values: Object.values(row) })
          continue
        }
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
