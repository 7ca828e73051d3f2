import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildSchema, Kind, parse, validate, type FragmentDefinitionNode } from 'graphql'
import { createReadUse, type ReadUse } from './used-elements.ts'

const schema = buildSchema(`
  scalar JSON
  interface Node { id: ID! }
  type Patient implements Node { id: ID!  name(style: Style): String  doctor: Provider  visits(first: Int): [Visit] }
  type Provider implements Node { id: ID!  name(style: Style): String }
  type Visit { kind: Kind  patient: Patient }
  union Found = Patient | Provider
  enum Style { SHORT LONG }
  enum Kind { HOME CLINIC }
  input AddressInput { city: String  kind: Kind }
  input PatientInput { name: String = "nobody"  kinds: [Kind!]  addresses: [AddressInput!]  notes: JSON  style: Style = SHORT }
  type Query {
    patient(id: ID!, style: Style = SHORT): Patient
    node(id: ID!): Node
    find(text: String, kinds: [Kind!]): [Found]
  }
  type Mutation { save(input: PatientInput!, dry: Boolean): Patient }
`)

function open(text: string, operationName?: string): ReadUse {
  const document = parse(text)
  assert.deepEqual(validate(schema, document), [])
  const operation = document.definitions.find(
    (node) =>
      node.kind === Kind.OPERATION_DEFINITION && (!operationName || node.name?.value === operationName),
  )
  assert.ok(operation?.kind === Kind.OPERATION_DEFINITION)
  const fragments = document.definitions.filter(
    (node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION,
  )
  return createReadUse(schema, operation, new Map(fragments.map((each) => [each.name.value, each])))
}

const read = (text: string, variables: Record<string, unknown> = {}): readonly string[] =>
  open(text)(variables).elements

test('fields and arguments count under the names of the schema, whatever they are called in the document', () => {
  assert.deepEqual(read('{ one: patient(id: "1") { named: name } two: patient(id: "2") { name } }'), [
    'Patient.name',
    'Query.patient',
    'Query.patient(id:)',
  ])
})

test('what a fragment selects counts for the operation that spreads it, and for no other', () => {
  const text = `query A { patient(id: "1") { ...P } } query B { node(id: "1") { id } }
    fragment P on Patient { doctor { ...N } visits { patient { ...P2 } } } fragment P2 on Patient { doctor { ...N } }
    fragment N on Provider { name(style: LONG) }`
  assert.deepEqual(open(text, 'A')({}).elements, [
    ...['Patient.doctor', 'Patient.visits', 'Provider.name', 'Provider.name(style:)', 'Query.patient'],
    ...['Query.patient(id:)', 'Style.LONG', 'Visit.patient'],
  ])
  assert.deepEqual(open(text, 'B')({}).elements, ['Node.id', 'Query.node', 'Query.node(id:)'])
})

test('a field counts on the interface, or the member of the union, that it is selected on', () => {
  assert.deepEqual(
    read(
      '{ node(id: "1") { id ... on Patient { id name } } find { __typename ... on Node { id } ... on Provider { name } } }',
    ),
    [
      ...['Node.id', 'Patient.id', 'Patient.name', 'Provider.name', 'Query.find', 'Query.node'],
      'Query.node(id:)',
    ],
  )
})

test('a field that @skip or @include leaves out counts: the document needs it to be there', () => {
  const text = `query ($no: Boolean!) { patient(id: "1") { name @include(if: $no) ... @skip(if: true) { visits { kind } } } }`
  assert.deepEqual(read(text, { no: false }), [
    ...['Patient.name', 'Patient.visits', 'Query.patient', 'Query.patient(id:)', 'Visit.kind'],
  ])
})

test('input fields and enum values that are written in the document count, those in defaults of variables too', () => {
  const text = `mutation ($style: Style = LONG, $input: PatientInput! = { kinds: HOME }) {
    save(input: { name: "Ada", addresses: [{ kind: CLINIC }] }) { name(style: $style) }
    again: save(input: $input) { id }
  }`
  assert.deepEqual(read(text), [
    ...['AddressInput.kind', 'Kind.CLINIC', 'Kind.HOME', 'Mutation.save', 'Mutation.save(input:)'],
    ...['Patient.id', 'Patient.name', 'Patient.name(style:)', 'PatientInput.addresses', 'PatientInput.kinds'],
    ...['PatientInput.name', 'Style.LONG'],
  ])
})

test('input fields and enum values that come in variables count, in lists in lists, and defaults do not', () => {
  const text = 'mutation ($input: PatientInput!) { save(input: $input) { id } }'
  const always = ['Mutation.save', 'Mutation.save(input:)', 'Patient.id']
  const use = open(text)
  assert.deepEqual(use({ input: {} }).elements, always)
  assert.deepEqual(use({ input: { kinds: 'HOME', name: null } }).elements, [
    ...['Kind.HOME', ...always, 'PatientInput.kinds', 'PatientInput.name'],
  ])
  assert.deepEqual(
    use({ input: { addresses: [{ city: 'X' }, { kind: 'CLINIC' }], kinds: ['HOME'] } }).elements,
    [
      ...['AddressInput.city', 'AddressInput.kind', 'Kind.CLINIC', 'Kind.HOME', ...always],
      ...['PatientInput.addresses', 'PatientInput.kinds'],
    ],
  )
})

test('an enum value that is a variable counts by what it was in the request', () => {
  const use = open(
    'query ($kinds: [Kind!], $style: Style) { find(kinds: $kinds) { ... on Provider { name(style: $style) } } }',
  )
  const used = (variables: object) =>
    use({ ...variables }).elements.filter((name) => /^(Kind|Style)/.test(name))
  assert.deepEqual(used({}), [])
  assert.deepEqual(used({ kinds: ['CLINIC', 'HOME'], style: null }), ['Kind.CLINIC', 'Kind.HOME'])
  assert.deepEqual(used({ kinds: 'CLINIC', style: 'SHORT' }), ['Kind.CLINIC', 'Style.SHORT'])
})

test('no value of a variable or an argument is among the elements, nor a name that the schema does not have', () => {
  const secret = 'secretvalue'
  const input = {
    name: secret,
    notes: { [secret]: { kind: secret, HOME: 'HOME' } },
    addresses: { city: secret },
    [secret]: 1,
    kinds: [secret],
    style: secret,
    __proto__: { city: secret },
  }
  const text = `mutation ${secret} ($input: PatientInput!) { ${secret}: save(input: $input, dry: true) { id } }`
  const { elements } = open(text)({ input, [secret]: secret })
  assert.ok(!JSON.stringify(elements).includes(secret), JSON.stringify(elements))
  assert.deepEqual(elements, [
    ...['AddressInput.city', 'Mutation.save', 'Mutation.save(dry:)', 'Mutation.save(input:)', 'Patient.id'],
    ...['PatientInput.addresses', 'PatientInput.kinds', 'PatientInput.name', 'PatientInput.notes'],
    'PatientInput.style',
  ])
})

test('introspection counts nothing', () => {
  assert.deepEqual(
    read('{ __typename __schema { types { name } } __type(name: "Patient") { fields { name } } }'),
    [],
  )
})

test('the same elements have the same id however they are asked for, and others have another', () => {
  const one = open('query ($id: ID!) { patient(id: $id) { name id } }')({ id: '1' })
  const other = open('{ b: patient(id: "2") { id ...N } } fragment N on Patient { name }')({})
  assert.deepEqual(one, other)
  assert.match(one.id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  assert.notEqual(one.id, open('{ patient(id: "2") { id } }')({}).id)
})

test('what a document uses is worked out once, and given again for the same names in variables', () => {
  const use = open('mutation ($input: PatientInput!) { save(input: $input) { id } }')
  assert.equal(use({ input: { name: 'Ada' } }), use({ input: { name: 'Grace' } }))
  assert.notEqual(use({ input: { name: 'Ada' } }), use({ input: { kinds: [] } }))
})
