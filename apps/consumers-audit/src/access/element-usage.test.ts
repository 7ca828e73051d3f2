import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openDatabase } from '@commonchart/database'
import {
  createOperatorIdentity,
  createServiceIdentity,
  createSupportIdentity,
  writeRecordFrame,
} from '@commonchart/testing'
import { sql, type Kysely } from 'kysely'
import type { Tables } from '../tables.ts'
import {
  consumerInput,
  createConsumerMutation,
  openTestSubgraph,
  type TestSubgraph,
} from '../test-subgraph.ts'
import type { AccessRecord, ElementSet } from './access-record.ts'
import { dayOf, makeDay } from './days.ts'
import { createRequest } from './test-requests.ts'

const dayMs = 86_400_000
const today = Date.now()
let clock = today
let subgraph: TestSubgraph
let admin: Kysely<Tables>
let domains: number[]
const consumers: string[] = []

before(async () => {
  subgraph = await openTestSubgraph({ now: () => clock })
  admin = openDatabase<Tables>(subgraph.adminUrl, { max: 1 })
  domains = [await subgraph.createDomain('north'), await subgraph.createDomain('south')]
  for (const name of ['Portal', 'Kiosk']) {
    const input = { ...consumerInput(name), domain: 'north' }
    const { data } = await subgraph.ask(createOperatorIdentity(), createConsumerMutation, { input })
    consumers.push(data.createConsumer.consumer.id as string)
  }
})
after(async () => {
  await admin.destroy()
  await subgraph.close()
})

const find: ElementSet = {
  id: '0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0a',
  elements: ['Patient.name', 'Query.patient', 'Query.patient(id:)'],
}
const list: ElementSet = {
  id: '0b0b0b0b-0b0b-0b0b-0b0b-0b0b0b0b0b0b',
  elements: ['Patient.name', 'Query.patients'],
}

type Request = ReturnType<typeof createRequest>

/** A request of a consumer of north, some days ago. */
function request(
  set: ElementSet | null,
  consumer: number,
  daysAgo = 0,
  more: Partial<AccessRecord> = {},
): Request {
  return createRequest({
    domainId: domains[0],
    startedAt: new Date(today - daysAgo * dayMs).toISOString(),
    actor: { kind: 'consumer', id: consumers[consumer] ?? '', name: 'x', role: null },
    usedElements: set?.id ?? null,
    ...more,
  })
}

async function record(
  elementSets: ElementSet[] | undefined,
  records: Request[],
  gateway = 'test-gateway',
): Promise<number> {
  const frame = writeRecordFrame({ gateway, records, elementSets })
  const response = await subgraph.send('/internal/record', createServiceIdentity('gateway'), frame)
  await response.text()
  return response.status
}

const used = async (args = '', domain = 0, fields = ''): Promise<unknown> => {
  const { data, errors } = await subgraph.ask(
    createSupportIdentity({ domainId: domains[domain] }),
    `{ elementUsage${args} { nodes { element consumer { name } graph requests lastUsedAt } ${fields} } }`,
  )
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data.elementUsage
}
const ago = (days: number) => new Date(today - days * dayMs).toISOString()
const row = (element: string, name: string, requests: number, lastUsedAt: string) => ({
  ...{ element, consumer: { name }, graph: 'ENTERPRISE', requests, lastUsedAt },
})

test('uses are counted for each element and consumer over days and frames, with the time of the newest', async () => {
  assert.equal(await record([find, list], [request(find, 0), request(find, 0), request(list, 1)]), 200)
  assert.equal(await record(undefined, [request(find, 0, 0, { startedAt: ago(-0.00001) })]), 200)
  clock = today - 3 * dayMs
  assert.equal(await record([list], [request(list, 0, 3), request(list, 1, 3)]), 200)
  clock = today
  assert.deepEqual(await used('', 0, 'totalCount recordedSince'), {
    nodes: [
      row('Patient.name', 'Portal', 4, ago(-0.00001)),
      row('Patient.name', 'Kiosk', 2, ago(0)),
      row('Query.patient', 'Portal', 3, ago(-0.00001)),
      row('Query.patient(id:)', 'Portal', 3, ago(-0.00001)),
      row('Query.patients', 'Portal', 1, ago(3)),
      row('Query.patients', 'Kiosk', 2, ago(0)),
    ],
    totalCount: 6,
    recordedSince: `${dayOf(today - 3 * dayMs)}T00:00:00.000Z`,
  })
})

test('a domain sees nothing of the use of another', async () => {
  assert.deepEqual(await used('', 1, 'totalCount recordedSince'), {
    nodes: [],
    totalCount: 0,
    recordedSince: null,
  })
})

test('elements and days narrow what is listed, and names that nobody used have no row', async () => {
  assert.deepEqual(await used('(elements: ["Query.patients", "Query.nothing", "\'; --"], days: 2)'), {
    nodes: [row('Query.patients', 'Kiosk', 1, ago(0))],
  })
  assert.deepEqual(await used('(elements: [])'), { nodes: [] })
})

