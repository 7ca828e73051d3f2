import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openDatabase } from '@commonchart/database'
import { createIdentity, createOperatorIdentity, createSupportIdentity } from '@commonchart/testing'
import type { Kysely } from 'kysely'
import { createChange, createRequest } from '../access/test-requests.ts'
import type { Tables } from '../tables.ts'
import { openTestSubgraph, type TestSubgraph } from '../test-subgraph.ts'
import { writeCsvLine } from './csv.ts'

let subgraph: TestSubgraph
let admin: Kysely<Tables>
const auditor = createSupportIdentity({ role: 'auditor' })
const start = Date.now() - 100_000
const requests = Array.from({ length: 1203 }, (_, at) =>
  createRequest(
    {
      startedAt: new Date(start + at * 10).toISOString(),
      outcome: at % 3 === 0 ? 'FAILED' : 'SUCCESS',
      reads: at % 400 === 0 ? [{ patientId: '9', types: { Patient: 1, Appointment: 2 } }] : [],
      actor: { kind: 'consumer', id: '1', name: '=HYPERLINK("x"),\nPortal', role: null },
    },
    { response: JSON.stringify({ data: { at } }) },
  ),
)

before(async () => {
  subgraph = await openTestSubgraph()
  await subgraph.createDomain('north')
  admin = openDatabase<Tables>(subgraph.adminUrl, { max: 1 })
  for (let at = 0; at < requests.length; at += 64)
    assert.equal((await subgraph.record(...requests.slice(at, at + 64))).status, 200)
})
after(async () => {
  await admin.destroy()
  await subgraph.close()
})

function ask(name: string, parameters: object, identity = auditor): Promise<Response> {
  return subgraph.send(`/export/${name}`, identity, JSON.stringify(parameters))
}

