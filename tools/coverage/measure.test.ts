import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildSchema } from 'graphql'
import { createMeasure } from './measure.ts'
import type { Exchange } from './recorder.ts'

const schema = buildSchema(`
  interface Node { id: ID! }
  enum Colour { RED GREEN }
  enum OrderField { NAME AGE }
  input OrderBy { field: OrderField!, direction: Direction = ASC }
  enum Direction { ASC DESC }
  type Owner implements Node { id: ID!, name: String! }
  union Being = Pet | Owner
  type Pet implements Node { id: ID!, name: String!, colour: Colour, tame: Boolean!, isChipped: Boolean, phoneExt: String, owner: Owner, friends(first: Int = 50): PetPage! }
  type PetPage { nodes: [Pet], totalCount: Int! }
  type Query { pet(id: ID!): Pet, pets(first: Int = 50, orderBy: [OrderBy!]): PetPage!, beings: [Being!]! }
  input TagInput { label: String! }
  input AddPet { name: String!, tame: Boolean, chipped: Boolean, phoneExtension: String, ownerId: Int, tags: [TagInput!], expectedVersion: Int, clientMutationId: String }
  type AddPetPayload { pet: Pet, clientMutationId: String, labels: [Tag!] }
  type Tag { label: String! }
  type Mutation { addPet(input: AddPet!): AddPetPayload }
`)

function measured(...exchanges: Partial<Exchange>[]): Set<string> {
  const measure = createMeasure({ enterprise: schema, settings: schema, operator: schema })
  for (const one of exchanges) measure.add({ graph: 'enterprise', scope: 'a', query: '', ...one })
  return measure.covered
}

const pet = (id: string, more: object = {}): object => ({ id, ...more })

test('a field counts when it was returned neither null nor empty, through aliases and fragments too', () => {
  const covered = measured({
    query:
      '{ it: pet(id: 1) { ...Told ... on Node { id } owner { name } } } fragment Told on Pet { title: name tame colour }',
    data: { it: { title: 'Rex', tame: false, colour: 'RED', id: '1', owner: null } },
  })
  for (const name of ['Query.pet', 'Pet.name', 'Pet.colour', 'Colour.RED', 'Pet.id', 'Node.id'])
    assert(covered.has(name), name)
  for (const name of ['Pet.tame', 'Pet.owner', 'Owner.name', 'Colour.GREEN']) assert(!covered.has(name), name)
})

test('a page without records shows nothing', () => {
  const query = '{ pets { nodes { id } totalCount } }'
  assert.equal(measured({ query, data: { pets: { nodes: [], totalCount: 0 } } }).size, 0)
  const covered = measured({ query, data: { pets: { nodes: [pet('1')], totalCount: 1 } } })
  assert(covered.has('Query.pets') && covered.has('PetPage.nodes') && covered.has('PetPage.totalCount'))
})

test('a member of a union is known by its typename, else by the keys that only it has', () => {
  const covered = measured(
    {
      query: '{ beings { __typename ... on Pet { name } } }',
      data: { beings: [{ __typename: 'Pet', name: 'Rex' }] },
    },
    { query: '{ beings { ... on Owner { id } ... on Pet { tame } } }', data: { beings: [{ id: '1' }] } },
  )
  assert(covered.has('Pet.name') && covered.has('Owner.id') && !covered.has('Pet.id'))
})

test('an argument counts when it alone differs between two reads and the answers differ', () => {
  const query = 'query ($id: ID!) { pet(id: $id) { name } }'
  const first = { query, variables: { id: '1' }, data: { pet: { name: 'Rex' } } }
  const second = { query, variables: { id: '2' }, data: { pet: { name: 'Tom' } } }
  assert(measured(first, second).has('Query.pet(id:)'))
  assert(!measured(first).has('Query.pet(id:)'))
  assert(!measured(first, { ...second, data: first.data }).has('Query.pet(id:)'), 'the answers are the same')
  assert(!measured(first, { ...second, scope: 'b' }).has('Query.pet(id:)'), 'another domain answers')
  const other = { ...second, query: 'query ($id: ID!) { pet(id: $id) { id } }', data: { pet: { id: '2' } } }
  assert(!measured(first, other).has('Query.pet(id:)'), 'the selections differ')
})

test('reads with a mutation between them are not compared', () => {
  const read = (first: number, name: string) => ({
    query: `{ pets(first: ${first}) { nodes { name } } }`,
    data: { pets: { nodes: [{ name }] } },
  })
  const write = {
    query: 'mutation { addPet(input: { name: "Tom" }) { clientMutationId } }',
    data: { addPet: {} },
  }
  assert(measured(read(1, 'Rex'), read(2, 'Tom')).has('Query.pets(first:)'))
  assert(!measured(read(1, 'Rex'), write, read(2, 'Tom')).has('Query.pets(first:)'))
})

