import assert from 'node:assert/strict'
import { openInserter, takeBookings } from './bare-inserts.ts'
import { createClinic, type Clinic } from './clinic.ts'
import { query } from './record-check.ts'
import { createPatient } from './records.ts'
import { startStack, type Stack } from './stack.ts'
import { until } from './until.ts'

/**
 * Books different slots with 32 clients through the gateway, then inserts the very rows that this left, in one transaction
 * for each database that has any, as the role that serves, with as many clients. Fails when bookings come at less than 0.3 of
 * the rate of those inserts. The first argument says how many each client books.
 */
const clientCount = 32
const perClient = Number(process.argv[2] ?? 50)
/** Programs are compiled as they run: what a process does first is not what it does all day. */
const warmUp = 20
const bookingsPerToken = 25
const leastRatio = 0.3

/** The times of one client: half hours of many days. */
function timesOf(turn: number): { startAt: string; untilAt: string } {
  const day = new Date(Date.now() + (10 + Math.floor(turn / 14)) * 86_400_000).toISOString().slice(0, 10)
  const startAt = Date.parse(`${day}T09:00:00-08:00`) + (turn % 14) * 30 * 60_000
  return {
    startAt: new Date(startAt).toISOString(),
    untilAt: new Date(startAt + 30 * 60_000).toISOString(),
  }
}

/** Runs `work` for each client and turn, and gives how many come to an end in a second once all are warm. */
async function measure(work: (client: number, turn: number) => Promise<void>): Promise<number> {
  const run = (from: number, to: number) =>
    Promise.all(
      Array.from({ length: clientCount }, async (_, client) => {
        for (let turn = from; turn < to; turn += 1) await work(client, turn)
      }),
    )
  await run(0, warmUp)
  const startedAt = performance.now()
  await run(warmUp, warmUp + perClient)
  return (clientCount * perClient * 1000) / (performance.now() - startedAt)
}

async function measureBookings(stack: Stack): Promise<number> {
  const clinics: Clinic[] = []
  for (let client = 0; client < clientCount; client += 1) clinics.push(await createClinic(stack.north))
  const patients = await Promise.all(Array.from({ length: clientCount }, () => createPatient(stack.north)))
  const tokens: string[] = []
  return measure(async (client, turn) => {
    if (turn % bookingsPerToken === 0) tokens[client] = stack.north.token()
    const { body, text } = await stack.ask(`${stack.url}/graphql`, {
      query: 'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { id } }',
      variables: { input: { ...clinics[client], patientId: patients[client]?.id, ...timesOf(turn) } },
      host: stack.north.host,
      token: tokens[client],
    })
    assert.ok(body.data?.createAppointment, text)
  })
}

async function measureInserts(stack: Stack): Promise<{ own: number; all: number }> {
  await until(
    async () =>
      (await query(stack, 'appointments', 'SELECT FROM graphile_worker._private_jobs')).length === 0,
    'every event is delivered',
    120,
  )
  const { domainId } = stack.north
  const [appointments, recorder] = await Promise.all([
    openInserter(stack, 'appointments', clientCount),
    openInserter(stack, 'consumers-audit', clientCount),
  ])
  const run = async (inserters: ('appointments' | 'consumers-audit')[]) => {
    const bookings = await takeBookings(stack)
    return measure(async (client, turn) => {
      const rows = bookings[turn * clientCount + client]
      assert.ok(rows)
      for (const name of inserters)
        await (name === 'appointments' ? appointments : recorder).insert(client, domainId, rows[name])
    })
  }
  try {
    const all = await run(['appointments', 'consumers-audit'])
    return { all, own: await run(['appointments']) }
  } finally {
    await Promise.all([appointments.close(), recorder.close()])
  }
}

const limits = {
  LIMIT_REQUESTS_PER_MINUTE_PER_CONSUMER: '10000000',
  LIMIT_REQUESTS_PER_MINUTE_PER_ADDRESS: '10000000',
}
const stack = await startStack({ gateway: limits })
try {
  const booked = await measureBookings(stack)
  const { all, own } = await measureInserts(stack)
  process.stdout.write(
    `${clientCount} clients, ${perClient} bookings each on slots of their own: ${booked.toFixed(0)} bookings/s through the gateway; ` +
      `bare inserts of the rows that they leave ${all.toFixed(0)}/s, ratio ${(booked / all).toFixed(2)}; ` +
      `without those of the record ${own.toFixed(0)}/s, ratio ${(booked / own).toFixed(2)}\n`,
  )
  if (booked / all < leastRatio) {
    process.stderr.write(`the bar is ${leastRatio}\n`)
    process.exitCode = 1
  }
} finally {
  await stack.stop()
}
