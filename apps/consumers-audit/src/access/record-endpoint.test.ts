import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { openDatabase, withDomain } from '@commonchart/database'
import {
  createIdentity,
  createServiceIdentity,
  createSupportIdentity,
  writeRecordFrame,
} from '@commonchart/testing'
import { sql, type Kysely } from 'kysely'
import type { Tables } from '../tables.ts'
import { openTestSubgraph, type TestSubgraph } from '../test-subgraph.ts'
import type { PatientRead, RecordedRequest } from './access-record.ts'
import { instantOf } from './days.ts'
import { hashBodies } from './seal.ts'
import { createChange, createRequest } from './test-requests.ts'

let subgraph: TestSubgraph
let admin: Kysely<Tables>
before(async () => {
  subgraph = await openTestSubgraph()
  admin = openDatabase<Tables>(subgraph.adminUrl, { max: 1 })
})
after(async () => {
  await admin.destroy()
  await subgraph.close()
})

const gateway = createServiceIdentity('gateway')
const support = createSupportIdentity()
const rowsOf = (id: string) => admin.selectFrom('accessLog').selectAll().where('id', '=', id).execute()
const leavesOf = (id: string) =>
  admin.selectFrom('auditLeaf').selectAll().where('requestId', '=', id).orderBy('kind').execute()
const open = (id: string) =>
  subgraph.ask(
    support,
    `query ($id: ID!) { accessRecord(id: $id) {
      query variables response requestBody responseBody patients { patientId records { type count } }
      changes { id action recordType recordId recordVersion patientId fields }
      request { id graph outcome errorCodes userAgent keyId actor { kind id name role } } } }`,
    { id },
  )

test('a record is answered when its row, what it is searched by and its leaves are committed', async () => {
  const change = createChange()
  const recorded = createRequest({
    reads: [{ patientId: '9', types: { Patient: 1, Appointment: 3 } }],
    changes: [change],
    durationMs: 600,
    outcome: 'PARTIAL',
    errorCodes: ['NOT_FOUND'],
  })
  const { id } = recorded.record
  assert.deepEqual(await subgraph.record(recorded), { status: 200, answer: { recorded: 1, gateways: 1 } })
  const [row] = await rowsOf(id)
  assert.equal(row?.durationMs, 600)
  assert.equal(row?.consumerId, '1')
  const patients = await admin.selectFrom('accessPatient').select('patientId').where('id', '=', id).execute()
  // The other stands in the leaf of the request.
  assert.deepEqual(patients, [{ patientId: '7' }])
  const slow = await admin.selectFrom('accessSlow').select('atLeastMs').where('id', '=', id).execute()
  assert.deepEqual(
    slow.map(({ atLeastMs }) => atLeastMs).sort((a, b) => a - b),
    [100, 250, 500],
  )
  const leaves = await leavesOf(id)
  assert.deepEqual(
    leaves.map((leaf) => [leaf.kind, leaf.action, leaf.patientId, leaf.counts]),
    [
      ['CHANGE', 'patient.updated', '7', null],
      ['REQUEST', 'request.answered', '9', { Patient: 1, Appointment: 3 }],
    ],
  )
  assert.equal(leaves[0]?.id, change.id)
  assert.equal(leaves[1]?.id, id)
  assert.equal(leaves[1]?.occurredAt.getTime(), instantOf(id))
  assert.equal(
    leaves[1]?.detailHash,
    hashBodies(row?.salt ?? Buffer.alloc(0), recorded.request, recorded.response),
  )
})

