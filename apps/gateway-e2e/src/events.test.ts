import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findFreePort } from '@commonchart/embedded-database'
import { chooseLength, startTestServer, type TestServer } from '@commonchart/testing'
import { startEventReceiver, type EventReceiver } from './event-receiver.ts'
import { query } from './record-check.ts'
import { createPatient } from './records.ts'
import { startStack, type Stack } from './stack.ts'
import { until } from './until.ts'

const leastChanges = chooseLength({ usual: 1000, soak: 20_000 })
const patientCount = 24
const clientCount = 4
const changesAtOnce = 6
const topics = ['patient_demographics.created', 'patient_demographics.updated']

let server: TestServer
let stack: Stack
const receivers: EventReceiver[] = []
before(async () => {
  server = await startTestServer({ durable: true })
  stack = await startStack({
    server,
    gateway: {
      LIMIT_REQUESTS_PER_MINUTE_PER_CONSUMER: '10000000',
      LIMIT_REQUESTS_PER_MINUTE_PER_ADDRESS: '10000000',
    },
    // Five minutes are 15 ms, and three days 13 s.
    consumersAudit: { EVENT_RETRY_FACTOR: '0.00005' },
  })
})
after(async () => {
  await Promise.all(receivers.map((receiver) => receiver.close()))
  await stack?.stop()
  await server?.stop()
})

async function receive(...args: Parameters<typeof startEventReceiver>): Promise<EventReceiver> {
  const receiver = await startEventReceiver(...args)
  receivers.push(receiver)
  return receiver
}

async function subscribe(name: string, url: string): Promise<{ id: string; secret: string }> {
  const { body, text } = await stack.north.askSettings(
    `mutation ($input: CreateEventSubscriptionInput!) {
      createEventSubscription(input: $input) { secret subscription { id } } }`,
    { input: { consumerId: stack.north.consumerId, name, url, topics } },
  )
  assert.ok(body.data?.createEventSubscription, text)
  const { secret, subscription } = body.data.createEventSubscription
  return { id: subscription.id as string, secret: secret as string }
}

async function show(id: string): Promise<{ state: string; waiting: number; stateReason: string | null }> {
  const { body, text } = await stack.north.askSettings(
    `{ eventSubscription(id: "${id}") { state waiting stateReason } }`,
  )
  assert.ok(body.data?.eventSubscription, text)
  return body.data.eventSubscription as Awaited<ReturnType<typeof show>>
}

async function change(mutation: string, input: object, selection: string): Promise<Record<string, unknown>> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`
  const { body, text } = await stack.north.askSettings(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} } }`,
    { input },
  )
  assert.ok(body.data?.[mutation], text)
  return body.data[mutation] as Record<string, unknown>
}

/** Changes patients without a pause, whatever becomes of a request, until told to stop. */
function startChanging(patients: string[]): { stop(): Promise<void> } {
  let stopped = false
  let count = 0
  async function run(): Promise<void> {
    while (!stopped) {
      const updates = Array.from({ length: changesAtOnce }, () => {
        count += 1
        return `c${count}: updatePatient(input: { id: "${patients[count % patients.length]}", middleName: "M${count}" }) { clientMutationId }`
      })
      await stack.north.ask(`mutation { ${updates.join(' ')} }`).catch(() => undefined)
    }
  }
  const running = Array.from({ length: clientCount }, run)
  return {
    async stop() {
      stopped = true
      await Promise.all(running)
    },
  }
}

interface Committed {
  eventId: string
  sequence: string
}
const listCommitted = (): Promise<Committed[]> =>
  query<Committed>(
    stack,
    'consumers-audit',
    'SELECT event_id AS "eventId", sequence FROM domain_event ORDER BY sequence',
  )

/** For how many seconds more a process has a subscription, though it may be gone. */
async function readLongestLease(): Promise<number> {
  const rows = await query<{ seconds: number }>(
    stack,
    'consumers-audit',
    `SELECT coalesce(extract(epoch FROM max(leased_until) - now()), 0)::float AS seconds FROM event_progress`,
  )
  return rows[0]?.seconds ?? Number.NaN
}

