import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { QueryPlanner } from '@apollo/query-planner'
import { operationFromDocument, Supergraph } from '@apollo/federation-internals'
import { deriveGraph } from '@commonchart/supergraph'
import { buildSchema, getIntrospectionQuery, parse, validate } from 'graphql'
import { selectEverything } from '../../fixtures/every-field.ts'
import { RequestRefused } from '../http/answer.ts'
import { defaultLimits } from './limits.ts'
import { createQueryGate } from './query-limits.ts'

const chart = Supergraph.build(
  deriveGraph(
    parse(readFileSync(new URL('../../supergraph.graphql', import.meta.url), 'utf8')),
    'enterprise',
  ) ?? '',
)
const chartSchema = chart.apiSchema().toGraphQLJSSchema()
const chartGate = createQueryGate(chartSchema, defaultLimits)
const planner = new QueryPlanner(chart)

for (const root of Object.keys(chartSchema.getQueryType()?.getFields() ?? {}))
  test(`the defaults admit every field of ${root} to depth 8 with first: 100`, () => {
    const query = selectEverything(chartSchema, root, 8)
    chartGate.check(query, undefined, {})
    const document = parse(query)
    assert.deepEqual(validate(chartSchema, document), [])
    const operation = operationFromDocument(chart.apiSchema(), document, { validate: false })
    assert.ok(planner.buildQueryPlan(operation).node)
  })

test('the defaults admit the introspection query that tools send', () => {
  chartGate.check(getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true }), undefined, {})
})

const schema = buildSchema(`
  type Query { people(first: Int, last: Int): People  person: Person  list: [Person] }
  type People { nodes: [Person] edges: [Edge] totalCount: Int }
  type Edge { node: Person cursor: String }
  type Person { id: ID friends(first: Int): People best: Person }
`)
const limits = { tokens: 60, depth: 4, aliases: 3, repeats: 5, spreads: 4, cost: 1000 }
const gate = createQueryGate(schema, limits)

function refusalOf(
  query: string,
  variables: Record<string, unknown> = {},
  { operationName, by = gate }: { operationName?: string; by?: typeof gate } = {},
) {
  try {
    by.check(query, operationName, variables)
    return undefined
  } catch (error) {
    assert.ok(error instanceof RequestRefused, String(error))
    assert.equal(error.code, 'QUERY_TOO_COMPLEX')
    assert.equal(error.status, 400)
    return error.facts
  }
}

test('what is at a limit passes, and what is over it is refused with the limit and what it has', () => {
  assert.equal(refusalOf('{ person { best { best { id } } } }'), undefined)
  assert.deepEqual(refusalOf('{ person { best { best { best { id } } } } }'), {
    measure: 'depth',
    limit: 4,
    actual: 5,
  })
  assert.equal(refusalOf('{ a: person { id } b: person { id } c: person { id } }'), undefined)
  assert.deepEqual(refusalOf('{ a: person { d: id } b: person { id } c: person { id } }'), {
    measure: 'aliases',
    limit: 3,
    actual: 4,
  })
  assert.deepEqual(refusalOf(`{ person { ${'id '.repeat(6)} } }`), {
    measure: 'repeats',
    limit: 5,
    actual: 6,
  })
  assert.deepEqual(refusalOf(`{ person { ${'...F '.repeat(5)} } } fragment F on Person { id }`), {
    measure: 'spreads',
    limit: 4,
    actual: 5,
  })
  assert.deepEqual(refusalOf(`{ person { ${'best { id } '.repeat(20)} } }`)?.measure, 'tokens')
})

test('depth and aliases count through fragments', () => {
  const fragments = 'fragment A on Person { best { ...B } } fragment B on Person { x: best { y: id } }'
  assert.equal(refusalOf(`{ person { ...A } } ${fragments}`), undefined)
  assert.equal(refusalOf(`{ person { best { ...A } } } ${fragments}`)?.measure, 'depth')
  assert.equal(refusalOf(`{ p: person { ...A } q: person { ...A } } ${fragments}`)?.actual, 6)
})

