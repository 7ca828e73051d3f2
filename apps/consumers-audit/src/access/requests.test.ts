import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  createConsumerKey,
  createIdentity,
  createOperatorIdentity,
  createSupportIdentity,
} from '@commonchart/testing'
import { openTestSubgraph, type TestSubgraph } from '../test-subgraph.ts'
import { createChange, createRequest } from './test-requests.ts'

let subgraph: TestSubgraph
const support = createSupportIdentity()
const start = Date.now() - 60_000
const at = (minutes: number) => new Date(start + minutes * 1000).toISOString()
const requests = {
  plain: createRequest({ startedAt: at(0) }),
  slow: createRequest({ startedAt: at(1), durationMs: 3000, operationName: 'Slow', ip: '198.51.100.7' }),
  change: createRequest({
    startedAt: at(2),
    operationKind: 'MUTATION',
    changes: [createChange({ patientId: '8' })],
    outcome: 'PARTIAL',
    errorCodes: ['CONFLICT', 'NOT_FOUND'],
  }),
  read: createRequest({
    startedAt: at(3),
    actor: { kind: 'consumer', id: '2', name: 'Kiosk', role: null },
    reads: [{ patientId: '9', types: { Patient: 1 } }],
    outcome: 'FAILED',
    errorCodes: ['NOT_FOUND'],
    durationMs: 700,
  }),
  person: createRequest({
    startedAt: at(4),
    graph: 'settings',
    actor: { kind: 'person', id: 'support', name: 'Support', role: 'support' },
  }),
  refused: createRequest({
    startedAt: at(5),
    actor: null,
    outcome: 'REFUSED',
    status: 401,
    refusalReason: 'unknown key',
    operationKind: null,
    operationName: null,
    errorCodes: ['UNAUTHENTICATED'],
  }),
  elsewhere: createRequest({ startedAt: at(6), domainId: 2 }),
  platform: createRequest({ startedAt: at(7), domainId: 0, graph: 'operator' }),
}
type Name = keyof typeof requests
const nameOf = new Map(Object.entries(requests).map(([name, { record }]) => [record.id, name]))

before(async () => {
  subgraph = await openTestSubgraph()
  for (const name of ['north', 'south']) await subgraph.createDomain(name)
  assert.equal((await subgraph.record(...Object.values(requests))).status, 200)
})
after(() => subgraph.close())

async function search(args: string, identity = support, field = 'accessLog'): Promise<string[]> {
  const { data, errors } = await subgraph.ask(
    identity,
    `{ ${field}${args && `(${args})`} { nodes { id } totalCount } }`,
  )
  assert.equal(errors, undefined, JSON.stringify(errors))
  const names = data[field].nodes.map(({ id }: { id: string }) => nameOf.get(id))
  assert.equal(data[field].totalCount, names.length)
  return names
}

const searches: [string, Name[]][] = [
  ['', ['refused', 'person', 'read', 'change', 'slow', 'plain']],
  ['consumerId: "2"', ['read']],
  ['consumerId: "nobody"', []],
  [`from: "${at(1)}", to: "${at(3)}"`, ['change', 'slow']],
  ['operationName: "Slow"', ['slow']],
  ['operationKind: MUTATION', ['change']],
  ['outcome: REFUSED', ['refused']],
  ['errorCode: "NOT_FOUND"', ['read', 'change']],
  ['slowerThanMs: 500', ['read', 'slow']],
  ['slowerThanMs: 701', ['slow']],
  ['slowerThanMs: 14', ['read', 'slow']],
  ['ip: "198.51.100.7"', ['slow']],
  ['patientId: "9"', ['read']],
  ['patientId: "8"', ['change']],
  ['graph: SETTINGS', ['person']],
  ['patientId: "9", errorCode: "NOT_FOUND", slowerThanMs: 500, outcome: FAILED', ['read']],
  ['patientId: "9", errorCode: "CONFLICT"', []],
  [`errorCode: "NOT_FOUND", to: "${at(3)}"`, ['change']],
]
for (const [args, names] of searches)
  test(`a search by ${args || 'nothing'} finds what it says, newest first`, async () => {
    assert.deepEqual(await search(args), names)
  })