/** Every event was acknowledged, and of each patient first in the order of the log. */
function assertComplete(receiver: EventReceiver, committed: Committed[], name: string): void {
  const seen = new Set<string>()
  const firsts = receiver.acknowledged.filter(({ eventId }) => !seen.has(eventId) && seen.add(eventId))
  const missing = committed.filter(({ eventId }) => !seen.has(eventId))
  assert.deepEqual([missing.length, firsts.length], [0, committed.length], `${name} has every event`)
  for (const [patientId, own] of Map.groupBy(firsts, (each) => each.patientId)) {
    const places = own.map(({ sequence }) => sequence)
    assert.deepEqual(
      places,
      places.toSorted((one, other) => one - other),
      `${name}, patient ${patientId}`,
    )
  }
  assert.equal(receiver.forged, 0)
}

test('whatever is killed, every healthy receiver has each event, in order per patient, and a dead one gets all', async (t) => {
  const good = await receive()
  const slow = await receive(() => 200, { delayMs: 15 })
  const flapping = await receive((nth) => (nth % 11 === 3 ? 503 : nth % 17 === 5 ? null : 204))
  const deadPort = await findFreePort()
  const healthy = Object.entries({ good, slow, flapping })
  const ids: string[] = []
  for (const [name, receiver] of healthy) {
    const { id, secret } = await subscribe(name, receiver.url)
    ids.push(id)
    receiver.secrets.push(secret)
  }
  const dead = await subscribe('dead', `http://127.0.0.1:${deadPort}/events`)
  const patients = await Promise.all(
    Array.from({ length: patientCount }, (_, at) => createPatient(stack.north, { lastName: `Seed${at}` })),
  )
  const clients = startChanging(patients.map(({ id }) => id))
  const countAtLeast = (count: number) =>
    until(async () => (await listCommitted()).length >= count, `${count} changes are committed`, 60)
  for (const [part, victim] of ['consumers-audit', 'postgres', 'consumers-audit'].entries()) {
    await countAtLeast((leastChanges * (part + 1)) / 4)
    if (victim === 'postgres') await server.crash()
    else {
      await stack.services[victim]?.stop('SIGKILL')
      // However long it waits for answers, what it had is soon another's.
      assert.ok((await readLongestLease()) <= 6)
      await stack.restart(victim)
    }
    t.diagnostic(`${victim} killed; ${good.acknowledged.length} acknowledged by the good one`)
  }
  await countAtLeast(leastChanges)
  await clients.stop()
  await until(
    async () => {
      const waiting = await query<{ count: string }>(
        stack,
        'consumers-audit',
        'SELECT count(*) FROM audit_waiting WHERE domain_id <> 0',
      )
      const states = await Promise.all(ids.map(show))
      return waiting[0]?.count === '0' && states.every((each) => each.waiting === 0)
    },
    'nothing waits for a healthy receiver',
    60,
  )
  const committed = await listCommitted()
  for (const [name, receiver] of healthy) assertComplete(receiver, committed, name)
  const posts = healthy.map(([name, { acknowledged }]) => `${name} ${acknowledged.length}`)
  t.diagnostic(`${committed.length} events; acknowledged with repeats: ${posts.join(', ')}`)
  await until(async () => (await show(dead.id)).state === 'SUSPENDED', 'the dead one is suspended', 60)
  assert.match(String((await show(dead.id)).stateReason), /CONNECTION_REFUSED/)
  const late = await receive(() => 204, { port: deadPort })
  late.secrets.push(dead.secret)
  await change('resumeEventSubscription', { id: dead.id }, 'subscription { state }')
  await change('resendEvents', { id: dead.id, sinceSequence: '0' }, 'queued')
  await until(async () => (await show(dead.id)).waiting === 0, 'nothing waits for the dead one', 60)
  assertComplete(late, committed, 'the dead one')
})
