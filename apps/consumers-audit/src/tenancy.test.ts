import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  findMaintenanceFaults,
  findTenancyFaults,
  listTablesOfNoDomain,
  openPool,
} from '@commonchart/database'
import { createServices, SubgraphContext } from '@commonchart/subgraph'
import {
  createOperatorIdentity,
  createSupportIdentity,
  createTestServiceKeys,
  openTestDatabase,
  type TestDatabase,
} from '@commonchart/testing'
import { CamelCasePlugin, Kysely, PostgresDialect, type CompiledQuery } from 'kysely'
import pg from 'pg'
import { loadKeys } from './consumer-keys.ts'
import { loadKeyUse, loadLastUse, loadUsage } from './consumer-usage.ts'
import { findConsumer, listConsumers } from './consumers.ts'
import type { Context } from './context.ts'
import { loadHosts } from './domain-hosts.ts'
import { findDomainByName, listDomains } from './domains.ts'
import { readRegistry } from './registry.ts'
import { globalTables, type Tables } from './tables.ts'

let database: TestDatabase
let pool: pg.Pool
let db: Kysely<Tables>
const queries: CompiledQuery[] = []
const serviceKeys = createTestServiceKeys()

before(async () => {
  database = await openTestDatabase(new URL('../migrations/', import.meta.url))
  pool = openPool(database.url, 5)
  db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    log: (event) => void queries.push(event.query),
  })
  await fill(database.adminUrl)
})
after(async () => {
  await db?.destroy()
  await database?.close()
  serviceKeys.close()
})

/** 20 000 domains with a host each, 20 000 consumers in domain 1 and as many beside it, each with a key. */
async function fill(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`
    INSERT INTO domain (id, name, zone, sandbox, enabled, contract, state, version, created_at, updated_at)
      SELECT n, 'domain-' || n, 'UTC', false, true, 'C', 'ACTIVE', 1, now(), now() FROM generate_series(1, 20000) n;
    INSERT INTO domain_host SELECT 'host-' || n || '.test', n, 0 FROM generate_series(1, 20000) n;
    INSERT INTO consumer (domain_id, id, name, name_key, active, issuer, version, created_at, updated_at)
      SELECT CASE WHEN n <= 20000 THEN 1 ELSE n - 20000 END, n, 'C' || n, 'c' || n, n % 7 <> 0, 'i' || n, 1, now(), now()
      FROM generate_series(1, 40000) n;
    INSERT INTO consumer_key (domain_id, id, consumer_id, thumbprint, public_key, modulus, created_at)
      SELECT domain_id, id, id, 't' || id, 'p', 'm', now() FROM consumer;
    INSERT INTO consumer_usage (domain_id, consumer_id, hour, requests, errors, last_at, durations)
      SELECT 1, 70 + n % 20, date_trunc('hour', now()) - n * interval '1 hour', 2, 1, now(), '{}'
      FROM generate_series(0, 20000) n;
    INSERT INTO consumer_key_usage SELECT domain_id, id, now() FROM consumer_key;
    INSERT INTO registry_entry SELECT id, 0, id FROM domain;
    INSERT INTO registry_entry SELECT domain_id, id, 20000 + id FROM consumer;
    UPDATE registry_counter SET version = 60000;
    ANALYZE`)
  await client.end()
}

async function inContext(
  identity: ReturnType<typeof createSupportIdentity>,
  work: (context: Context) => Promise<void>,
): Promise<void> {
  const signer = serviceKeys.signers['consumers-audit']
  assert(signer)
  const context = new SubgraphContext<Tables>(identity, db, createServices({}, signer))
  try {
    await work(context)
  } finally {
    await context.endReads()
  }
}

/** Runs a read, then asks Postgres, as the program's own role, how it runs each of its statements. */
async function plansOf(work: () => Promise<unknown>): Promise<string[]> {
  queries.length = 0
  await work()
  const reads = queries.filter((query) => /^\s*(select|with)/i.test(query.sql))
  assert.ok(reads.length > 0)
  const client = await pool.connect()
  try {
    await client.query(`BEGIN; SET LOCAL app.domain_id = '1'`)
    const plans: string[] = []
    for (const { sql: text, parameters } of reads) {
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, [...parameters])
      plans.push(`${text}\n${rows.map((row) => row['QUERY PLAN']).join('\n')}`)
    }
    return plans
  } finally {
    await client.query('ROLLBACK')
    client.release()
  }
}