test('a search goes on at a cursor in both directions, also by patient or error code', async () => {
  for (const filter of ['', 'errorCode: "NOT_FOUND", ']) {
    const all = await search(filter.replace(', ', ''))
    const page = async (args: string) => {
      const { data } = await subgraph.ask(
        support,
        `{ accessLog(${filter}${args}) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage } } }`,
      )
      return data.accessLog
    }
    const one = await page('first: 1')
    assert.deepEqual([one.pageInfo.hasNextPage, nameOf.get(one.edges[0].node.id)], [true, all[0]])
    const two = await page(`first: 1, after: "${one.edges[0].cursor}"`)
    assert.equal(nameOf.get(two.edges[0].node.id), all[1])
    const back = await page(`last: 1, before: "${two.edges[0].cursor}"`)
    assert.equal(nameOf.get(back.edges[0].node.id), all[0])
  }
})

test('requests of a patient are one list, however each of them names the patient', async () => {
  const domainId = await subgraph.createDomain('several')
  const auditor = createSupportIdentity({ domainId, role: 'auditor' })
  const one = (patientId: string) => ({ patientId, types: { Patient: 1 } })
  const many = Array.from({ length: 102 }, (_, index) => one(String(1000 + index)))
  const made = [
    { reads: [one('1')] },
    { reads: [one('1'), one('2')] },
    { changes: [createChange({ domainId, patientId: '1' })] },
    { reads: [...many, one('1')] },
    { reads: [one('2')] },
    { reads: [one('3'), one('1')], changes: [createChange({ domainId, patientId: '1' })] },
    { reads: [one('1')], errorCodes: ['NOT_FOUND'], durationMs: 900 },
  ].map((given, index) => createRequest({ domainId, startedAt: at(index), ...given }))
  for (const recorded of made) assert.equal((await subgraph.record(recorded)).status, 200)
  const places = (nodes: { id: string }[]) =>
    nodes.map(({ id }) => made.findIndex(({ record }) => record.id === id))
  const list = async (args: string) =>
    (
      await subgraph.ask(
        auditor,
        `{ accessLog(${args}) { nodes { id } totalCount pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }`,
      )
    ).data.accessLog
  const all = await list('patientId: "1"')
  assert.deepEqual([places(all.nodes), all.totalCount], [[6, 5, 3, 2, 1, 0], 6])
  assert.deepEqual(places((await list('patientId: "1101"')).nodes), [3])
  assert.deepEqual(
    places((await list('patientId: "1", errorCode: "NOT_FOUND", slowerThanMs: 500')).nodes),
    [6],
  )
  assert.deepEqual(places((await list(`patientId: "1", from: "${at(1)}", to: "${at(5)}"`)).nodes), [3, 2, 1])
  const walk = async (size: 'first' | 'last'): Promise<number[][]> => {
    const [on, end, isMore, isBehind] =
      size === 'first'
        ? (['after', 'endCursor', 'hasNextPage', 'hasPreviousPage'] as const)
        : (['before', 'startCursor', 'hasPreviousPage', 'hasNextPage'] as const)
    const pages: number[][] = []
    for (let cursor = ''; ;) {
      const { nodes, pageInfo } = await list(`patientId: "1", ${size}: 2${cursor}`)
      pages.push(places(nodes))
      assert.equal(pageInfo[isBehind], cursor !== '')
      if (!pageInfo[isMore]) return pages
      cursor = `, ${on}: "${pageInfo[end]}"`
    }
  }
  assert.deepEqual(await walk('first'), [
    [6, 5],
    [3, 2],
    [1, 0],
  ])
  assert.deepEqual(await walk('last'), [
    [1, 0],
    [3, 2],
    [6, 5],
  ])
  const [signature] = JSON.parse(Buffer.from(all.pageInfo.endCursor, 'base64url').toString()) as [string]
  const forged = JSON.stringify([signature, 'ffffffff-ffff-7fff-8fff-ffffffffffff'])
  const late = await list(`patientId: "1", after: "${Buffer.from(forged).toString('base64url')}"`)
  assert.deepEqual(places(late.nodes), places(all.nodes), 'a forged place is a place')
  const exported = await subgraph.send('/export/access-log', auditor, JSON.stringify({ patientId: '1' }))
  const lines = (await exported.text()).trim().split('\n')
  assert.deepEqual(places(lines.map((line) => JSON.parse(line) as { id: string })), [0, 1, 2, 3, 5, 6])
})