const costGate = createQueryGate(schema, { ...limits, depth: 10 })

const costOf = (query: string, variables?: Record<string, unknown>, operationName?: string) =>
  refusalOf(query, variables, { operationName, by: costGate })

test('a page within a page multiplies, and pages are clamped as the subgraphs clamp them', () => {
  assert.equal(costOf('{ people(first: 100) { nodes { id best { id } } } }'), undefined)
  const nested = (size: string) =>
    `{ people(first: ${size}) { nodes { friends(first: ${size}) { nodes { id } } } } }`
  assert.equal(costOf(nested('10')), undefined)
  assert.equal(costOf(nested('50'))?.measure, 'cost')
  assert.equal(costOf(nested('1000000'))?.actual, costOf(nested('100'))?.actual)
})

test('a page whose size is in a variable costs what the variable says', () => {
  const query =
    'query Q($n: Int = 10) { people(first: $n) { nodes { friends(first: $n) { nodes { id } } } } }'
  assert.equal(costOf(query), undefined)
  assert.equal(costOf(query, { n: 50 })?.measure, 'cost')
  assert.equal(costOf(query, { n: 10 }), undefined)
  assert.equal(costOf(query, { n: 'many' })?.measure, 'cost')
})

test('only the operation that is asked for costs', () => {
  const query = 'query Small { person { id } } query Big { people { nodes { friends { nodes { id } } } } }'
  assert.equal(costOf(query, {}, 'Small'), undefined)
  assert.equal(costOf(query, {}, 'Big')?.measure, 'cost')
})

const wide = createQueryGate(schema, { ...defaultLimits, tokens: 1_000_000 })
const hostile: [name: string, query: string, measure: string | undefined][] = [
  ['brackets within brackets', `{ ${'person { '.repeat(100_000)}`, 'nesting'],
  [
    'inline fragments within one another',
    `{ ${'... { '.repeat(10_000)} person { id } ${'} '.repeat(10_000)} }`,
    'nesting',
  ],
  ['lists within lists', `{ people(first: ${'['.repeat(50_000)}) { totalCount } }`, 'nesting'],
  ['one field a thousand times', `{ person { ${'id '.repeat(1000)} } }`, 'repeats'],
  ['a thousand fragments', `{ ${'...F '.repeat(1000)} } fragment F on Query { person { id } }`, 'spreads'],
  [
    'fragments that double one another',
    `{ person { ...F0 } } ${Array.from({ length: 60 }, (_, n) => `fragment F${n} on Person { a: best { ...F${n + 1} } b: best { ...F${n + 1} } }`).join(' ')} fragment F60 on Person { id }`,
    'depth',
  ],
  [
    'fragments that double one another without depth',
    `{ person { ...F0 } } ${Array.from({ length: 60 }, (_, n) => `fragment F${n} on Person { ...F${n + 1} ...F${n + 1} }`).join(' ')} fragment F60 on Person { a: id }`,
    'aliases',
  ],
  [
    'fragments that double one another without depth or aliases',
    `{ person { ...F0 } } ${Array.from({ length: 60 }, (_, n) => `fragment F${n} on Person { ...F${n + 1} ...F${n + 1} }`).join(' ')} fragment F60 on Person { id }`,
    'cost',
  ],
  [
    'the whole schema many times',
    `{ __schema { ${Array.from({ length: 60 }, (_, n) => `a${n}: types { name }`).join(' ')} } }`,
    'aliases',
  ],
  ['a fragment within itself', '{ person { ...F } } fragment F on Person { best { ...F } }', undefined],
  ['fields and fragments that do not exist', '{ nobody { x } ...Nothing } fragment X on Y { z }', undefined],
  ['no GraphQL at all', 'SELECT * FROM patient', undefined],
  ['an unterminated string', '{ person(a: "', undefined],
]

for (const [name, query, measure] of hostile)
  test(`measured at once, however it is written: ${name}`, () => {
    const check = (): void => wide.check(query, undefined, {})
    if (measure)
      assert.throws(check, (error) => error instanceof RequestRefused && error.facts.measure === measure)
    else check()
  })
