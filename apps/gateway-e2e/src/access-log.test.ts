import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTimeOrderedId } from '@commonchart/audit'
import { createRecordedRequest, type RecordedTestRequest } from '@commonchart/testing'
import pg from 'pg'
import { recordAsGateway } from './recorded.ts'
import { readSettingsSchema, selectAll } from './schema.ts'
import { startStack, type Stack } from './stack.ts'
import { until } from './until.ts'

type Facts = { id: string; startedAt: string } & Record<string, unknown>
type Recorded = RecordedTestRequest<Facts>

let stack: Stack
let records: Record<string, Recorded>
let nameOf: Map<unknown, string>
const start = Date.now() - 60_000
const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString()
const settings = readSettingsSchema()
const facts = selectAll(settings, 'ApiRequest', 1).replace('refusalReason', '')
const whole = `${facts} refusalReason actor { kind id name role } consumer { id name }`
const page = `edges { cursor node { id } } nodes { ${whole} } totalCount
  pageInfo { startCursor endCursor hasNextPage hasPreviousPage }`
const own = page.replace('refusalReason', '')

before(async () => {
  stack = await startStack()
  const domain = await stack.askOperator('{ domain(name: "north") { id } }')
  assert.ok(domain.body.data, domain.text)
  const domainId = Number(domain.body.data.domain.id)
  const consumer = { kind: 'consumer', id: stack.north.consumerId, name: 'Portal', role: null }
  const support = { kind: 'person', id: 'support', name: 'Support', role: 'support' }
  const change = {
    ...{ id: createTimeOrderedId(), domainId, occurredAt: at(2), action: 'patient.updated' },
    ...{ recordType: 'Patient', recordId: '8', recordVersion: 2, patientId: '8', fields: ['firstName'] },
    detailHash: null,
  }
  const create = (seconds: number, more: Record<string, unknown> = {}, bodies = {}): Recorded =>
    createRecordedRequest<Facts>({ domainId, actor: consumer, startedAt: at(seconds), ...more }, bodies)
  records = {
    plain: create(0),
    slow: create(1, { durationMs: 3000, operationName: 'Slow', ip: '198.51.100.7' }),
    change: create(2, {
      operationKind: 'MUTATION',
      changes: [change],
      outcome: 'PARTIAL',
      errorCodes: ['CONFLICT'],
    }),
    read: create(3, {
      reads: [{ patientId: '9', types: { Patient: 1 } }],
      outcome: 'FAILED',
      errorCodes: ['NOT_FOUND'],
    }),
    person: create(4, { graph: 'settings', actor: support, keyId: null }),
    refused: create(
      5,
      {
        actor: null,
        outcome: 'REFUSED',
        status: 401,
        refusalReason: 'unknown key',
        errorCodes: ['UNAUTHENTICATED'],
      },
      { request: '', response: '' },
    ),
    platform: create(6, {
      domainId: 0,
      graph: 'operator',
      actor: { ...support, kind: 'operator', role: 'operator' },
    }),
    programRefused: create(7, { outcome: 'REFUSED', status: 429, errorCodes: ['RATE_LIMITED'] }),
  }
  nameOf = new Map(Object.entries(records).map(([name, { record }]) => [record.id, name]))
  await recordAsGateway(stack, Object.values(records))
})
after(() => stack.stop())

/** The names of the requests on a page that this test has made, in its order. */
function named(connection: { nodes: { id: string }[] }): (string | undefined)[] {
  return connection.nodes.flatMap(({ id }) => nameOf.get(id) ?? [])
}

const searches: [string, string[]][] = [
  ['first: 100', ['programRefused', 'refused', 'person', 'read', 'change', 'slow', 'plain']],
  ['first: 100, operationName: "Slow"', ['slow']],
  ['first: 100, operationKind: MUTATION', ['change']],
  ['first: 100, outcome: FAILED', ['read']],
  ['first: 100, outcome: PARTIAL', ['change']],
  ['first: 100, errorCode: "CONFLICT"', ['change']],
  ['first: 100, slowerThanMs: 2500', ['slow']],
  ['first: 100, ip: "198.51.100.7"', ['slow']],
  ['first: 100, patientId: "9"', ['read']],
  ['first: 100, patientId: "8"', ['change']],
  [`first: 100, from: "${at(5)}"`, ['programRefused', 'refused']],
  [`first: 100, to: "${at(1)}"`, ['plain']],
]

