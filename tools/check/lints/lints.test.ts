import assert from 'node:assert/strict'
import { test } from 'node:test'
import { graphNames } from '@commonchart/supergraph'
import { buildSchema } from 'graphql'
import { composeFiles } from '../../schema/compose.ts'
import { compareExceptions } from '../exceptions.ts'
import { lintAudiences } from './audiences.ts'
import { lintDescriptions } from './described.ts'
import type { Fault, Lint, Subject } from './lint.ts'
import { lintNames } from './named.ts'
import { lintPages } from './paged.ts'
import { lintRequires } from './requires.ts'

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag", "@external", "@requires"])\n'
const operator = 'extend type Query { "Whose they are." domains: Int @tag(name: "operator") }\n'
const none = { names: [], listsOfChr: [], lists: [] }

/** Runs a lint on subgraphs that compose. */
function run(lint: Lint, texts: string[], parts: Partial<Subject> = {}): Fault[] {
  const subgraphs = texts.map((text, at) => ({
    ...{ name: `s${at}`, url: `http://s${at}` },
    text: link + (at === 0 ? operator : '') + text,
  }))
  const files = composeFiles(subgraphs)
  const graphs = new Map(graphNames.map((graph) => [graph, buildSchema(files.get(`${graph}.graphql`) ?? '')]))
  const supergraph = files.get('supergraph.graphql') ?? ''
  return lint({ subgraphs, supergraph, graphs, exceptions: none, ...parts })
}

const coordinates = (faults: Fault[]): string[] => faults.map(({ coordinate }) => coordinate).sort()

test('an element without a description, or with one that restates its name, is refused', () => {
  const text = `type Query { "Looks a person up." patient("The patient." id: ID!): Patient }
    "Somebody in care." type Patient { "How it is known." id: ID  name: String  "The e-mail of the patient." eMail: String }`
  assert.deepEqual(coordinates(run(lintDescriptions, [text])), [
    'Patient.eMail',
    'Patient.name',
    'Query.patient(id:)',
  ])
})

test('names that are not of the usual form are refused, unless they are excepted', () => {
  const text = `type Query { Patient(an_id: ID, by: How, with: Filter): list }  type list { a: Int }
    enum How { byName }  input Filter { a: Int }  type Mutation { act: Int }`
  const expected = [
    'Filter',
    'How',
    'How.byName',
    'Mutation.act',
    'Query.Patient',
    'Query.Patient(an_id:)',
    'list',
  ]
  assert.deepEqual(coordinates(run(lintNames, [text])), expected)
  const exceptions = { ...none, names: [...expected, 'Query.fine'] }
  assert.deepEqual(coordinates(run(lintNames, [text], { exceptions })), ['Query.fine'])
})

test('a list without pages is refused, unless it promises to be small or was there before', () => {
  const text = `type Query { all: [Int!]!  old: [Int]  "At most 7 of them." few: [Int]  pages: AConnection }
    type AConnection { nodes: [Int!]!  pageInfo: Int }  type Other { nodes: [Int] }  extend type Query { other: Other }`
  const exceptions = { ...none, lists: ['Query.old', 'Query.few'] }
  assert.deepEqual(coordinates(run(lintPages, [text], { exceptions })), [
    'Other.nodes',
    'Query.all',
    'Query.few',
  ])
})

test('what is for people or operators alone is refused in the graph of programs', () => {
  const text = `type Query { a(secret: Int @tag(name: "settings")): Int  b: B @tag(name: "settings") }
    type B @tag(name: "settings") { c: Int }`
  assert.deepEqual(run(lintAudiences, [text]), [])
  const shown = buildSchema('type Query { a(secret: Int): Int b: B domains: Int } type B { c: Int }')
  const graphs = new Map(graphNames.map((graph) => [graph, shown]))
  const faults = run(lintAudiences, [text], { graphs })
  const ofPrograms = faults.filter(({ message }) => message.includes('the enterprise graph shows it'))
  assert.deepEqual(coordinates(ofPrograms), ['B', 'Query.a(secret:)', 'Query.b', 'Query.domains'])
  const ofOperators = faults.filter(({ message }) => message.includes('the operator graph shows it'))
  assert.deepEqual(coordinates(ofOperators), ['B', 'Query.a(secret:)', 'Query.b'])
  assert.deepEqual(
    coordinates(faults.filter(({ message }) => message.includes('the settings graph shows it'))),
    ['Query.domains'],
  )
})

test('a @requires that gives arguments is refused, at any depth', () => {
  const owner = `type Query { p: P }  type P @key(fields: "id") { id: ID!  price(in: String): Int  inner: Inner }
    type Inner { size(in: String): Int  weight: Int }`
  const user = (
    selection: string,
  ): string => `type P @key(fields: "id") { id: ID!  price(in: String): Int @external
    inner: Inner @external  cost: Int @requires(fields: "${selection}") }  type Inner @external { size(in: String): Int  weight: Int }`
  assert.deepEqual(run(lintRequires, [owner, user('price inner { size weight }')]), [])
  for (const selection of [
    'price(in: \\"CAD\\") inner { size weight }',
    'price inner { weight size(in: \\"mm\\") }',
  ])
    assert.deepEqual(coordinates(run(lintRequires, [owner, user(selection)])), ['P.cost'], selection)
})

test('a list of exceptions that grew is refused', () => {
  const earlier = { names: ['A'], listsOfChr: [], lists: ['B.c', 'D.e'] }
  assert.deepEqual(compareExceptions(earlier, { ...earlier, lists: ['B.c'] }), [])
  const grown = compareExceptions(earlier, { ...earlier, lists: ['B.c', 'F.g'] })
  assert.deepEqual(coordinates(grown), ['F.g'])
})
