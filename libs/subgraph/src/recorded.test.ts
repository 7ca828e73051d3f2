import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AuditChange } from '@commonchart/audit'
import { openDatabase, withDomain } from '@commonchart/database'
import { sql, type Kysely } from 'kysely'
import { startNotes } from '../fixtures/running-notes.ts'
import type { RecorderContent } from './index.ts'
import { sendChanges, type RecordChanges } from './recorded.ts'

type Notes = Awaited<ReturnType<typeof startNotes>>
interface Told {
  principal: object
  keyId: string | null
  ip: string | null
  requestId: string
  changes: AuditChange[]
}

let notes: Notes
let admin: Kysely<unknown>
before(async () => {
  notes = await startNotes()
  admin = openDatabase<unknown>(notes.adminUrl, { max: 1 })
})
after(async () => {
  await admin.destroy()
  await notes.stop()
})

const create = 'mutation ($text: String!) { createNote(input: { text: $text }) { id } }'

/** What the outbox holds for the audit log, oldest first; it is emptied. */
async function takeTold(): Promise<{ target: string; domainId: number; payload: Told }[]> {
  const { rows } = await sql<{ payload: { target: string; type: string; domainId: number; payload: Told } }>`
    DELETE FROM graphile_worker._private_jobs RETURNING id, payload`.execute(admin)
  return rows.map(({ payload }) => payload).filter(({ type }) => type === 'audit.recorded')
}

const recorderOf = ({ body }: Awaited<ReturnType<Notes['ask']>>) =>
  body.extensions?.recorder as RecorderContent | undefined

test('a change is told to the gateway and to the audit log under one id', async () => {
  await takeTold()
  const answer = await notes.ask(create, { text: 'told' }, { keyId: '3', ip: '192.0.2.1', role: null })
  const { id } = answer.body.data?.createNote as { id: string }
  const changes = recorderOf(answer)?.changes ?? []
  assert.deepEqual(
    changes.map(({ id: _id, occurredAt: _at, ...rest }) => rest),
    [
      {
        domainId: 1,
        action: 'patient.created',
        recordType: 'Patient',
        recordId: id,
        recordVersion: 1,
        patientId: null,
        fields: [],
        detailHash: null,
      },
    ],
  )
  const [told, ...more] = await takeTold()
  assert.deepEqual(more, [])
  assert.deepEqual([told?.target, told?.domainId], ['consumers-audit', 1])
  assert.deepEqual(told?.payload, {
    principal: { kind: 'consumer', id: '1', name: 'Portal', role: null },
    keyId: '3',
    ip: '192.0.2.1',
    requestId: 'request',
    changes,
  })
  const stored = await withDomain(notes.db, 1, (trx) =>
    trx.selectFrom('auditEvent').select(['id', 'occurredAt']).where('recordId', '=', id).execute(),
  )
  assert.deepEqual(
    stored.map((row) => [row.id, row.occurredAt.toISOString()]),
    changes.map((change) => [change.id, change.occurredAt]),
  )
})

test('every mutation of a request tells its own changes', async () => {
  await takeTold()
  const answer = await notes.ask(
    'mutation { a: createNote(input: { text: "a" }) { id } b: createNote(input: { text: "b" }) { id } }',
  )
  const ids = recorderOf(answer)?.changes.map((change) => change.id)
  assert.equal(ids?.length, 2)
  const told = await takeTold()
  assert.deepEqual(told.flatMap(({ payload }) => payload.changes.map((change) => change.id)).sort(), ids)
})

test('a mutation that is rolled back tells nothing, and one beside it tells its own', async () => {
  await takeTold()
  const refused = await notes.ask(create, { text: 'refuse' })
  assert.equal(refused.body.extensions, undefined)
  assert.deepEqual(await takeTold(), [])
  const half = await notes.ask(
    'mutation { a: createNote(input: { text: "a" }) { id } b: createNote(input: { text: "refuse" }) { id } }',
  )
  assert.ok(half.body.errors)
  assert.equal(half.body.data, null)
  assert.equal(recorderOf(half)?.changes.length, 1)
  assert.equal((await takeTold()).length, 1)
})

test('a replay tells nothing', async () => {
  const mark = { mutations: [{ key: 'k', fingerprint: 'f', path: 'createNote' }] }
  await notes.ask(create, { text: 'once' }, mark)
  await takeTold()
  const again = await notes.ask(create, { text: 'once' }, mark)
  assert.equal(again.body.extensions?.idempotency, 'REPLAYED')
  assert.equal(recorderOf(again), undefined)
  assert.deepEqual(await takeTold(), [])
})

test('an answer that neither shows nor changes anything tells nothing', async () => {
  assert.equal((await notes.ask('{ notes { nodes { id } } }')).body.extensions, undefined)
})

const noRoom: Record<string, RecordChanges> = {
  'has no words': () => {
    throw new Error('no words')
  },
  'has no room': () => sql`SELECT 1 / 0`,
}
for (const [why, recordChanges] of Object.entries(noRoom))
  test(`what the audit log ${why} for does not happen`, async () => {
    const deaf = await startNotes({ recordChanges })
    try {
      const answer = await deaf.ask(create, { text: 'lost' })
      assert.equal(answer.body.errors?.[0]?.extensions.code, 'INTERNAL_SERVER_ERROR')
      assert.equal(recorderOf(answer), undefined)
      const { body } = await deaf.ask('{ notes { totalCount } }')
      assert.deepEqual(body.data?.notes, { totalCount: 0 })
    } finally {
      await deaf.stop()
    }
  })

test('the keeper of the log is told in the transaction itself, and sends no event', async () => {
  const kept: AuditChange[] = []
  const keeper = await startNotes({
    recordChanges: (identity, changes) => {
      assert.equal(identity.name, 'Portal')
      kept.push(...changes)
      return sql`SELECT 1 / (commonchart.current_domain() = 1)::integer`
    },
  })
  const own = openDatabase<unknown>(keeper.adminUrl, { max: 1 })
  try {
    assert.deepEqual(recorderOf(await keeper.ask(create, { text: 'kept' }))?.changes, kept)
    const { rows } = await sql`
      SELECT id FROM graphile_worker._private_jobs WHERE payload ->> 'type' = 'audit.recorded'`.execute(own)
    assert.deepEqual([kept.length, rows], [1, []])
  } finally {
    await own.destroy()
    await keeper.stop()
  }
})

test('very many changes of one transaction are told in events that a receiver takes', async () => {
  await takeTold()
  const change: AuditChange = {
    id: '01890a5d-ac96-774b-bcce-b302099a8057',
    domainId: 1,
    occurredAt: '2026-01-02T03:04:05.678Z',
    action: 'patient.imported',
    recordType: 'IdentificationTemplate',
    recordId: '9223372036854775807',
    recordVersion: 2_147_483_647,
    patientId: '9223372036854775807',
    fields: Array.from({ length: 60 }, () => 'localizedShortDescription'),
    detailHash: 'x'.repeat(43),
  }
  const changes = Array.from({ length: 4001 }, () => change)
  await withDomain(notes.db, 1, (trx) => sendChanges(trx, notes.createIdentity(), changes))
  const told = await takeTold()
  assert.deepEqual(told.map(({ payload }) => payload.changes.length).sort(), [1, 2000, 2000])
  for (const event of told) assert.ok(Buffer.byteLength(JSON.stringify(event)) < 7 * 1024 * 1024)
})
