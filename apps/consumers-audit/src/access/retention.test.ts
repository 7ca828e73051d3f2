import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { findTenancyFaults, openDatabase, openDomainTransaction, withDomain } from '@commonchart/database'
import { startWorker } from '@commonchart/subgraph'
import { createSupportIdentity, openTestDatabase } from '@commonchart/testing'
import { sql, type Kysely } from 'kysely'
import { pino } from 'pino'
import { globalTables, type Tables } from '../tables.ts'
import { openTestSubgraph, type TestSubgraph } from '../test-subgraph.ts'
import { dayOf, instantOf, lowestIdAt } from './days.ts'
import { createMasterKeys } from './master-keys.ts'
import { openRecordKeys } from './record-keys.ts'
import { retentionCron } from './retention.ts'
import { createChange, createRequest } from './test-requests.ts'

const dayMs = 86_400_000
const today = Date.now()
let clock = today
let subgraph: TestSubgraph
let admin: Kysely<Tables>
before(async () => {
  subgraph = await openTestSubgraph({ now: () => clock })
  admin = openDatabase<Tables>(subgraph.adminUrl, { max: 2 })
})
beforeEach(() => (clock = today))
after(async () => {
  await admin.destroy()
  await subgraph.close()
})

/** Records a request as it was made so many days before today, when that was the time. */
async function recordDaysAgo(days: number): Promise<string> {
  clock = today - days * dayMs
  const recorded = createRequest({
    startedAt: new Date(clock).toISOString(),
    durationMs: 300,
    errorCodes: ['TIMEOUT'],
    reads: [{ patientId: '9', types: { Patient: 1 } }],
    changes: [createChange({ patientId: '8' })],
  })
  assert.equal((await subgraph.record(recorded)).status, 200)
  clock = today
  return recorded.record.id
}

const open = (id: string) =>
  subgraph.ask(createSupportIdentity(), 'query ($id: ID!) { accessRecord(id: $id) { responseBody } }', { id })
const daysOf = async (table: string): Promise<string[]> => {
  const { rows } = await sql<{ name: string }>`
    SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = ${table}::regclass ORDER BY 1`.execute(admin)
  return rows.map(({ name }) => name.slice(-8))
}

test('a record of 90 days and one day is gone, with its key, and one of 89 days opens', async () => {
  const [old, young] = [await recordDaysAgo(91), await recordDaysAgo(89)]
  const tables = ['accessLog', 'accessPatient', 'accessError', 'accessSlow'] as const
  assert.ok((await open(old)).data.accessRecord, 'before the job has run it is there')
  for (const table of tables)
    assert.ok((await admin.selectFrom(table).select('id').where('id', '=', old).execute()).length > 0, table)
  await subgraph.access.keepRecord()
  assert.deepEqual((await open(old)).data, { accessRecord: null })
  assert.ok((await open(young)).data.accessRecord.responseBody)
  for (const patientId of ['8', '9']) {
    const { data } = await subgraph.ask(
      createSupportIdentity(),
      `{ accessLog(patientId: "${patientId}") { nodes { id } totalCount } }`,
    )
    assert.deepEqual(JSON.parse(JSON.stringify(data.accessLog)), { nodes: [{ id: young }], totalCount: 1 })
  }
  for (const table of tables)
    assert.deepEqual(await admin.selectFrom(table).select('id').where('id', '=', old).execute(), [], table)
  const keys = await admin.selectFrom('recordKey').select('day').execute()
  assert.deepEqual(
    keys.map(({ day }) => day),
    [dayOf(today - 89 * dayMs)],
  )
  const leaves = await admin.selectFrom('auditLeaf').select('id').where('id', '=', old).execute()
  assert.equal(leaves.length, 1, 'the audit log stays')
})

test('tables are there from yesterday to 8 days ahead, under the rules of tenancy', async () => {
  await subgraph.access.keepRecord()
  const expected = Array.from({ length: 10 }, (_, at) => dayOf(today + (at - 1) * dayMs).replaceAll('-', ''))
  for (const table of ['access_log', 'access_body', 'record_key'])
    assert.deepEqual(
      (await daysOf(table)).filter((day) => day >= (expected[0] ?? '')),
      expected,
    )
  assert.deepEqual(await findTenancyFaults(subgraph.db, globalTables), [])
})

test('a table of a day cannot be read past its parent, and no day that is not over is dropped', async () => {
  await subgraph.access.keepRecord()
  const name = `access_log_${dayOf(today).replaceAll('-', '')}`
  await assert.rejects(
    withDomain(subgraph.db, 1, (trx) => sql`SELECT * FROM ${sql.table(name)}`.execute(trx)),
    /permission denied/,
  )
  await assert.rejects(
    sql`SELECT drop_record_day(${dayOf(today + dayMs)}::date)`.execute(subgraph.db),
    /not over/,
  )
})