test('a request names a hundred patients in its own leaf and each hundred more in one for them, found under each', async () => {
  const reads: PatientRead[] = Array.from({ length: 201 }, (_, at) => ({
    patientId: String(5000 + at),
    types: { Patient: 1, ...(at % 2 && { Appointment: 2 }) },
  }))
  const recorded = createRequest({ reads })
  const { id } = recorded.record
  for (let time = 0; time < 2; time += 1) assert.equal((await subgraph.record(recorded)).status, 200)
  const leaves = await leavesOf(id)
  assert.deepEqual(leaves.map(({ kind }) => kind).sort(), ['READ', 'READ', 'REQUEST'])
  const named = leaves.flatMap(({ seen, patientId, counts }) => [
    ...(seen ?? []).flatMap((group) =>
      group.patientIds.map((each) => ({ patientId: each, types: group.counts })),
    ),
    ...(patientId && counts ? [{ patientId, types: counts }] : []),
  ])
  assert.deepEqual(leaves.map(({ seen }) => seen?.map(({ patientIds }) => patientIds.length)).sort(), [
    [50, 50],
    [50, 50],
    undefined,
  ])
  const byId = (one: { patientId: string }, other: { patientId: string }) =>
    Number(one.patientId) - Number(other.patientId)
  assert.deepEqual(named.sort(byId), reads)
  const listed = await admin.selectFrom('auditSeen').selectAll().where('patientId', 'like', '5___').execute()
  assert.deepEqual(
    listed.map(({ patientId }) => patientId).sort(),
    leaves.flatMap(({ seen }) => (seen ?? []).flatMap(({ patientIds }) => patientIds)).sort(),
  )
  assert.ok(
    listed.every(({ leafId, occurredAt }) =>
      leaves.some((leaf) => leaf.id === leafId && leaf.occurredAt.getTime() === occurredAt.getTime()),
    ),
  )
  const searched = await admin.selectFrom('accessPatient').select('patientId').where('id', '=', id).execute()
  assert.equal(searched.length, reads.length - 100, 'those whom the leaf of the request does not name')
})

test('a record that is sent again changes nothing, alone or among new ones', async () => {
  const first = createRequest({ reads: [{ patientId: '9', types: { Patient: 1 } }], errorCodes: ['TIMEOUT'] })
  const second = createRequest()
  await subgraph.record(first)
  const [before] = await rowsOf(first.record.id)
  const again = { ...first, record: { ...first.record, status: 500 } }
  assert.equal((await subgraph.record(again, second)).status, 200)
  assert.deepEqual(await rowsOf(first.record.id), [before])
  assert.equal((await leavesOf(first.record.id)).length, 1)
  assert.equal((await rowsOf(second.record.id)).length, 1)
})

test('records of several domains in one frame each go to their own, the platform’s own among them', async () => {
  const all = [0, 1, 2, 2].map((domainId) => createRequest({ domainId }))
  await subgraph.record(...all)
  for (const domainId of [0, 1, 2]) {
    const ids = all.filter(({ record }) => record.domainId === domainId).map(({ record }) => record.id)
    const seen = await withDomain(subgraph.db, domainId, (trx) =>
      trx
        .selectFrom('accessLog')
        .select('id')
        .where(
          'id',
          'in',
          all.map(({ record }) => record.id),
        )
        .execute(),
    )
    assert.deepEqual(seen.map(({ id }) => id).sort(), ids.sort())
  }
})

test('what an operator changed in a domain is in the audit log of that domain, also if it was recorded by half', async () => {
  const change = createChange({ domainId: 2 })
  const actor = { kind: 'operator', id: 'operator', name: 'Operator', role: 'operator' } as const
  const recorded = createRequest({ domainId: 0, graph: 'operator', actor, changes: [change] })
  await subgraph.record({ ...recorded, record: { ...recorded.record, changes: [] } })
  await subgraph.record(recorded)
  const leaves = await leavesOf(recorded.record.id)
  assert.deepEqual(
    leaves.map(({ kind, domainId }) => [kind, domainId]),
    [
      ['CHANGE', 2],
      ['REQUEST', 0],
    ],
  )
  const patients = await admin
    .selectFrom('accessPatient')
    .selectAll()
    .where('id', '=', recorded.record.id)
    .execute()
  assert.deepEqual(patients, [])
})

