import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openDatabase, withDomain, type BaseTables } from '@commonchart/database'
import { createIdentity, openTestDatabase } from '@commonchart/testing'
import { sql, type Kysely } from 'kysely'
import { hashDetail, type AuditChange, type AuditEvent } from '@commonchart/audit'
import { recordAudit } from './record-audit.ts'

let database: Awaited<ReturnType<typeof openTestDatabase>>
let db: Kysely<BaseTables>
before(async () => {
  database = await openTestDatabase(new URL('../../database/fixtures/migrations/', import.meta.url))
  db = openDatabase<BaseTables>(database.url)
})
after(async () => {
  await db.destroy()
  await database.close()
})

const event: AuditEvent = {
  action: 'patient.updated',
  record: { type: 'Patient', id: '7', version: 3 },
  patientId: '7',
  fields: ['city', 'seenAt'],
  before: { city: 'Nelson', seenAt: null },
  after: { seenAt: new Date('2026-01-02T03:04:05.678Z'), city: 'Trail \ud800' },
}

async function record(events: AuditEvent[]): Promise<AuditChange[]> {
  return withDomain(db, 1, (trx) => recordAudit(trx, createIdentity({ requestId: 'r' }), 1, events))
}

function find(id: string) {
  return withDomain(db, 1, (trx) =>
    trx.selectFrom('auditEvent').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
  )
}

test('what is told of a change is what was written, with the database’s time in milliseconds', async () => {
  const [first, second] = await record([
    event,
    { action: 'location.updated', record: { type: 'Location', id: '1' } },
  ])
  assert(first && second)
  const row = await find(first.id)
  const { occurredAt, detailHash, ...rest } = first
  assert.deepEqual(rest, {
    id: row.id,
    domainId: 1,
    action: 'patient.updated',
    recordType: 'Patient',
    recordId: '7',
    recordVersion: 3,
    patientId: '7',
    fields: ['city', 'seenAt'],
  })
  assert.equal(occurredAt, row.occurredAt.toISOString())
  assert.equal(detailHash, row.detailHash)
  assert.deepEqual(
    [second.recordVersion, second.patientId, second.fields, second.detailHash, second.occurredAt],
    [null, null, [], null, occurredAt],
  )
})

test('no value of a record is in what is told, and its hash can be made again from what is kept', async () => {
  const [change] = await record([event])
  assert(change)
  assert.doesNotMatch(JSON.stringify(change), /Nelson|Trail/)
  const { before, after, salt } = await find(change.id)
  assert.deepEqual(before, { city: 'Nelson', seenAt: null })
  assert.deepEqual(after, { city: 'Trail \ufffd', seenAt: '2026-01-02T03:04:05.678Z' })
  assert(salt)
  assert.equal(salt.length, 16)
  assert.equal(hashDetail(salt, { before, after }), change.detailHash)
  assert.match(String(change.detailHash), /^[A-Za-z0-9_-]{43}$/)
})

test('the same values have another hash each time, so that none can be found by guessing', async () => {
  const [one, other] = await record([event, event])
  assert.notEqual(one?.detailHash, other?.detailHash)
})

test('redacting values leaves the hash, and the program itself cannot redact', async () => {
  const [change] = await record([event])
  assert(change)
  const redact = sql`UPDATE audit_event SET before = NULL, after = NULL, salt = NULL WHERE id = ${change.id}`
  await assert.rejects(
    withDomain(db, 1, (trx) => redact.execute(trx)),
    /permission denied/,
  )
  const admin = openDatabase<BaseTables>(database.adminUrl, { max: 1 })
  await redact.execute(admin).finally(() => admin.destroy())
  const { before, after, salt, detailHash } = await find(change.id)
  assert.deepEqual([before, after, salt, detailHash], [null, null, null, change.detailHash])
})
