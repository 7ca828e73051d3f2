import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { ApolloGateway } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { parse, type GraphQLFormattedError } from 'graphql'
import { composeExecutorSupergraph, createSources } from '../../fixtures/executor-subgraphs.ts'
import { openSupergraph } from './opened-supergraph.ts'
import { createPlannedGateway } from './planned-gateway.ts'

interface Result {
  data?: unknown
  errors?: readonly GraphQLFormattedError[]
}

type Ask = (query: string, variables?: Record<string, unknown>) => Promise<Result>

const ours = createSources()
let askOurs: Ask
let askApollo: Ask

before(async () => {
  const supergraph = composeExecutorSupergraph()
  const document = parse(supergraph)
  askOurs = await start(
    await createPlannedGateway({
      supergraph: await openSupergraph(document),
      derived: document,
      createSource: ours.create,
    }),
  )
  const silent = { debug() {}, info() {}, warn() {}, error() {} }
  askApollo = await start(
    new ApolloGateway({
      supergraphSdl: supergraph,
      buildService: ({ name }) => createSources().create(name),
      logger: silent,
    }),
  )
})

async function start(
  gateway: ApolloGateway | Awaited<ReturnType<typeof createPlannedGateway>>,
): Promise<Ask> {
  const server = new ApolloServer({ gateway, includeStacktraceInErrorResponses: false, introspection: true })
  await server.start()
  return async (query, variables) => {
    const { body } = await server.executeOperation({ query, variables })
    assert.equal(body.kind, 'single')
    const result = (body as { singleResult: Result }).singleResult
    return JSON.parse(JSON.stringify({ data: result.data, errors: result.errors })) as Result
  }
}

const name = '{ first last }'
const operations: [title: string, query: string, variables?: Record<string, unknown>][] = [
  ['a field of one subgraph', `{ patient(id: "1") { id name ${name} } }`],
  [
    'the order of the query, not of the subgraphs',
    `{ patient(id: "1") { greeting name { last first } id next { at id } } }`,
  ],
  ['fields of no object', '{ patient(id: "9") { id greeting } }'],
  [
    'aliases at every level',
    '{ a: patient(id: "1") { x: id y: name { z: first } g: greeting } b: patient(id: "2") { x: greeting } }',
  ],
  [
    'the same field twice, merged',
    `{ patient(id: "1") { name { first } } patient(id: "1") { name { last } greeting } }`,
  ],
  [
    'named fragments within fragments',
    `query { events { ...E } } fragment E on Event { id patient { ...P } } fragment P on Patient { name { ...N } greeting } fragment N on Name { first }`,
  ],
  [
    'an interface across subgraphs',
    `{ events { __typename id patient { id name { first } } ... on Visit { room } ... on Call { phone } } }`,
  ],
  [
    'fields of types under one alias',
    '{ events { ... on Visit { extra: room } ... on Call { extra: phone } } }',
  ],
  [
    'a union with a null',
    '{ find { __typename ... on Patient { greeting } ... on Clinic { label staff { id greeting } } } }',
  ],
  [
    'an interface of another name',
    '{ node(id: "1") { id t: __typename ... on Patient { next { patient { name { last } } } } ... on Node { id } } }',
  ],
  ['lists of lists', '{ patients { tags } }'],
  ['three hops', '{ events { patient { clinic { label staff { name { first } next { at } } } } } }'],
  [
    'an argument of an entity field',
    'query($u: Boolean) { clinics { a: label(upper: $u) b: label(upper: true) c: label } }',
    { u: true },
  ],
  ['a default of a variable', 'query($u: Boolean = true) { clinics { label(upper: $u) } }'],
  [
    'a list of a variable',
    'query($ids: [ID!]) { patients(ids: $ids) { id greeting } }',
    { ids: ['2', '1', '2'] },
  ],
  ['a variable that is not given', 'query($ids: [ID!]) { patients(ids: $ids) { id } }'],
  [
    '__typename at the root and below',
    '{ t: __typename __typename patient(id: "1") { __typename name { __typename } } }',
  ],
  ['nothing but __typename', '{ __typename }'],
  ['an object that one subgraph does not know', '{ patients { id greeting next { id } } }'],
  ['a hidden enum value', '{ patients { id sex } }'],
  [
    'a hidden field beside introspection',
    '{ __type(name: "Patient") { fields { name } } patient(id: "1") { id } }',
  ],
  [
    'introspection with a variable and an alias',
    'query($n: String!) { t: __type(name: $n) { name kind enumValues { name } } clinics { id } }',
    { n: 'Sex' },
  ],
  [
    'introspection through a fragment',
    '{ ...Q } fragment Q on Query { __schema { queryType { name } } clinics { id } }',
  ],
  ['a mutation', 'mutation { rename(id: "1") { name { first } greeting } }'],
  [
    'two mutations in two subgraphs, and one that is refused',
    'mutation { a: rename(id: "2", to: "Z") { id } book(patient: "1") { id patient { name { first } } } fail { id } b: rename(id: "1") { id } }',
  ],
  ['an error in an entity that stands in two places', '{ events { id patient { id risky } } }'],
  ['a null that must not be, reported by its subgraph', '{ patients { id sure } }'],
  ['a null that must not be, in a nullable parent', '{ patient(id: "2") { id sure } }'],
  ['a root field that fails', '{ broken { id } patient(id: "1") { id } }'],
  ['a wrong variable', 'query($ids: [ID!]) { patients(ids: $ids) { id } }', { ids: { a: 1 } }],
]
for (const skip of [true, false])
  for (const include of [true, false])
    operations.push([
      `@skip ${skip} and @include ${include}`,
      `query($s: Boolean!, $i: Boolean! = true) {
        patient(id: "1") { id @skip(if: $s) greeting @include(if: $i) ... @skip(if: $s) { next { at } } name @skip(if: true) { first } }
        clinics @include(if: $i) @skip(if: $s) { label }
        always: clinics { id }
      }`,
      { s: skip, i: include },
    ])