test('a record opens as it was: formatted and to the byte', async () => {
  const change = createChange()
  const recorded = createRequest({
    reads: [{ patientId: '9', types: { Patient: 1 } }],
    changes: [change],
  })
  await subgraph.record(recorded)
  const { data } = await open(recorded.record.id)
  assert.equal(data.accessRecord.query, 'query Find($id: ID!) {\n  patient(id: $id) {\n    id\n  }\n}')
  assert.equal(data.accessRecord.variables, '{\n  "id": "7"\n}')
  assert.equal(data.accessRecord.response, JSON.stringify({ data: { patient: { id: '7' } } }, null, 2))
  assert.equal(data.accessRecord.requestBody, recorded.request.toString())
  assert.equal(data.accessRecord.responseBody, recorded.response.toString())
  assert.deepEqual(data.accessRecord.patients, [{ patientId: '9', records: [{ type: 'Patient', count: 1 }] }])
  const { domainId: _, occurredAt: __, detailHash: ___, ...shown } = change
  assert.deepEqual(data.accessRecord.changes, [shown])
  assert.deepEqual(data.accessRecord.request.actor, { kind: 'consumer', id: '1', name: 'Portal', role: null })
})

test('bodies that are no GraphQL, no JSON or not there open as they are', async () => {
  const broken = createRequest({ outcome: 'FAILED' }, { request: '{', response: 'Bad Request' })
  const refused = createRequest(
    { actor: null, outcome: 'REFUSED', refusalReason: 'unknown key' },
    { request: '', response: '' },
  )
  await subgraph.record(broken, refused)
  const opened = (await open(broken.record.id)).data.accessRecord
  assert.deepEqual([opened.query, opened.variables, opened.response], ['{', null, 'Bad Request'])
  const empty = (await open(refused.record.id)).data.accessRecord
  assert.deepEqual(
    [empty.query, empty.response, empty.requestBody, empty.responseBody, empty.request.actor],
    [null, null, null, null, null],
  )
})

test('bodies of more than 256 KB are kept whole, apart from the row', async () => {
  const noise = randomBytes(900_000).toString('base64')
  const recorded = createRequest({}, { response: JSON.stringify({ data: { noise } }) })
  await subgraph.record(recorded)
  const [row] = await rowsOf(recorded.record.id)
  assert.equal(row?.sealed, null)
  const { data } = await open(recorded.record.id)
  assert.equal(data.accessRecord.responseBody, recorded.response.toString())
})

test('nothing of the bodies stands in the database in the clear', async () => {
  const recorded = createRequest(
    { reads: [{ patientId: '9', types: { Patient: 1 } }] },
    { response: '{"data":{"patient":{"lastName":"Unmistakable"}}}' },
  )
  await subgraph.record(recorded)
  const [row] = await rowsOf(recorded.record.id)
  assert.ok(row?.sealed)
  assert.ok(!row.sealed.toString('latin1').includes('Unmistakable') && !row.facts.includes('Unmistakable'))
})

test('a stored record whose bytes, domain or id were changed is not shown', async () => {
  const [one, other] = [createRequest(), createRequest()]
  await subgraph.record(one, other)
  const [row] = await rowsOf(one.record.id)
  assert.ok(row)
  const swap = (sealed: Buffer) =>
    admin.updateTable('accessLog').set({ sealed }).where('id', '=', other.record.id).execute()
  await swap(row.sealed ?? Buffer.alloc(0))
  assert.equal((await open(other.record.id)).errors?.[0]?.extensions.code, 'RECORD_ALTERED')
  await swap(Buffer.alloc(0))
  assert.equal((await open(other.record.id)).errors?.[0]?.extensions.code, 'RECORD_ALTERED')
})

test('a text that Postgres cannot store as it is holds no answer back', async () => {
  const recorded = createRequest({ operationName: 'a\0b', userAgent: 'x\ud800\0', errorCodes: ['C\0'] })
  assert.equal((await subgraph.record(recorded)).status, 200)
  const [row] = await rowsOf(recorded.record.id)
  assert.equal(row?.operationName, 'a\ufffdb')
})