test('the support account searches the log of its domain by everything that it is searched by', async () => {
  for (const [args, names] of [
    ...searches,
    ['first: 100, graph: SETTINGS', ['person']],
    [
      `first: 100, consumerId: "${stack.north.consumerId}"`,
      ['programRefused', 'read', 'change', 'slow', 'plain'],
    ],
    ['first: 100, consumerId: "999"', []],
  ] as [string, string[]][]) {
    const { body, text } = await stack.north.askSettings(`{ accessLog(${args}) { ${page} } }`)
    assert.ok(body.data, text)
    assert.deepEqual(named(body.data.accessLog), names, args)
  }
})

test('a request shows all its facts', async () => {
  const { body } = await stack.north.askSettings(`{ accessLog(errorCode: "UNAUTHENTICATED") { ${page} } }`)
  const [refused] = body.data?.accessLog.nodes.filter(
    ({ id }: { id: string }) => nameOf.get(id) === 'refused',
  )
  assert.partialDeepStrictEqual(refused, {
    ...{ graph: 'ENTERPRISE', outcome: 'REFUSED', refusalReason: 'unknown key', actor: null, consumer: null },
    ...{
      status: 401,
      startedAt: at(5),
      durationMs: 13,
      method: 'POST',
      path: '/graphql',
      userAgent: 'portal/1.0',
    },
  })
  const read = await stack.north.askSettings(`{ accessLog(patientId: "9") { ${page} } }`)
  assert.partialDeepStrictEqual(read.body.data?.accessLog.nodes[0], {
    consumer: { id: stack.north.consumerId, name: 'portal of north' },
    actor: { kind: 'consumer', id: stack.north.consumerId, name: 'Portal', role: null },
    rootFields: ['patient'],
    errorCodes: ['NOT_FOUND'],
    keyId: '3',
    count: 1,
  })
})

test('the log pages in both directions', async () => {
  const ask = async (args: string) => {
    const { body, text } = await stack.north.askSettings(`{ accessLog(${args}) { ${page} } }`)
    assert.ok(body.data, text)
    return body.data.accessLog
  }
  const filter = `to: "${at(5)}", ip: "192.0.2.1"`
  assert.deepEqual(named(await ask(filter)), ['person', 'read', 'change', 'plain'])
  const one = await ask(`${filter}, first: 2`)
  assert.deepEqual(named(one), ['person', 'read'])
  const two = await ask(`${filter}, first: 2, after: "${one.pageInfo.endCursor}"`)
  assert.deepEqual(named(two), ['change', 'plain'])
  assert.deepEqual(named(await ask(`${filter}, last: 1`)), ['plain'])
  const back = await ask(`${filter}, last: 1, before: "${two.pageInfo.startCursor}"`)
  assert.deepEqual(named(back), ['read'])
  assert.equal(back.pageInfo.hasPreviousPage, true)
})

test('a program searches its own requests, and sees no other', async () => {
  for (const [args, names] of searches) {
    const { body, text } = await stack.north.ask(`{ apiRequests(${args}) { ${own} } }`)
    assert.ok(body.data, text)
    const expected = names.filter((name) => name !== 'person' && name !== 'refused')
    assert.deepEqual(named(body.data.apiRequests), expected, args)
  }
  const ask = async (args: string) =>
    (await stack.north.ask(`{ apiRequests(to: "${at(5)}"${args}) { ${own} } }`)).body.data?.apiRequests
  assert.deepEqual(named(await ask('')), ['read', 'change', 'slow', 'plain'])
  const one = await ask(', first: 2')
  assert.deepEqual(named(one), ['read', 'change'])
  assert.deepEqual(named(await ask(`, first: 2, after: "${one.pageInfo.endCursor}"`)), ['slow', 'plain'])
  assert.deepEqual(named(await ask(', last: 2')), ['slow', 'plain'])
  assert.deepEqual(named(await ask(`, last: 2, before: "${one.pageInfo.endCursor}"`)), ['read'])
  const theirs = await stack.south.ask(`{ apiRequests { ${own} } }`)
  assert.deepEqual(named(theirs.body.data?.apiRequests), [])
})

const record = `request { id outcome } query variables response requestBody responseBody
  patients { patientId records { type count } }
  changes { id action recordType recordId recordVersion patientId fields }`

