import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { Pool } from 'undici'
import { change } from './clinic.ts'
import { query } from './record-check.ts'
import { createPatient } from './records.ts'
import { startStack } from './stack.ts'

/**
 * Delivers events to a receiver on this machine and compares with bare HTTP posts of the same bodies over as many
 * connections; then measures how much the API's requests per second fall while 20 healthy subscriptions are delivered to.
 */
const eventCount = 20_000
const connections = 8
const leastShare = 0.5
const subscriptionCount = 20
const rounds = 4
const roundMs = 10_000
const mostFall = 0.05
const clientCount = 8
const readsPerWrite = 20
const reading = 'query ($id: ID!) { patient(id: $id) { id fullName appointments { totalCount } } }'
const updating = 'mutation ($input: UpdatePatientInput!) { updatePatient(input: $input) { patient { id } } }'
const topics = ['patient_demographics.created', 'patient_demographics.updated']

interface Said {
  port: number
  count: number
  last: { headers: Record<string, string>; body: string }
}

const receiver = fork(new URL('bench-event-receiver.ts', import.meta.url))
const [{ port }] = (await once(receiver, 'message')) as [Said]
const url = `http://127.0.0.1:${port}`
async function readReceived(): Promise<Said> {
  receiver.send('count')
  return ((await once(receiver, 'message')) as [Said])[0]
}

const unlimited = {
  LIMIT_REQUESTS_PER_MINUTE_PER_CONSUMER: '1000000000',
  LIMIT_REQUESTS_PER_MINUTE_PER_ADDRESS: '1000000000',
}
const stack = await startStack({ gateway: unlimited })
const { north } = stack

async function subscribe(name: string): Promise<string> {
  const input = { consumerId: north.consumerId, name, url: `${url}/${name}`, topics, active: false }
  const { subscription } = await change(north, 'createEventSubscription', input, 'subscription { id }')
  return (subscription as { id: string }).id
}

async function turn(ids: string[], verb: 'pause' | 'resume' | 'deactivate'): Promise<void> {
  for (const id of ids) await change(north, `${verb}EventSubscription`, { id }, 'subscription { state }')
}

/** Has events be there that no subscription has taken up, of a thousand patients in turn. */
async function insertEvents(): Promise<void> {
  await query(
    stack,
    'consumers-audit',
    `INSERT INTO domain_event (domain_id, sequence, event_id, topic, occurred_at, record_id, patient_id, fields)
     SELECT $1, 1000000 + n, gen_random_uuid(), 'patient_demographics.updated', now(), (n % 1000)::text, (n % 1000)::text,
       '{middleName,updatedAt}' FROM generate_series(1, $2::integer) AS n`,
    ...[north.domainId, eventCount],
  )
}

async function measureDeliveries(): Promise<number> {
  const id = await subscribe('deliveries')
  await insertEvents()
  const before = (await readReceived()).count
  await turn([id], 'resume')
  // Up to a second passes until it is seen that there is something to deliver.
  let begun = { at: 0, count: 0 }
  for (;;) {
    const { count } = await readReceived()
    if (count > before && begun.at === 0) begun = { at: performance.now(), count }
    if (count - before >= eventCount) break
    await pause(10)
  }
  const rate = (before + eventCount - begun.count) / ((performance.now() - begun.at) / 1000)
  await turn([id], 'deactivate')
  await query(stack, 'consumers-audit', 'DELETE FROM domain_event WHERE sequence > 1000000')
  return rate
}

async function measureBarePosts(): Promise<number> {
  const { last } = await readReceived()
  const pool = new Pool(url, { connections, allowH2: false })
  let left = eventCount
  const headers = { 'content-type': 'application/json', ...last.headers }
  const begun = performance.now()
  const post = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      const { body } = await pool.request({ method: 'POST', path: '/bare', headers, body: last.body })
      await body.dump()
    }
  }
  await Promise.all(Array.from({ length: connections }, post))
  const rate = eventCount / ((performance.now() - begun) / 1000)
  await pool.close()
  return rate
}

/** Eight clients that read nineteen times for each change that they make, as an integration does. */
async function measureRequests(patients: string[]): Promise<number> {
  let served = 0
  let isOver = false
  const run = async (client: number): Promise<void> => {
    for (let n = client; !isOver; n += 1) {
      const id = patients[n % patients.length] ?? ''
      const { status } = await (n % readsPerWrite === 0
        ? north.ask(updating, { input: { id, middleName: `M${n} ${served}` } })
        : north.ask(reading, { id }))
      if (status === 200) served += 1
    }
  }
  const clients = Array.from({ length: clientCount }, (_, client) => run(client * 7))
  await pause(1000)
  const before = served
  await pause(roundMs)
  const inTime = served - before
  isOver = true
  await Promise.all(clients)
  return inTime / (roundMs / 1000)
}

try {
  const delivered = await measureDeliveries()
  const bare = await measureBarePosts()
  const share = delivered / bare
  process.stdout.write(
    `${eventCount} events: ${delivered.toFixed(0)}/s delivered, ${bare.toFixed(0)}/s as bare posts: ${share.toFixed(2)} of it\n`,
  )
  const patients = await Promise.all(Array.from({ length: 20 }, () => createPatient(north)))
  const ids: string[] = []
  for (let n = 0; n < subscriptionCount; n += 1) ids.push(await subscribe(`load-${n}`))
  const sums = { without: 0, with: 0 }
  const beforeAll = (await readReceived()).count
  for (let round = 0; round < rounds; round += 1)
    for (const part of ['without', 'with'] as const) {
      await turn(ids, part === 'with' ? 'resume' : 'pause')
      // What waited since the last time is no part of it.
      await pause(3000)
      sums[part] += await measureRequests(patients.map(({ id }) => id))
    }
  const [without, beside] = [sums.without / rounds, sums.with / rounds]
  const fall = 1 - beside / without
  process.stdout.write(
    `requests/s of ${clientCount} clients: ${without.toFixed(0)} without, ${beside.toFixed(0)} with ${subscriptionCount} subscriptions ` +
      `(${(await readReceived()).count - beforeAll} events delivered): ${(fall * 100).toFixed(1)} % less\n`,
  )
  if (share < leastShare || fall > mostFall) {
    process.stderr.write(
      `the bars are ${leastShare} of the bare posts and ${mostFall * 100} % less requests\n`,
    )
    process.exitCode = 1
  }
} finally {
  await stack.stop()
  receiver.disconnect()
}
