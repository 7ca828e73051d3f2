import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { graphql, parse } from 'graphql'
import { countReads } from './count-reads.ts'
import { createRecorded, toRecorderContent } from './recorded.ts'

interface Row {
  id: string
  patientId?: string
  rows?: Row[]
}

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external"])
  type Query {
    one(id: ID): Chart
    later(id: ID): Chart
    failing: Chart
    list: [Chart]
    laterList: [Chart!]!
    page: ChartConnection!
    any: [Something]
    record: Identified
    place: Place
  }
  type Mutation { write: Payload }
  type Payload { clientMutationId: String chart: Chart }
  interface Identified { id: ID! }
  union Something = Chart | Place
  type Chart implements Identified @key(fields: "id") { id: ID! text: String patient: Patient! parts: [Part!]! }
  type Part { id: ID! }
  type Place implements Identified { id: ID! }
  type Patient @key(fields: "id") { id: ID! charts: [Chart!]! }
  type ChartConnection { nodes: [Chart] edges: [ChartEdge] pageInfo: PageInfo! totalCount: Int! }
  type ChartEdge { cursor: String! node: Chart }
  type PageInfo { startCursor: String endCursor: String hasNextPage: Boolean! }`)

const row = (id: string, patientId = `p${id}`): Row & { __typename: string } => ({
  __typename: 'Chart',
  id,
  patientId,
})
const page = {
  nodes: [row('1'), row('2'), row('3')],
  edges: ['1', '2', '3'].map((id) => ({ cursor: `c${id}`, node: row(id) })),
  pageInfo: { startCursor: 'c1', endCursor: 'c3', hasNextPage: false },
  totalCount: 3,
}

const schema = countReads(
  buildSubgraphSchema({
    typeDefs,
    resolvers: {
      Query: {
        one: (_: unknown, { id }: { id: string }) => (id === '0' ? null : row(id)),
        later: (_: unknown, { id }: { id: string }) => Promise.resolve(id === '0' ? null : row(id)),
        failing: () => Promise.reject(new Error('nothing was read')),
        list: () => [row('1'), null, Promise.resolve(row('2')), new Error('unreadable')],
        laterList: () => Promise.resolve(new Set([row('1', 'p'), row('2', 'p')])),
        page: () => page,
        any: () => [row('1'), { __typename: 'Place', id: '9' }],
        record: () => Promise.resolve(row('1')),
        place: () => ({ id: '9' }),
      },
      Mutation: { write: () => ({ chart: row('1') }) },
      Chart: {
        __resolveReference: ({ id }: Row) => (id === '0' ? null : row(id)),
        patient: ({ patientId }: Row) => ({ id: patientId }),
        parts: ({ id, patientId }: Row) => [
          { id: `${id}a`, patientId },
          { id: `${id}b`, patientId },
        ],
      },
      Patient: { __resolveReference: ({ id }: Row) => ({ id }), charts: () => [] },
    },
  }),
  {
    Chart: ({ patientId }: Row) => patientId,
    Part: ({ patientId }: Row) => patientId,
    Patient: { referenceOf: ({ id }: Row) => id },
  },
)

async function readsOf(source: string): Promise<Record<string, Record<string, number>>> {
  const contextValue = { recorded: createRecorded() }
  await graphql({ schema, source, contextValue })
  const reads = toRecorderContent(contextValue.recorded)?.reads ?? []
  return Object.fromEntries(reads.map(({ patientId, types }) => [patientId, types]))
}

const chart = { Chart: 1 }
const shown: [string, string, Record<string, Record<string, number>>][] = [
  ['a record', '{ one(id: 1) { text } }', { p1: chart }],
  ['a record that comes later', '{ later(id: 1) { text } }', { p1: chart }],
  ['a record by __typename alone', '{ one(id: 1) { __typename } }', { p1: chart }],
  ['a list, its items coming now, later, never and as errors', '{ list { id } }', { p1: chart, p2: chart }],
  ['a list that is no array', '{ laterList { id } }', { p: { Chart: 2 } }],
  ['nodes', '{ page { nodes { id } } }', { p1: chart, p2: chart, p3: chart }],
  ['edges', '{ page { edges { node { id } } } }', { p1: chart, p2: chart, p3: chart }],
  ['cursors', '{ page { edges { cursor } } }', { p1: chart, p2: chart, p3: chart }],
  ['the cursor of the first', '{ page { pageInfo { startCursor } } }', { p1: chart }],
  [
    'the cursor of the last',
    '{ page { pageInfo { ...F } } } fragment F on PageInfo { end: endCursor }',
    { p3: chart },
  ],
  ['a member of a union', '{ any { ... on Chart { id } } }', { p1: chart }],
  ['an implementation of an interface', '{ record { id } }', { p1: chart }],
  ['the payload of a mutation', 'mutation { write { chart { id } } }', { p1: chart }],
  ['what belongs to a record', '{ one(id: 1) { parts { id } } }', { p1: { Chart: 1, Part: 2 } }],
  ['a record and a reference to its patient', '{ one(id: 1) { patient { id } } }', { p1: chart }],
  [
    'a reference resolved for the gateway',
    '{ _entities(representations: [{ __typename: "Chart", id: "1" }, { __typename: "Chart", id: "0" }]) { ... on Chart { text } } }',
    { p1: chart },
  ],
  [
    'nothing of a patient',
    '{ _entities(representations: [{ __typename: "Patient", id: "5" }]) { ... on Patient { charts { id } } } }',
    { 5: {} },
  ],
]
for (const [what, query, expected] of shown)
  test(`an answer that shows ${what} names the patient`, async () => {
    assert.deepEqual(await readsOf(query), expected)
  })

test('a record counts once, however often and wherever it stands', async () => {
  const query =
    '{ a: one(id: 1) { id } b: later(id: 1) { text } page { nodes { id } edges { cursor node { id } } } }'
  assert.deepEqual(await readsOf(query), { p1: chart, p2: chart, p3: chart })
})

for (const query of [
  '{ one(id: 0) { id } later(id: 0) { id } }',
  '{ failing { id } }',
  '{ page { totalCount pageInfo { hasNextPage } } }',
  '{ place { id } }',
  'mutation { write { clientMutationId } }',
])
  test(`an answer that shows no record names nobody: ${query}`, async () => {
    assert.deepEqual(await readsOf(query), {})
  })

test('a row that does not say whose it is is not shown', async () => {
  const wrong = countReads(
    buildSubgraphSchema({ typeDefs, resolvers: { Query: { one: () => ({ id: '1', text: 'secret' }) } } }),
    { Chart: ({ patientId }: Row) => patientId },
  )
  const { data, errors } = await graphql({
    schema: wrong,
    source: '{ one(id: 1) { text } }',
    contextValue: { recorded: createRecorded() },
  })
  assert.equal(data?.one, null)
  assert.match(String(errors?.[0]?.message), /says whose it is/)
})
