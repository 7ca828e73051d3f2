import assert from 'node:assert/strict'
import pg from 'pg'
import { createClinic } from './clinic.ts'
import { query } from './record-check.ts'
import { createPatient } from './records.ts'
import { startStack, type Stack } from './stack.ts'

/**
 * Books different slots with 32 clients through the gateway, then inserts the very rows that this made in the database of
 * appointments (the appointment, its claim, its audit event and its job, in one transaction each), as the role that serves, over as
 * many connections. Fails when bookings come at less than 0.3 of the rate of those inserts. The first argument says how many each client books.
 */
const clientCount = 32
const perClient = Number(process.argv[2] ?? 50)
const warmUp = 3
const leastRatio = 0.3
const tables = ['appointment', 'time_claim', 'audit_event'] as const

type Row = Record<string, unknown>

/** The times of one client: half hours of many days, none of them another client's. */
function timesOf(turn: number): { startAt: string; untilAt: string } {
  const day = new Date(Date.now() + (10 + Math.floor(turn / 14)) * 86_400_000).toISOString().slice(0, 10)
  const startAt = Date.parse(`${day}T09:00:00-08:00`) + (turn % 14) * 30 * 60_000
  return {
    startAt: new Date(startAt).toISOString(),
    untilAt: new Date(startAt + 30 * 60_000).toISOString(),
  }
}

/** Runs `work` for each client and turn, and gives how many came to an end in a second. */
async function measure(
  turns: number,
  work: (client: number, turn: number) => Promise<void>,
): Promise<number> {
  const startedAt = performance.now()
  await Promise.all(
    Array.from({ length: clientCount }, async (_, client) => {
      for (let turn = 0; turn < turns; turn += 1) await work(client, turn)
    }),
  )
  return (clientCount * turns * 1000) / (performance.now() - startedAt)
}

async function bookAll(stack: Stack): Promise<number> {
  const clinics: Awaited<ReturnType<typeof createClinic>>[] = []
  for (let client = 0; client < clientCount; client += 1) clinics.push(await createClinic(stack.north))
  const patients = await Promise.all(Array.from({ length: clientCount }, () => createPatient(stack.north)))
  const book = async (client: number, turn: number) => {
    const { body, text } = await stack.north.ask(
      'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { id } }',
      { input: { ...clinics[client], patientId: patients[client]?.id, ...timesOf(turn) } },
    )
    assert.ok(body.data?.createAppointment, text)
  }
  await measure(warmUp, book)
  return measure(perClient, (client, turn) => book(client, turn + warmUp))
}

/** Takes what was booked out of the database, and gives the rows of each booking, in the order of `tables`. */
async function takeRows(stack: Stack): Promise<Row[][]> {
  const { domainId } = stack.north
  const read = async (table: string) =>
    (
      await query<{ row: Row }>(
        stack,
        'appointments',
        `SELECT to_json(t) AS row FROM ${table} t WHERE domain_id = $1`,
        domainId,
      )
    ).map(({ row }) => row)
  const [appointments = [], claims = [], events = []] = await Promise.all(tables.map(read))
  for (const table of ['time_claim', 'audit_event', 'appointment'])
    await query(stack, 'appointments', `DELETE FROM ${table} WHERE domain_id = $1`, domainId)
  const claimOf = new Map(claims.map((claim) => [String(claim.holder_id), claim]))
  const eventOf = new Map(
    events
      .filter(({ action }) => action === 'appointment.created')
      .map((event) => [String(event.record_id), event]),
  )
  return appointments.map((appointment) => {
    const id = String(appointment.id)
    return [appointment, claimOf.get(id) ?? {}, eventOf.get(id) ?? {}]
  })
}

async function insertAll(stack: Stack): Promise<number> {
  const bookings = await takeRows(stack)
  const connections = await Promise.all(
    Array.from({ length: clientCount }, async () => {
      const client = new pg.Client({ connectionString: stack.databases.appointments?.url })
      await client.connect()
      return client
    }),
  )
  const insert = async (client: number, turn: number) => {
    const connection = connections[client]
    const booking = bookings[turn * clientCount + client]
    assert.ok(connection && booking)
    await connection.query(`BEGIN; SET LOCAL app.domain_id = '${stack.north.domainId}'`)
    for (const [at, table] of tables.entries())
      await connection.query({
        name: `insert ${table}`,
        text: `INSERT INTO ${table} SELECT * FROM json_populate_record(NULL::${table}, $1)`,
        values: [JSON.stringify(booking[at])],
      })
    await connection.query({
      name: 'enqueue',
      text: `SELECT commonchart.enqueue('bench', $1::integer, $2::jsonb, $3)`,
      values: [stack.north.domainId, JSON.stringify(booking[2]), `bench:${turn}:${client}`],
    })
    await connection.query('COMMIT')
  }
  try {
    await measure(warmUp, insert)
    return await measure(perClient, (client, turn) => insert(client, turn + warmUp))
  } finally {
    await Promise.all(connections.map((connection) => connection.end()))
  }
}

const limits = {
  LIMIT_REQUESTS_PER_MINUTE_PER_CONSUMER: '10000000',
  LIMIT_REQUESTS_PER_MINUTE_PER_ADDRESS: '10000000',
}
const stack = await startStack({ gateway: limits })
try {
  const booked = await bookAll(stack)
  const inserted = await insertAll(stack)
  const ratio = booked / inserted
  process.stdout.write(
    `${clientCount} clients, ${perClient} bookings each on slots of their own: ${booked.toFixed(0)} bookings/s through the gateway, ` +
      `${inserted.toFixed(0)}/s as bare inserts of the same rows, ratio ${ratio.toFixed(2)}\n`,
  )
  if (ratio < leastRatio) {
    process.stderr.write(`the bar is ${leastRatio}\n`)
    process.exitCode = 1
  }
} finally {
  await stack.stop()
}