test('an argument sent with its default is as if it were not sent', () => {
  const covered = measured(
    { query: '{ pets { nodes { id } } }', data: { pets: { nodes: [pet('1')] } } },
    { query: '{ pets(first: 50) { nodes { id } } }', data: { pets: { nodes: [pet('2')] } } },
  )
  assert(!covered.has('Query.pets(first:)'))
})

test('a difference is followed into the one input field that makes it', () => {
  const read = (orderBy: string, id: string) => ({
    query: `{ pets(orderBy: ${orderBy}) { nodes { id } } }`,
    data: { pets: { nodes: [pet(id)] } },
  })
  const covered = measured(read('[{ field: NAME }]', '1'), read('[{ field: NAME, direction: DESC }]', '2'))
  assert(
    covered.has('Query.pets(orderBy:)') && covered.has('OrderBy.direction') && !covered.has('OrderBy.field'),
  )
  assert(covered.has('OrderField.NAME') && covered.has('Direction.DESC') && !covered.has('OrderField.AGE'))
})

test('an input field counts when its value is read back, in the answer or later, and its parents with it', () => {
  const write = {
    query: 'mutation ($input: AddPet!) { addPet(input: $input) { labels { label } clientMutationId } }',
    variables: {
      input: { name: 'Rex', tame: false, ownerId: 7, tags: [{ label: 'old' }], clientMutationId: 'c' },
    },
    data: { addPet: { labels: [{ label: 'old' }], clientMutationId: 'c' } },
  }
  const now = measured(write)
  for (const name of ['TagInput.label', 'AddPet.tags', 'Mutation.addPet(input:)', 'AddPet.clientMutationId'])
    assert(now.has(name), name)
  assert(!now.has('AddPet.name'))
  const later = measured(write, {
    query: '{ pet(id: 1) { name tame owner { id } } }',
    data: { pet: { name: 'Rex', tame: false, owner: { id: '7' } } },
  })
  assert(later.has('AddPet.name') && later.has('AddPet.ownerId'))
  assert(!later.has('AddPet.tame'), 'false is what a stub returns')
})

test('a boolean counts when it is read back as what the record is', () => {
  const write = (chip: boolean) => ({
    query: 'mutation ($input: AddPet!) { addPet(input: $input) { pet { isChipped } } }',
    variables: { input: { name: 'Rex', chipped: chip } },
    data: { addPet: { pet: { isChipped: true } } },
  })
  assert(measured(write(true)).has('AddPet.chipped'))
  assert(!measured(write(false)).has('AddPet.chipped'))
})

test('an extension may be read back by the shorter name', () => {
  const covered = measured({
    query: 'mutation ($input: AddPet!) { addPet(input: $input) { pet { phoneExt } } }',
    variables: { input: { name: 'Rex', phoneExtension: '012' } },
    data: { addPet: { pet: { phoneExt: '012' } } },
  })
  assert(covered.has('AddPet.phoneExtension'))
})

test('an input field counts when it alone decides whether a mutation is refused', () => {
  const query = 'mutation ($input: AddPet!) { addPet(input: $input) { clientMutationId } }'
  const refused = {
    query,
    variables: { input: { name: 'Rex', expectedVersion: 1 } },
    data: { addPet: null },
    errors: [{ message: 'no', path: ['addPet'], extensions: { code: 'CONFLICT' } }],
  }
  const made = {
    query,
    variables: { input: { name: 'Rex', expectedVersion: 2 } },
    data: { addPet: { clientMutationId: null } },
  }
  assert(measured(refused, made).has('AddPet.expectedVersion'))
  assert(!measured(made, { ...made, variables: refused.variables }).has('AddPet.expectedVersion'))
})

test('an input field counts when a mutation answers otherwise because of it, and then as at first again', () => {
  const call = (name: string, label: string, warnings: unknown[] = []) => ({
    query: 'mutation ($input: AddPet!) { addPet(input: $input) { labels { label } } }',
    variables: { input: { name } },
    data: { addPet: { labels: [{ label }] } },
    extensions: { warnings },
  })
  const [red, green] = [call('a', 'red'), call('b', 'green')]
  assert(measured(red, green, red).has('AddPet.name'))
  assert(measured(red, call('b', 'red', [{ code: 'ODD' }]), red).has('AddPet.name'), 'a warning is an answer')
  assert(!measured(red, green).has('AddPet.name'), 'another state may have been answered')
  assert(!measured(red, green, call('a', 'blue')).has('AddPet.name'), 'the first answer did not come back')
  assert(!measured(red, call('b', 'red'), red).has('AddPet.name'), 'the answers are the same')
})

test('what the server cannot have understood is passed over', () => {
  assert.equal(
    measured({ query: '{' }, { query: 'query ($id: ID!) { pet(id: $id) { id } }', data: null }).size,
    0,
  )
})