test('only a gateway records requests', async () => {
  const frame = writeRecordFrame({ gateway: 'g', records: [createRequest()] })
  for (const identity of [createIdentity(), support])
    assert.equal((await subgraph.send('/internal/record', identity, frame)).status, 401)
})

test('a gateway records over a channel; another service’s channel records nothing', async () => {
  const frame = (recorded: RecordedRequest) => writeRecordFrame({ gateway: 'g', records: [recorded] })
  const [own, foreign] = [createRequest(), createRequest()]
  const channel = subgraph.openChannel('/internal/record', 'gateway')
  const { status, body } = await channel.send(frame(own), 5000)
  assert.deepEqual([status, JSON.parse(body).recorded], [200, 1])
  assert.equal((await channel.send(Buffer.from('no frame'), 5000)).status, 400)
  await channel.close()
  assert.equal((await rowsOf(own.record.id)).length, 1)
  const other = subgraph.openChannel('/internal/record', 'patients')
  assert.equal((await other.send(frame(foreign), 5000)).status, 401)
  await other.close()
  assert.deepEqual(await rowsOf(foreign.record.id), [])
})

test('a frame of which a member is missing, of another type or a byte too long is refused whole', async () => {
  const good = createRequest()
  const frame = writeRecordFrame({ gateway: 'g', records: [good] })
  const wrong = (change: object): Buffer =>
    writeRecordFrame({
      gateway: 'g',
      records: [
        good,
        { ...createRequest(), record: { ...createRequest().record, ...change } } as RecordedRequest,
      ],
    })
  const old = createRequest({ startedAt: new Date(Date.now() - 92 * 86_400_000).toISOString() })
  for (const [name, bytes] of Object.entries({
    empty: Buffer.alloc(0),
    'cut header': frame.subarray(0, 20),
    'cut body': frame.subarray(0, -1),
    'a byte more': Buffer.concat([frame, Buffer.from('x')]),
    'no JSON': Buffer.concat([Buffer.from([0, 0, 0, 1]), Buffer.from('{')]),
    'no gateway': writeRecordFrame({ gateway: '', records: [good] }),
    twice: writeRecordFrame({ gateway: 'g', records: [good, good] }),
    outcome: wrong({ outcome: 'FINE' }),
    id: wrong({ id: '018f' }),
    domain: wrong({ domainId: -1 }),
    reads: wrong({ reads: [{ patientId: 9, types: {} }] }),
    'forgotten day': writeRecordFrame({ gateway: 'g', records: [good, old] }),
  }))
    assert.equal((await subgraph.send('/internal/record', gateway, bytes)).status, 400, name)
  assert.deepEqual(await rowsOf(good.record.id), [])
})

test('an empty frame is the heartbeat: it commits, and gateways of the last 5 s are counted', async () => {
  const beat = async (name: string): Promise<unknown> =>
    (
      await subgraph.send('/internal/record', gateway, writeRecordFrame({ gateway: name, records: [] }))
    ).json()
  await sql`DELETE FROM gateway_seen`.execute(admin)
  assert.deepEqual(await beat('a'), { recorded: 0, gateways: 1 })
  assert.deepEqual(await beat('b'), { recorded: 0, gateways: 2 })
  await sql`UPDATE gateway_seen SET seen_at = now() - interval '6 seconds' WHERE gateway = 'a'`.execute(admin)
  assert.deepEqual(await beat('b'), { recorded: 0, gateways: 1 })
})

test('when the audit log cannot take a leaf, the record is not there either', async () => {
  const recorded = createRequest({ reads: [{ patientId: '9', types: { Patient: 1 } }] })
  await sql`ALTER TABLE audit_leaf ADD CONSTRAINT nothing CHECK (patient_id <> '9') NOT VALID`.execute(admin)
  try {
    assert.equal((await subgraph.record(recorded)).status, 500)
  } finally {
    await sql`ALTER TABLE audit_leaf DROP CONSTRAINT nothing`.execute(admin)
  }
  assert.deepEqual(await rowsOf(recorded.record.id), [])
  assert.equal((await subgraph.record(recorded)).status, 200)
})