test('a cursor of another list is refused', async () => {
  const { data } = await subgraph.ask(support, '{ accessLog(first: 1) { pageInfo { endCursor } } }')
  const query = `{ accessLog(patientId: "9", after: "${data.accessLog.pageInfo.endCursor}") { nodes { id } } }`
  assert.equal(await subgraph.codeOf(support, query), 'INVALID_CURSOR')
  assert.equal(
    await subgraph.codeOf(support, '{ accessLog(slowerThanMs: -1) { nodes { id } } }'),
    'BAD_USER_INPUT',
  )
})

test('a time that is none is the mistake of whoever wrote it, in the document as in a variable', async () => {
  const literal = '{ accessLog(from: "yesterday") { nodes { id } } }'
  assert.equal(await subgraph.codeOf(support, literal), 'BAD_USER_INPUT')
  const query = 'query ($from: ISO8601DateTime) { accessLog(from: $from) { nodes { id } } }'
  assert.equal(await subgraph.codeOf(support, query, { from: 'yesterday' }), 'BAD_USER_INPUT')
})

test('a program sees its own requests and no other, whatever it asks for', async () => {
  const program = createIdentity({ subject: '2' })
  assert.deepEqual(await search('', program, 'apiRequests'), ['read'])
  assert.deepEqual(await search('errorCode: "CONFLICT"', program, 'apiRequests'), [])
  const open = (id: string) =>
    subgraph.ask(program, `{ apiRequest(id: "${id}") { request { id } responseBody } }`)
  assert.ok((await open(requests.read.record.id)).data.apiRequest.responseBody)
  for (const name of ['plain', 'person', 'refused', 'elsewhere'] as const)
    assert.deepEqual((await open(requests[name].record.id)).data, { apiRequest: null }, name)
  assert.deepEqual((await open('no id')).data, { apiRequest: null })
  for (const query of [
    '{ accessLog { nodes { id } } }',
    `{ accessRecord(id: "${requests.read.record.id}") { responseBody } }`,
    `{ accessReconciliation(from: "${at(0)}") { accessRecords } }`,
    '{ apiRequests { nodes { refusalReason } } }',
  ])
    assert.equal(await subgraph.codeOf(program, query), 'FORBIDDEN', query)
})

test('people read the log of their domain; its own requests are a program’s alone', async () => {
  const auditor = createSupportIdentity({ role: 'auditor' })
  assert.equal((await search('', auditor)).length, 6)
  for (const query of ['{ apiRequests { nodes { id } } }', '{ apiRequest(id: "1") { query } }'])
    assert.equal(await subgraph.codeOf(support, query), 'FORBIDDEN')
  for (const query of [
    '{ accessLog(domain: "north") { nodes { id } } }',
    '{ accessLog(domain: "south") { nodes { id } } }',
  ])
    assert.equal(await subgraph.codeOf(support, query), 'FORBIDDEN')
  const importer = createSupportIdentity({ role: 'import' })
  assert.equal(await subgraph.codeOf(importer, '{ accessLog { nodes { id } } }'), 'FORBIDDEN')
  const other = `{ accessRecord(id: "${requests.elsewhere.record.id}") { query } }`
  assert.deepEqual((await subgraph.ask(support, other)).data, { accessRecord: null })
})

test('an operator sees the log of the domain that it names, or the platform’s own', async () => {
  const operator = createOperatorIdentity()
  assert.deepEqual(await search('', operator), ['platform'])
  assert.deepEqual(await search('domain: "south"', operator), ['elsewhere'])
  assert.equal(
    await subgraph.codeOf(operator, '{ accessLog(domain: "nowhere") { nodes { id } } }'),
    'NOT_FOUND',
  )
})

test('a request says which consumer made it, also to an operator', async () => {
  const input = {
    name: 'Portal',
    publicKey: createConsumerKey().publicPem,
  }
  const { data } = await subgraph.ask(
    support,
    'mutation ($input: CreateConsumerInput!) { createConsumer(input: $input) { consumer { id } } }',
    { input },
  )
  const { id } = data.createConsumer.consumer
  const recorded = createRequest({ actor: { kind: 'consumer', id, name: 'Portal', role: null } })
  await subgraph.record(recorded)
  for (const [identity, domain] of [
    [support, ''],
    [createOperatorIdentity(), ', domain: "north"'],
  ] as const) {
    const answer = await subgraph.ask(
      identity,
      `{ accessLog(first: 1${domain}) { nodes { consumer { name } } } }`,
    )
    assert.deepEqual(answer.data.accessLog.nodes, [{ consumer: { name: 'Portal' } }])
  }
})