test('days are made and dropped once, however many machines are at it', async () => {
  await recordDaysAgo(95 - 5)
  const machines = Array.from({ length: 4 }, () => subgraph.access.keepRecord())
  clock = today + 2 * dayMs
  await Promise.all([...machines, ...Array.from({ length: 4 }, () => subgraph.access.keepRecord())])
  const days = await daysOf('access_log')
  assert.equal(days.length, new Set(days).size)
  assert.ok(days.includes(dayOf(today + 10 * dayMs).replaceAll('-', '')))
})

test('a day is dropped although somebody reads meanwhile, as soon as he has finished', async () => {
  await recordDaysAgo(90)
  clock = today + dayMs
  const { trx, close } = await openDomainTransaction(subgraph.db, 1, { readOnly: true })
  await trx.selectFrom('accessLog').select('id').execute()
  const kept = sql`SELECT drop_record_day(${dayOf(today - 89 * dayMs)}::date)`.execute(subgraph.db)
  const refused = await kept.then(
    () => 'dropped',
    (error: Error) => error.message,
  )
  const job = subgraph.access.keepRecord()
  await close('ROLLBACK')
  await job
  assert.match(refused, /lock timeout/)
  assert.ok(!(await daysOf('access_log')).includes(dayOf(today - 90 * dayMs).replaceAll('-', '')))
})

test('two processes that meet a new day come to one key', async () => {
  const masterKeys = createMasterKeys([{ id: 'a', key: randomBytes(32).toString('base64') }])
  const machines = Array.from({ length: 8 }, () => openRecordKeys(subgraph.db, masterKeys))
  const keys = await Promise.all(machines.map((each) => each.get(5, dayOf(today))))
  assert.equal(new Set(keys.map((key) => key.export().toString('hex'))).size, 1)
})

test('master keys rotate: old records open with both, and with the new one alone when all is wrapped anew', async () => {
  const [first, second] = ['first', 'second'].map((id) => ({ id, key: randomBytes(32).toString('base64') }))
  const before = openRecordKeys(subgraph.db, createMasterKeys([first]))
  const day = dayOf(today)
  const keys = await Promise.all([6, 7].map((domainId) => before.get(domainId, day)))
  const onlySecond = () => openRecordKeys(subgraph.db, createMasterKeys([second]))
  assert.equal(await onlySecond().find(6, day), undefined)
  await assert.rejects(onlySecond().get(6, day), /RECORD_MASTER_KEYS/)
  const both = openRecordKeys(subgraph.db, createMasterKeys([second, first]))
  assert.deepEqual(await both.find(6, day), keys[0])
  assert.equal(await both.rewrap(), 2)
  assert.equal(await both.rewrap(), 0)
  assert.deepEqual(await Promise.all([6, 7].map((domainId) => onlySecond().find(domainId, day))), keys)
})

test('a record whose key is gone opens with a code of its own', async () => {
  const id = await recordDaysAgo(0)
  await admin.deleteFrom('recordKey').where('domainId', '=', 1).execute()
  subgraph.access.keys.forget()
  assert.equal((await open(id)).errors?.[0]?.extensions.code, 'RECORD_KEY_LOST')
})

test('a file of master keys that is wrong is refused in a sentence that shows no key', () => {
  const key = randomBytes(32).toString('base64')
  for (const content of [
    null,
    [],
    [{ id: 'a' }],
    [{ id: 'a', key: key.slice(8) }],
    [
      { id: 'a', key },
      { id: 'a', key },
    ],
  ])
    assert.throws(
      () => createMasterKeys(content),
      (error: Error) => /RECORD_MASTER_KEYS/.test(error.message) && !error.message.includes(key.slice(8)),
    )
})

test('the nightly job runs once at its hour under two workers', async () => {
  const database = await openTestDatabase(new URL('../../migrations/', import.meta.url))
  const ran: unknown[] = []
  let done: () => void = () => undefined
  const first = new Promise<void>((ended) => (done = ended))
  const services = { post: () => Promise.reject(new Error('nobody is asked')) }
  const tasks = { [retentionCron.task]: (payload: unknown) => void (ran.push(payload), done()) }
  const look = openDatabase<Tables>(database.adminUrl, { max: 1 })
  await sql`INSERT INTO graphile_worker._private_known_crontabs (identifier, known_since, last_execution)
    VALUES (${retentionCron.identifier ?? ''}, now() - interval '2 days', now() - interval '25 hours')`.execute(
    look,
  )
  const logger = pino({ level: 'silent' })
  const options = { url: database.workerUrl, services, logger, tasks, cron: [retentionCron] }
  const workers = await Promise.all([startWorker(options), startWorker(options)])
  await first
  await Promise.all(workers.map((worker) => worker.stop()))
  assert.equal(ran.length, 1)
  assert.equal((ran[0] as { domainId: number }).domainId, 0)
  await look.destroy()
  await database.close()
})

test('the lowest id of an instant is below every id that was made then, and its instant is read from it', () => {
  const { id } = createRequest({ startedAt: '2026-03-01T00:00:00.000Z' }).record
  const start = Date.parse('2026-03-01T00:00:00.000Z')
  assert.equal(instantOf(id), start)
  assert.ok(lowestIdAt(start) < id && id < lowestIdAt(start + 1))
})