async function readLines(name: string, parameters: object): Promise<Record<string, unknown>[]> {
  const answer = await ask(name, parameters)
  assert.equal(answer.headers.get('content-type'), 'application/x-ndjson')
  const lines = (await answer.text()).split('\n')
  assert.equal(lines.pop(), '')
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

test('the access log leaves whole, oldest first, over as many batches as it takes', async () => {
  const lines = await readLines('access-log', {})
  assert.deepEqual(
    lines.map(({ id }) => id),
    requests.map(({ record }) => record.id),
  )
  const { id, startedAt, operationName, rootFields, outcome, ip } = requests[0]?.record ?? {}
  assert.partialDeepStrictEqual(lines[0], { id, startedAt, operationName, rootFields, outcome, ip })
})

test('the export takes the filters of the search, as they stand in a query string', async () => {
  const failed = await readLines('access-log', { outcome: 'failed', slowerThanMs: '0', consumerId: '1' })
  assert.equal(failed.length, 401)
  const period = { from: new Date(start).toISOString(), to: new Date(start + 100).toISOString() }
  assert.equal((await readLines('access-log', period)).length, 10)
  assert.equal((await readLines('access-log', { patientId: '9' })).length, 4)
})

test('with bodies each line says what was asked and what was answered, also where they are kept apart', async () => {
  const noise = 'x'.repeat(200) + Array.from({ length: 60_000 }, () => Math.random().toString(36)).join('')
  const large = createRequest({ operationName: 'Large' }, { response: JSON.stringify({ noise }) })
  await subgraph.record(large)
  const [line] = await readLines('access-log', { bodies: 'true', operationName: 'Large' })
  assert.equal(line?.response, large.response.toString())
  assert.equal(line.request, large.request.toString())
  const lines = await readLines('access-log', { bodies: 'true', to: new Date(start + 300).toISOString() })
  assert.deepEqual(
    lines.map(({ response }) => response),
    requests.slice(0, 30).map(({ response }) => response.toString()),
  )
  assert.deepEqual(lines[0]?.reads, requests[0]?.record.reads)
})

test('a parameter that is unknown or wrong is refused before anything is sent', async () => {
  for (const parameters of [
    { colour: 'red' },
    { outcome: 'FINE' },
    { from: 'soon' },
    { slowerThanMs: '-1' },
    { bodies: 'no' },
  ])
    assert.equal((await ask('access-log', parameters)).status, 400, JSON.stringify(parameters))
  assert.equal((await ask('disclosures', {})).status, 400)
})

test('people and operators export, programs and imports do not', async () => {
  const patient = { patientId: '9' }
  for (const name of ['access-log', 'audit-log', 'disclosures']) {
    for (const identity of [createIdentity(), createSupportIdentity({ role: 'import' })])
      assert.equal((await ask(name, name === 'disclosures' ? patient : {}, identity)).status, 403, name)
    const named = { ...(name === 'disclosures' && patient), domain: 'north' }
    assert.equal((await ask(name, named, createOperatorIdentity())).status, 200, name)
    assert.equal((await ask(name, named, auditor)).status, 403, name)
  }
})

test('disclosures are a table of everything that anyone saw or changed of one patient', async () => {
  await subgraph.record(
    createRequest({ changes: [createChange({ patientId: '9', fields: ['firstName', 'phone'] })] }),
  )
  const answer = await ask('disclosures', { patientId: '9', from: new Date(start - 1000).toISOString() })
  assert.match(answer.headers.get('content-type') ?? '', /^text\/csv/)
  const text = await answer.text()
  assert.match(text, /^occurred at,what,by,/)
  assert.equal(text.match(/,seen,consumer,/g)?.length, 4)
  assert.match(
    text,
    /,changed,consumer,1,Portal,,3,192\.0\.2\.1,.*,patient\.updated,Patient,7,firstName; phone,,SUCCESS\r\n/,
  )
  assert.ok(text.includes(`"'=HYPERLINK(""x""),\nPortal"`))
  assert.ok(text.includes('"Patient: 1; Appointment: 2"') || text.includes(',Patient: 1; Appointment: 2,'))
  const none = await (await ask('disclosures', { patientId: '8' })).text()
  assert.equal(none.split('\r\n').length, 2)
})

test('the audit log leaves in the order of its places, with hash and seal', async () => {
  const leaves = await admin.selectFrom('auditLeaf').select('id').where('domainId', '=', 1).limit(3).execute()
  await admin
    .insertInto('auditSequence')
    .values(
      leaves.map(({ id: leafId }, at) => ({
        ...{ domainId: 1, sequence: String(at), leafId },
        leafHash: Buffer.alloc(32, at),
        seal: Buffer.alloc(64, at),
      })),
    )
    .execute()
  await admin
    .deleteFrom('auditLeaf')
    .where('id', '=', leaves[2]?.id ?? '')
    .execute()
  const lines = await readLines('audit-log', {})
  assert.deepEqual(
    lines.map(({ sequence, leafHash, facts }) => [sequence, leafHash, (facts as { id: string } | null)?.id]),
    leaves.map(({ id }, at) => [at, Buffer.alloc(32, at).toString('base64'), at === 2 ? undefined : id]),
  )
  assert.deepEqual(Object.keys(lines[0]?.facts ?? {}), [
    ...['domainId', 'id', 'kind', 'occurredAt', 'requestId', 'actor', 'keyId', 'ip', 'action', 'recordType'],
    ...[
      'recordId',
      'recordVersion',
      'patientId',
      'fields',
      'counts',
      'outcome',
      'detailHash',
      'durationMs',
      'count',
    ],
  ])
  assert.equal((await readLines('audit-log', { after: '1' })).length, 1)
})

test('no cell of a table is run as a formula, and every cell comes back as it was', () => {
  assert.equal(writeCsvLine(['=1+1', '+1', '-1', '@x', '\tx', 5, null]), `'=1+1,'+1,'-1,'@x,'\tx,5,\r\n`)
  assert.equal(
    writeCsvLine(['a,b', 'say "x"', 'two\nlines', ' plain ']),
    '"a,b","say ""x""","two\nlines", plain \r\n',
  )
})