test('one request is opened whole: what was asked, what was answered, whom it showed, what it changed', async () => {
  const open = async (name: string) => {
    const id = records[name]?.record.id
    const { body, text } = await stack.north.askSettings(
      `query ($id: ID!) { accessRecord(id: $id) { ${record} } }`,
      { id },
    )
    assert.ok(body.data, text)
    return body.data.accessRecord
  }
  const read = await open('read')
  assert.partialDeepStrictEqual(read, {
    query: 'query Find($id: ID!) {\n  patient(id: $id) {\n    id\n  }\n}',
    variables: '{\n  "id": "7"\n}',
    response: '{\n  "data": {\n    "patient": {\n      "id": "7"\n    }\n  }\n}',
    requestBody: String(records.read?.request),
    responseBody: String(records.read?.response),
    patients: [{ patientId: '9', records: [{ type: 'Patient', count: 1 }] }],
  })
  const { changes } = await open('change')
  assert.partialDeepStrictEqual(changes[0], {
    action: 'patient.updated',
    recordVersion: 2,
    fields: ['firstName'],
  })
  const mine = (name: string) =>
    stack.north.ask(`query ($id: ID!) { apiRequest(id: $id) { ${record} } }`, {
      id: records[name]?.record.id,
    })
  assert.equal((await mine('read')).body.data?.apiRequest.request.id, records.read?.record.id)
  assert.equal((await mine('change')).body.data?.apiRequest.changes.length, 1)
  assert.equal((await mine('person')).body.data?.apiRequest, null)
})

test('an operator sees the platform’s own requests, and those of the domain that it names', async () => {
  const ask = async (args: string) => {
    const { body, text } = await stack.askOperator(`{ accessLog(${args}) { ${page} } }`)
    assert.ok(body.data, text)
    return named(body.data.accessLog)
  }
  assert.deepEqual(await ask('first: 100'), ['platform'])
  assert.deepEqual(await ask('first: 100, domain: "north"'), searches[0]?.[1])
  assert.deepEqual(await ask('first: 100, graph: OPERATOR'), ['platform'])
  const open = (args: string, id: unknown) =>
    stack.askOperator(`query ($id: ID!) { accessRecord(id: $id${args}) { ${record} } }`, { id })
  const id = records.read?.record.id
  assert.equal((await open('', id)).body.data?.accessRecord, null)
  assert.equal((await open(', domain: "north"', id)).body.data?.accessRecord.request.id, id)
})

test('the two logs are compared, and what one lacks is named', async () => {
  const [leafless, rowless] = [records.plain?.record.id, records.slow?.record.id]
  const changed = records.change?.record.id
  const client = new pg.Client({ connectionString: stack.databases['consumers-audit']?.adminUrl })
  await client.connect()
  await client.query('DELETE FROM audit_leaf WHERE id = $1', [leafless])
  await client.query('DELETE FROM access_log WHERE id = ANY($1::uuid[])', [[rowless, changed]])
  await client.end()
  const fields = `accessRecords requestLeaves withoutLeaf withoutRecord
    unanswered { id requestId occurredAt action recordType recordId } until`
  const compare = async (args: string) => {
    const { body, text } = await stack.north.askSettings(`{ accessReconciliation(${args}) { ${fields} } }`)
    assert.ok(body.data, text)
    return body.data.accessReconciliation
  }
  const found = await compare(`from: "${at(0)}", to: "${at(3)}"`)
  assert.partialDeepStrictEqual(found, {
    accessRecords: 1,
    requestLeaves: 2,
    withoutLeaf: [leafless],
    withoutRecord: [rowless, changed].sort(),
    until: at(3),
    unanswered: [
      {
        requestId: changed,
        occurredAt: at(2),
        action: 'patient.updated',
        recordType: 'Patient',
        recordId: '8',
      },
    ],
  })
  assert.deepEqual((await compare(`from: "${at(1)}", to: "${at(3)}"`)).withoutLeaf, [])
  assert.ok((await compare(`from: "${at(0)}"`)).accessRecords > found.accessRecords)
  const asOperator = async (args: string) =>
    (await stack.askOperator(`{ accessReconciliation(from: "${at(0)}"${args}) { ${fields} } }`)).body.data
      ?.accessReconciliation
  assert.deepEqual((await asOperator('')).withoutLeaf, [])
  assert.deepEqual((await asOperator(', domain: "north"')).withoutLeaf, [leafless])
})

test('what was asked through the gateway stands in the log when the answer has come', async () => {
  const answer = await stack.north.ask('query Mine { patients(first: 1) { totalCount } }')
  const id = answer.headers['x-request-id']
  const { body } = await stack.north.ask(`query ($id: ID!) { apiRequest(id: $id) { ${record} } }`, { id })
  assert.equal(body.data?.apiRequest.responseBody, answer.text)
  await until(async () => {
    const found = await stack.north.askSettings('{ accessLog(operationName: "Mine") { totalCount } }')
    return found.body.data?.accessLog.totalCount === 1
  }, 'the request is found by its name')
})
