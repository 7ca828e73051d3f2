import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { withDomain } from '@commonchart/database'
import { sql } from 'kysely'
import { pino } from 'pino'
import { openMasterKeys } from '../access/master-keys.ts'
import { openTestSubgraph, type TestSubgraph } from '../test-subgraph.ts'
import { createAddressPolicy } from './addresses.ts'
import { startEventPumps, type EventPumps } from './pumps.ts'
import { createRetryTimes } from './retries.ts'
import { createEventDomain, until, type EventDomain } from './test-events.ts'

const leaseMs = 1000
let subgraph: TestSubgraph
let server: Server
let domain: EventDomain
let domains = 0
/** What was posted and waits for its answer. */
let waiting: ServerResponse[] = []
const running: EventPumps[] = []
before(async () => {
  subgraph = await openTestSubgraph()
})
beforeEach(async () => {
  waiting = []
  server = createServer((request, response) => request.resume().on('end', () => waiting.push(response)))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  domains += 1
  domain = await createEventDomain(subgraph, `domain-${domains}`)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  await domain.subscribe({ url, topics: ['appointment.created'] })
  await run(sql`INSERT INTO domain_event VALUES
    (${domain.domainId}, 1, gen_random_uuid(), 'appointment.created', now(), '1', '1', '{}')`)
})
afterEach(async () => {
  const stopped = Promise.all(running.splice(0).map((pumps) => pumps.stop()))
  server.closeAllConnections()
  await stopped
  server.close()
})
after(() => subgraph?.close())

function run<Row>(statement: ReturnType<typeof sql<Row>>): Promise<Row[]> {
  return withDomain(subgraph.db, domain.domainId, async (trx) => (await statement.execute(trx)).rows)
}

function pump(): void {
  running.push(
    startEventPumps({
      db: subgraph.db,
      masterKeys: openMasterKeys(subgraph.masterKeysFile),
      policy: createAddressPolicy('127.0.0.0/8'),
      times: createRetryTimes(),
      logger: pino({ level: 'silent' }),
      ...{ pollMs: 10, timeoutMs: 60_000, leaseMs },
    }),
  )
}

test('who waits for an answer longer than a lease lasts keeps the subscription to itself', async () => {
  pump()
  pump()
  await until(() => waiting.length > 0, 'it is posted')
  const [first] = await run(sql<{ leasedUntil: Date }>`SELECT leased_until FROM event_progress`)
  const isOver = sql<{ isOver: boolean }>`
    SELECT now() > ${first?.leasedUntil}::timestamptz + interval '200 ms' AS is_over`
  await until(async () => (await run(isOver))[0]?.isOver === true, 'the lease that it had would be over')
  assert.equal(waiting.length, 1)
  waiting[0]?.writeHead(204).end()
  const status = sql<{ status: string }>`SELECT status FROM event_delivery`
  await until(async () => (await run(status)).length > 0, 'it is on the log')
  assert.deepEqual(await run(status), [{ status: 'DELIVERED' }])
  assert.equal(waiting.length, 1)
})

test('who has lost a subscription to another breaks off what is under way, and writes nothing down', async () => {
  pump()
  await until(() => waiting.length > 0, 'it is posted')
  const brokenOff = once(waiting[0] ?? assert.fail(), 'close')
  await run(
    sql`UPDATE event_progress SET leased_by = gen_random_uuid(), leased_until = now() + interval '1 hour'`,
  )
  await brokenOff
  await running[0]?.stop()
  assert.equal(waiting.length, 1)
  assert.deepEqual(await run(sql`SELECT FROM event_delivery`), [])
})

test('what a process had that is gone is another’s once its lease is over, and for no longer than a lease', async () => {
  await run(
    sql`UPDATE event_progress SET leased_by = gen_random_uuid(), leased_until = now() + interval '300 ms'`,
  )
  pump()
  await until(() => waiting.length > 0, 'it is posted')
  const held = await run(sql<{ isShort: boolean }>`
    SELECT leased_until <= now() + ${leaseMs}::integer * interval '1 ms' AS is_short FROM event_progress`)
  assert.deepEqual(held, [{ isShort: true }])
})
