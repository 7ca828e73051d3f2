import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { chooseLength, startTestServer, type TestServer } from '@commonchart/testing'
import { countTaken, findSoldFaults } from './booking-check.ts'
import { codeOf, startBookingClients, type BookingClients, type Slot, type Ways } from './booking-clients.ts'
import { createClinic } from './clinic.ts'
import { createConsumer } from './consumers.ts'
import { createPatient } from './records.ts'
import { startStack, type Stack } from './stack.ts'
import { until } from './until.ts'

const slotCount = chooseLength({ usual: 6, soak: 100 })
const clientCount = chooseLength({ usual: 16, soak: 48 })
const rounds = chooseLength({ usual: 1, soak: 12 })
const victims = ['appointments-2', 'postgres', 'appointments'] as const
/** One process is killed in the usual form, beside Postgres. */
const victimsPerRound = chooseLength({ usual: 2, soak: victims.length })
const leastInFlight = 8

let server: TestServer
let stack: Stack
let ways: Ways
/** What killed processes had printed. */
const printed: string[] = []
before(async () => {
  server = await startTestServer({ durable: true })
  // The clients ask without a pause, and what the limits refuse is tested elsewhere.
  const limits = {
    LIMIT_REQUESTS_PER_MINUTE_PER_CONSUMER: '10000000',
    LIMIT_REQUESTS_PER_MINUTE_PER_ADDRESS: '10000000',
  }
  stack = await startStack({ server, gateways: 2, appointments: 2, gateway: limits })
  const [booking, converting, takingOver] = await Promise.all(
    ['books', 'converts', 'takes over'].map((name) => createConsumer(stack, stack.north, { name })),
  )
  assert(booking && converting && takingOver)
  ways = { booking, converting, takingOver }
})
after(async () => {
  await stack?.stop()
  await server?.stop()
})

/** Slots of providers who take one and three at once, every other of them contested. */
async function createSlots(): Promise<Slot[]> {
  const clinics = [
    { ...(await createClinic(stack.north)), capacity: 1 },
    { ...(await createClinic(stack.north, { slot: 3 })), capacity: 3 },
  ] as const
  return Array.from({ length: slotCount }, (_, index) => {
    const place = Math.floor(index / 2)
    const day = new Date(Date.now() + (10 + Math.floor(place / 14)) * 86_400_000).toISOString().slice(0, 10)
    const startAt = new Date(Date.parse(`${day}T09:00:00-08:00`) + (place % 14) * 30 * 60_000)
    const untilAt = new Date(startAt.getTime() + 30 * 60_000)
    return {
      ...clinics[(index % 2) as 0 | 1],
      ...{ startAt: startAt.toISOString(), untilAt: untilAt.toISOString(), isContested: place % 2 === 0 },
    }
  })
}

async function kill(victim: (typeof victims)[number], clients: BookingClients): Promise<number> {
  let inFlight = 0
  await until(() => {
    inFlight = clients.inFlight()
    return Promise.resolve(inFlight >= leastInFlight)
  }, `${leastInFlight} requests are under way`)
  if (victim === 'postgres') await server.crash()
  else {
    printed.push(stack.services[victim]?.output() ?? '')
    await stack.services[victim]?.stop('SIGKILL')
    await stack.restart(victim)
  }
  const served = clients.served()
  await until(
    () => Promise.resolve(clients.served() > served + 3 * clientCount),
    `served after ${victim} was killed`,
    60,
  )
  return inFlight
}

/** All at once, clients book what is left of a slot. */
async function rush(slot: Slot, patientIds: string[]): Promise<(string | null)[]> {
  const { locationId, providerId, serviceId, startAt, untilAt } = slot
  const answers = await Promise.all(
    patientIds.map((patientId, client) =>
      ways.booking.ask(
        'mutation ($input: CreateAppointmentInput!) { made: createAppointment(input: $input) { id } }',
        {
          variables: { input: { locationId, providerId, serviceId, startAt, untilAt, patientId } },
          gateway: stack.gateways[client % 2],
        },
      ),
    ),
  )
  return answers.map(codeOf)
}

test('whatever is killed, no time is sold twice, none is lost, and who is refused is told why', async (t) => {
  const slots = await createSlots()
  const patientIds = await Promise.all(
    Array.from({ length: 8 }, async (_, n) => (await createPatient(stack.north, { lastName: `P${n}` })).id),
  )
  const startedAt = performance.now()
  const { gateways } = stack
  const clients = startBookingClients(ways, { slots, patientIds, gateways, count: clientCount })
  t.after(() => clients.abandon())
  await until(() => Promise.resolve(clients.served() > 6 * clientCount), 'the clients are served', 60)
  for (let round = 0; round < rounds; round += 1)
    for (const victim of victims.slice(0, victimsPerRound)) {
      const inFlight = await kill(victim, clients)
      t.diagnostic(`round ${round + 1}: ${victim} killed with ${inFlight} requests in flight`)
    }
  await clients.stop()
  const { history, told } = clients
  const tookMs = performance.now() - startedAt
  assert.deepEqual((await findSoldFaults(stack, { slots, history, told })).slice(0, 20), [])

  const open = slots.filter(({ isContested }) => !isContested)
  const taken = await countTaken(stack, open)
  for (const [at, slot] of open.entries()) {
    const codes = await rush(slot, patientIds)
    const room = Math.max(0, slot.capacity - (taken[at] ?? 0))
    const won = codes.filter((code) => code === 'accepted').length
    const refused = codes.filter((code) => code === 'SLOT_TAKEN').length
    assert.deepEqual([won, refused], [room, patientIds.length - room], `${slot.startAt}: ${codes.join()}`)
  }
  const outputs = ['appointments', 'appointments-2'].map((name) => stack.services[name]?.output() ?? '')
  for (const output of [...printed, ...outputs]) assert.doesNotMatch(output, /deadlock detected/)
  const tally = Object.entries(Object.groupBy(history, ({ action, code }) => `${action} ${code}`))
  t.diagnostic(
    `${slotCount} slots, ${clientCount} clients, ${history.length} requests, ${told.length} appointments in ${(tookMs / 1000).toFixed(1)} s`,
  )
  t.diagnostic(
    tally
      .map(([what, all]) => `${what}: ${all?.length}`)
      .sort()
      .join(', '),
  )
})