test('pages of any size give each row once, in both directions', async () => {
  const all = (await used('(days: 90)')) as { nodes: unknown[] }
  const forwards: unknown[] = []
  let after = ''
  for (let more = true; more;) {
    const page = (await used(
      `(first: 4, after: "${after}")`,
      0,
      'pageInfo { hasNextPage endCursor } edges { cursor node { element } }',
    )) as { nodes: unknown[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
    forwards.push(...page.nodes)
    more = page.pageInfo.hasNextPage
    after = page.pageInfo.endCursor
  }
  assert.deepEqual(forwards, all.nodes)
  const last = (await used(`(last: 2, before: "${after}")`)) as { nodes: unknown[] }
  assert.deepEqual(last.nodes, all.nodes.slice(-3, -1))
})

test('days that are not 1 to 90, more elements than 1000, and programs that ask are refused', async () => {
  const codeOf = (args: string, identity = createSupportIdentity({ domainId: domains[0] })) =>
    subgraph.codeOf(identity, `{ elementUsage${args} { nodes { element } } }`)
  assert.equal(await codeOf('(days: 0)'), 'BAD_USER_INPUT')
  assert.equal(await codeOf('(days: 91)'), 'BAD_USER_INPUT')
  const many = Array.from({ length: 1001 }, (_, at) => `"Query.field${at}"`)
  assert.equal(await codeOf(`(elements: [${many.join()}])`), 'BAD_USER_INPUT')
  assert.equal(await codeOf('', createOperatorIdentity()), 'BAD_USER_INPUT')
  assert.equal(await codeOf('(domain: "north")', createOperatorIdentity()), 'accepted')
})

test('a record that comes twice is counted once, and its set is stored once', async () => {
  const set = { id: '0c0c0c0c-0c0c-0c0c-0c0c-0c0c0c0c0c0c', elements: ['Query.twice'] }
  const twice = request(set, 0)
  await Promise.all([record([set], [twice]), record([set], [twice])])
  await record([set], [twice, request(set, 0)])
  assert.deepEqual(await used('(elements: ["Query.twice"])'), {
    nodes: [row('Query.twice', 'Portal', 2, ago(0))],
  })
})

test('gateways that count the same at once lose nothing, and none has to be run again', async () => {
  const sets = ['x', 'y', 'z'].map((name, at) => ({
    id: `1${at}000000-0000-0000-0000-000000000000`,
    elements: [`Query.${name}`],
  }))
  const statuses = await Promise.all(
    Array.from({ length: 12 }, (_, at) => {
      const turned = at % 2 === 0 ? sets : sets.toReversed()
      const records = turned.flatMap((set) => [request(set, 0), request(set, 1)])
      return record(sets, records, `gateway-${at % 4}`)
    }),
  )
  assert.deepEqual(new Set(statuses), new Set([200]))
  const { nodes } = (await used('(elements: ["Query.x", "Query.y", "Query.z"])')) as {
    nodes: { requests: number }[]
  }
  assert.deepEqual(
    nodes.map(({ requests }) => requests),
    [12, 12, 12, 12, 12, 12],
  )
  const parts = await admin
    .selectFrom('elementUse')
    .select('part')
    .where('setId', '=', sets[0]?.id ?? '')
    .execute()
  assert.ok(new Set(parts.map(({ part }) => part)).size > 1, 'each gateway counts for itself')
})

test('a frame of a gateway that knows nothing of elements is taken as it is', async () => {
  const old = request(null, 0)
  delete old.record.usedElements
  assert.equal(await record(undefined, [old]), 200)
})

test('a person who asks does not count as use', async () => {
  const set = { id: '0d0d0d0d-0d0d-0d0d-0d0d-0d0d0d0d0d0d', elements: ['Query.person'] }
  const actor = { kind: 'person', id: 'a', name: 'Ada', role: 'support' } as const
  assert.equal(await record([set], [request(set, 0, 0, { actor })]), 200)
  assert.deepEqual(await used('(elements: ["Query.person"])'), { nodes: [] })
})

test('what is no name of an element is not stored: a frame that brings it is turned down', async () => {
  for (const element of [
    'Ada Lovelace',
    'Patient.name=Ada',
    'Patient',
    'A.b(c:"d")',
    'A.b(c:)x',
    '1.2',
    'A.b\n',
  ]) {
    const set = { id: '0e0e0e0e-0e0e-0e0e-0e0e-0e0e0e0e0e0e', elements: [element] }
    assert.equal(await record([set], [request(set, 0)]), 400, element)
  }
  const set = { id: 'x', elements: ['Query.patient'] }
  assert.equal(await record([set], [request(null, 0)]), 400)
})

test('use of 90 days and one day is gone with its day', async () => {
  const set = { id: '0f0f0f0f-0f0f-0f0f-0f0f-0f0f0f0f0f0f', elements: ['Query.old'] }
  clock = today - 91 * dayMs
  assert.equal(await record([set], [request(set, 0, 91)]), 200)
  clock = today
  const stored = () =>
    Promise.all([
      admin.selectFrom('elementSet').select('id').where('id', '=', set.id).execute(),
      admin.selectFrom('elementUse').select('day').where('setId', '=', set.id).execute(),
    ])
  assert.deepEqual(
    (await stored()).map(({ length }) => length),
    [1, 1],
  )
  await subgraph.access.keepRecord()
  assert.deepEqual(await stored(), [[], []])
})

test('a day from before use was recorded gets the tables that it lacks', async () => {
  const day = dayOf(today - 40 * dayMs)
  await makeDay(subgraph.db, day)
  const names = ['element_use', 'element_set'].map((table) => `${table}_${day.replaceAll('-', '')}`)
  for (const name of names) await sql`DROP TABLE ${sql.table(name)}`.execute(admin)
  await makeDay(subgraph.db, day)
  const { rows } = await sql`SELECT FROM pg_class WHERE relname = ANY (${names}::text[])`.execute(admin)
  assert.equal(rows.length, 2)
})