function assertIndexed(plans: string[]): void {
  for (const plan of plans) {
    assert.doesNotMatch(plan.replaceAll('Seq Scan on registry_counter', ''), /Seq Scan/, plan)
    assert.doesNotMatch(plan, /Filter: .*(name_key|issuer|consumer_id|thumbprint)/, plan)
    // Whether anything lies beyond a page is asked without an order: there the planner may choose.
    if (/order by/i.test(plan)) assert.doesNotMatch(plan, /Filter: .*active/, plan)
    assert.doesNotMatch(plan, /\bSort Key\b/, plan)
  }
}

test('every table of a domain begins its keys and indexes with domain_id, under forced row-level security', async () => {
  assert.deepEqual(await findTenancyFaults(db, globalTables), [])
})

test('an export or the end of a domain leaves out no table but those that hold nothing of any domain', async () => {
  assert.deepEqual(await listTablesOfNoDomain(db), ['gateway_seen', 'registry_counter'])
})

test('the functions that cross domains are exactly those that are listed', async () => {
  assert.deepEqual(await findMaintenanceFaults(db, 'consumers-audit'), [])
  const unlisted = await findMaintenanceFaults(db, 'another subgraph')
  assert.deepEqual(unlisted.sort(), [
    'audit_checkpoints_unseen(jsonb): not listed',
    'audit_domains_due(timestamp with time zone): not listed',
    'event_secrets_to_seal(text): not listed',
    'event_subscriptions_due(): not listed',
    'record_keys_to_wrap(text): not listed',
    'registry_consumers(bigint): not listed',
  ])
})

test('lists of consumers are read by the index of their order, from both ends and between', async () => {
  const fields = new Set(['nodes', 'hasNextPage', 'hasPreviousPage'])
  for (const active of [undefined, true, false])
    for (const size of [{ first: 50 }, { last: 50 }])
      await inContext(createSupportIdentity(), async (context) => {
        const page = await listConsumers(context, 1, { ...size, active }, fields)
        const { endCursor: cursor } = page.pageInfo
        const on = 'first' in size ? { after: cursor } : { before: cursor }
        assertIndexed(await plansOf(() => listConsumers(context, 1, { ...size, ...on, active }, fields)))
      })
})

test('a consumer and its keys are found by their keys', () =>
  inContext(createSupportIdentity(), async (context) => {
    const plans = await plansOf(async () => {
      const consumer = await findConsumer(context, 1, '77')
      assert(consumer)
      assert.equal((await loadKeys(context, consumer, { includeRetired: true })).length, 1)
    })
    assertIndexed(plans)
  }))

test('what consumers and their keys were used for is found by the index, a day of it as a quarter', () =>
  inContext(createSupportIdentity(), async (context) => {
    const consumer = await findConsumer(context, 1, '77')
    assert(consumer)
    const [key] = await loadKeys(context, consumer, { includeRetired: true })
    assert(key)
    const plans = await plansOf(async () => {
      assert(await loadLastUse(context, consumer))
      assert(await loadKeyUse(context, key))
      for (const hours of [24, 2160]) assert((await loadUsage(context, consumer, hours)).requests > 0)
    })
    assertIndexed(plans)
    for (const plan of plans.filter((text) => text.includes('consumer_usage')))
      assert.doesNotMatch(plan, /Filter: .*(hour|consumer_id)/, plan)
  }))

test('lists of domains are read by the index of their order', () =>
  inContext(createOperatorIdentity(), async (context) => {
    const fields = new Set(['nodes'])
    const { pageInfo } = await listDomains(context, { first: 50 }, fields)
    const plans = await plansOf(async () => {
      await listDomains(context, { first: 50, after: pageInfo.endCursor }, fields)
      await findDomainByName(db, 'domain-9')
      await loadHosts(context, 9)
    })
    assertIndexed(plans)
  }))

test('the registry finds what changed by version, whatever has gathered before', async () => {
  const plans = await plansOf(() => readRegistry(db, 59_990))
  for (const plan of plans) assert.doesNotMatch(plan, /Seq Scan on (?!registry_counter)/, plan)
  const changes = await readRegistry(db, 59_990)
  assert.deepEqual(
    changes.consumers.map((each) => each.keys.length),
    Array(10).fill(1),
  )
})
