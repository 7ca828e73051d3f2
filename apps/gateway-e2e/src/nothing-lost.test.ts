import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { chooseLength, startTestServer, type TestServer } from '@commonchart/testing'
import { startClients, type Clients } from './clients.ts'
import { countUnanswered, findFaults, query, reconcileAll } from './record-check.ts'
import { createPatient } from './records.ts'
import { startStack, type Stack } from './stack.ts'
import { until } from './until.ts'

/** Killed in turn; four rounds, and fifty in the soak. */
const victims = ['gateway', 'consumers-audit', 'patients', 'postgres'] as const
const rounds = chooseLength({ usual: 4, soak: 50 })
const clientCount = 16
const leastInFlight = 8

let server: TestServer
let stack: Stack
before(async () => {
  server = await startTestServer({ durable: true })
  // The clients ask without a pause, and what the limits refuse is tested elsewhere.
  const limits = {
    LIMIT_REQUESTS_PER_MINUTE_PER_CONSUMER: '10000000',
    LIMIT_REQUESTS_PER_MINUTE_PER_ADDRESS: '10000000',
  }
  stack = await startStack({ server, gateway: limits })
})
after(async () => {
  await stack?.stop()
  await server?.stop()
})

async function kill(victim: (typeof victims)[number], clients: Clients): Promise<number> {
  let inFlight = 0
  await until(() => {
    inFlight = clients.inFlight()
    return Promise.resolve(inFlight >= leastInFlight)
  }, `${leastInFlight} requests are under way`)
  if (victim === 'postgres') await server.crash()
  else {
    await stack.services[victim]?.stop('SIGKILL')
    await stack.restart(victim)
  }
  const served = clients.served()
  await until(
    () => Promise.resolve(clients.served() > served + clientCount),
    `served after ${victim} was killed`,
  )
  return inFlight
}

/** Nothing waits to be delivered or to be numbered any more. */
async function isSettled(): Promise<boolean> {
  const jobs = await query<{ waiting: string }>(
    stack,
    'patients',
    `SELECT count(*) AS waiting FROM graphile_worker._private_jobs`,
  )
  const leaves = await query<{ waiting: string }>(
    stack,
    'consumers-audit',
    'SELECT count(*) AS waiting FROM audit_waiting',
  )
  return jobs[0]?.waiting === '0' && leaves[0]?.waiting === '0'
}

test('whatever is killed, what was answered is on the record and what is on the record happened', async (t) => {
  const startedAt = Date.now() - 60_000
  const patients = await Promise.all(
    Array.from({ length: 12 }, (_, index) => createPatient(stack.north, { lastName: `Seed${index}` })),
  )
  const clients = startClients(
    stack.north,
    patients.map(({ id }) => id),
    clientCount,
  )
  await until(() => Promise.resolve(clients.served() > 100), 'the clients are served')
  for (let round = 0; round < rounds; round += 1)
    for (const victim of victims) {
      const inFlight = await kill(victim, clients)
      t.diagnostic(`round ${round + 1}: ${victim} killed with ${inFlight} requests in flight`)
    }
  await clients.stop()
  await until(isSettled, 'every event is delivered and every leaf has its number', 90)
  const domainId = stack.north.domainId
  const faults = await findFaults(stack, domainId, clients.history)
  assert.deepEqual(faults.slice(0, 20), [])
  const answers = clients.history.filter(({ answer }) => answer !== null).length
  const unanswered = await countUnanswered(stack, domainId)
  t.diagnostic(
    `${clients.history.length} requests, ${answers} answers, ${clients.served()} whole, ${unanswered} changes unanswered`,
  )
  const listed = await reconcileAll(stack, new Date(startedAt))
  assert.deepEqual(listed.faults, [])
  assert.equal(listed.unanswered, unanswered)
})
