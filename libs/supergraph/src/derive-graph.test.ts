import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'graphql'
import { deriveGraph, isHidden, type GraphName } from './derive-graph.ts'

const supergraph = `
  schema @link(url: "https://specs.apollo.dev/link/v1.0") { query: Query mutation: Mutation }
  directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | ARGUMENT_DEFINITION | ENUM_VALUE | INPUT_OBJECT
  enum join__Graph { PATIENTS }
  interface Node { id: ID! }
  type Query {
    patient(id: ID!, secret: Boolean @tag(name: "settings")): Patient
    consumers(domain: String @tag(name: "operator")): [Consumer] @tag(name: "settings") @tag(name: "operator")
    domain: Domain @tag(name: "operator")
  }
  type Mutation { importPatients(input: ImportInput!): Int @tag(name: "settings") }
  type Patient implements Node { id: ID! name: String gender: Gender note: Note @tag(name: "settings") }
  type Note { text: String }
  enum Gender { OTHER SECRET @tag(name: "settings") }
  type Consumer implements Node { id: ID! name: String issuer: String @tag(name: "settings") @tag(name: "operator") }
  type Domain implements Node @tag(name: "operator") { id: ID! }
  input ImportInput { name: String }
`

/** What a client of a graph sees: types, and `Type.field` of those. */
function visibleIn(graph: GraphName): string[] {
  const derived = deriveGraph(parse(supergraph), graph)
  return (derived?.definitions ?? []).flatMap((node) => {
    if (!('name' in node) || !node.name || !node.kind.endsWith('TypeDefinition')) return []
    if (node.name.value.includes('__') || isHidden(node as object)) return []
    const parts = [
      ...('fields' in node ? (node.fields ?? []) : []),
      ...('values' in node ? (node.values ?? []) : []),
    ]
    const name = node.name.value
    return [
      name,
      ...parts.flatMap((part) => {
        if (isHidden(part)) return []
        const inputs = 'arguments' in part ? (part.arguments ?? []) : []
        const field = `${name}.${part.name.value}`
        return [
          field,
          ...inputs.filter((each) => !isHidden(each)).map((each) => `${field}(${each.name.value})`),
        ]
      }),
    ]
  })
}

test('a program sees nothing that is tagged, nor what only leads there', () => {
  assert.deepEqual(visibleIn('enterprise'), [
    ...['Node', 'Node.id', 'Query', 'Query.patient', 'Query.patient(id)'],
    ...['Patient', 'Patient.id', 'Patient.name', 'Patient.gender', 'Gender', 'Gender.OTHER'],
  ])
})

test('the settings graph has what programs see and what is tagged settings, but nothing of operators', () => {
  const visible = visibleIn('settings')
  for (const name of [
    'Query.patient(secret)',
    'Gender.SECRET',
    'Note.text',
    'ImportInput',
    'Consumer.issuer',
  ])
    assert.ok(visible.includes(name), name)
  for (const name of ['Domain', 'Query.domain', 'Query.consumers(domain)'])
    assert.ok(!visible.includes(name), name)
})

test('an operator has no way to patients, not even through an interface that both implement', () => {
  assert.deepEqual(visibleIn('operator'), [
    ...['Node', 'Node.id', 'Query', 'Query.consumers', 'Query.consumers(domain)', 'Query.domain'],
    ...['Consumer', 'Consumer.id', 'Consumer.name', 'Consumer.issuer', 'Domain', 'Domain.id'],
  ])
})

test('a root type without a field that a graph may see is out of it', () => {
  assert.ok(!visibleIn('enterprise').includes('Mutation'))
})

test('a graph of which nothing can be asked is none', () => {
  assert.equal(deriveGraph(parse('type Query { patient: ID }'), 'operator'), null)
})
