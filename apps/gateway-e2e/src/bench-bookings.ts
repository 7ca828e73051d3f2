import assert from 'node:assert/strict'
import { startTestServer } from '@commonchart/testing'
import { openInserter, takeBookings } from './bare-inserts.ts'
import { openCpuMeter } from './bench-cpu.ts'
import { createClinic, type Clinic } from './clinic.ts'
import { query } from './record-check.ts'
import { createPatient } from './records.ts'
import { startStack, type Stack } from './stack.ts'
import { until } from './until.ts'

/**
 * Books different slots with 32 clients through the gateway, then inserts the very rows that this wrote, in one transaction
 * for each database that has any, as the role that serves, with as many clients, and nothing else running. Once on a server
 * that syncs each commit to disk, as in production, and once on one that does not. Fails when bookings come at less than 0.3
 * of the rate of those inserts, on either. The first argument says how many each client books.
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

/** How many come to an end in a second, and the processor time of each, in milliseconds. */
interface Rate {
  perSecond: number
  cpuMs: number
}

/** Runs `work` for each client and turn, and measures once all are warm. */
async function measure(
  readCpuMs: () => number,
  work: (client: number, turn: number) => Promise<void>,
  whenWarm: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Rate> {
  const run = (from: number, to: number) =>
    Promise.all(
      Array.from({ length: clientCount }, async (_, client) => {
        for (let turn = from; turn < to; turn += 1) await work(client, turn)
      }),
    )
  await run(0, warmUp)
  await whenWarm()
  const [startedAt, cpuMs] = [performance.now(), readCpuMs()]
  await run(warmUp, warmUp + perClient)
  const count = clientCount * perClient
  return { perSecond: (count * 1000) / (performance.now() - startedAt), cpuMs: (readCpuMs() - cpuMs) / count }
}

const databases = ['appointments', 'consumers-audit'] as const

async function measureBookings(stack: Stack, readCpuMs: () => number): Promise<Rate> {
  const clinics: Clinic[] = []
  for (let client = 0; client < clientCount; client += 1) clinics.push(await createClinic(stack.north))
  const patients = await Promise.all(Array.from({ length: clientCount }, () => createPatient(stack.north)))
  const tokens: string[] = []
  return measure(
    readCpuMs,
    async (client, turn) => {
      if (turn % bookingsPerToken === 0) tokens[client] = stack.north.token()
      const { body, text } = await stack.ask(`${stack.url}/graphql`, {
        query: 'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { id } }',
        variables: { input: { ...clinics[client], patientId: patients[client]?.id, ...timesOf(turn) } },
        host: stack.north.host,
        token: tokens[client],
      })
      assert.ok(body.data?.createAppointment, text)
      // Autovacuum would do so within the minute; a table that was empty a second ago is planned for as empty.
    },
    () => Promise.all(databases.map((name) => query(stack, name, 'VACUUM ANALYZE'))),
  )
}

/** How many events wait to be delivered, and leaves of the audit log to be numbered. */
async function countWaiting(stack: Stack): Promise<{ jobs: number; leaves: number }> {
  const jobs = await query(stack, 'appointments', 'SELECT FROM graphile_worker._private_jobs')
  const leaves = await query(stack, 'consumers-audit', 'SELECT FROM audit_waiting')
  return { jobs: jobs.length, leaves: leaves.length }
}

async function isWorkedOff(stack: Stack): Promise<boolean> {
  const { jobs, leaves } = await countWaiting(stack)
  return jobs + leaves === 0
}

/** Inserts what bookings wrote, into both databases and then into their own alone; no service may be running. */
async function measureInserts(stack: Stack, readCpuMs: () => number): Promise<{ own: Rate; all: Rate }> {
  const { domainId } = stack.north
  const [appointments, recorder] = await Promise.all([
    openInserter(stack, 'appointments', clientCount),
    openInserter(stack, 'consumers-audit', clientCount),
  ])
  const run = async (inserters: readonly (typeof databases)[number][]) => {
    const bookings = await takeBookings(stack)
    return measure(readCpuMs, async (client, turn) => {
      const rows = bookings[turn * clientCount + client]
      assert.ok(rows)
      for (const name of inserters)
        await (name === 'appointments' ? appointments : recorder).insert(client, domainId, rows[name])
    })
  }
  try {
    const all = await run(databases)
    return { all, own: await run(['appointments']) }
  } finally {
    await Promise.all([appointments.close(), recorder.close()])
  }
}

async function compare(durable: boolean): Promise<number> {
  const server = await startTestServer({ durable })
  const stack = await startStack({ gateway: limits, server })
  try {
    const readCpuMs = await openCpuMeter(stack)
    const booked = await measureBookings(stack, readCpuMs)
    const { jobs, leaves } = await countWaiting(stack)
    await until(() => isWorkedOff(stack), 'every event is delivered and every leaf numbered', 120)
    for (const service of Object.values(stack.services)) await service.stop()
    const { all, own } = await measureInserts(stack, readCpuMs)
    const show = ({ perSecond, cpuMs }: Rate): string =>
      `${perSecond.toFixed(0)}/s, ${cpuMs.toFixed(2)} CPU ms each`
    const compared = (rate: Rate): string =>
      `${show(rate)}: ${(booked.perSecond / rate.perSecond).toFixed(2)} of the rate, ${(rate.cpuMs / booked.cpuMs).toFixed(2)} by CPU`
    process.stdout.write(
      `commits ${durable ? '' : 'not '}synced, ${clientCount} clients, ${perClient} bookings each on slots of their own: ` +
        `${show(booked)}; ${jobs} events and ${leaves} leaves left to be worked off\n` +
        `  bare inserts of the rows that they write ${compared(all)}\n` +
        `  without those of the record ${compared(own)}\n`,
    )
    return booked.perSecond / all.perSecond
  } finally {
    await stack.stop()
    await server.stop()
  }
}

const limits = {
  LIMIT_REQUESTS_PER_MINUTE_PER_CONSUMER: '10000000',
  LIMIT_REQUESTS_PER_MINUTE_PER_ADDRESS: '10000000',
}
const ratios = [await compare(true), await compare(false)]
if (ratios.some((ratio) => ratio < leastRatio)) {
  process.stderr.write(`the bar is ${leastRatio}\n`)
  process.exitCode = 1
}