for (const [title, query, variables] of operations)
  test(`answers as Apollo's own executor does: ${title}`, async () => {
    const [mine, theirs] = await Promise.all([askOurs(query, variables), askApollo(query, variables)])
    assert.equal(JSON.stringify(mine.data), JSON.stringify(theirs.data))
    assert.deepEqual(describe(mine), describe(theirs))
    // The second time everything is compiled.
    assert.deepEqual(await askOurs(query, variables), mine)
  })

/** Apollo has a code of its own for errors without one; the gateway tells the caller neither. */
function describe({ errors = [] }: Result): string[] {
  const codeOf = (code: unknown) => (code === 'DOWNSTREAM_SERVICE_ERROR' ? 'INTERNAL_SERVER_ERROR' : code)
  return errors
    .map(({ message, path, extensions }) => `${message} ${path?.join('.')} ${codeOf(extensions?.code)}`)
    .sort()
}

test('an entity that stands in many places is asked for once', async () => {
  ours.asked.length = 0
  await askOurs('{ events { patient { name { first } } } }')
  const lists = ours.asked.flatMap(
    ({ variables }) => (variables.representations as unknown[] | undefined) ?? [],
  )
  assert.equal(lists.length, 3)
})

test('nothing can be called __proto__', async () => {
  for (const query of [
    '{ __proto__: clinics { id } }',
    'query($__proto__: ID!) { patient(id: $__proto__) { id } }',
  ]) {
    const { errors } = await askOurs(query, { ['__proto__']: '1' })
    assert.equal(errors?.[0]?.extensions?.code, 'GRAPHQL_VALIDATION_FAILED')
  }
})

test('requests with different variables for @skip and @include do not change one another', async () => {
  const query = 'query($s: Boolean!) { clinics { id @skip(if: $s) label } }'
  const seen = await Promise.all([true, false, true, false].map((s) => askOurs(query, { s })))
  assert.deepEqual(
    seen.map(({ data }) => Object.keys((data as { clinics: object[] }).clinics[0] ?? {}).length),
    [1, 2, 1, 2],
  )
})
