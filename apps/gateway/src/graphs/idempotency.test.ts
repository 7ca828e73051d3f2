import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildSchema, parse, type OperationDefinitionNode } from 'graphql'
import { checkIdempotencyKey, markMutations } from './idempotency.ts'

const schema = buildSchema(`
  type Query { nothing: Int }
  type Mutation { book(input: BookInput!): Int  cancel(id: ID!): Int }
  input BookInput { patient: ID!  slot: Int = 1  note: String  place: PlaceInput }
  input PlaceInput { room: Int  floor: Int }`)

function mark(text: string, variables: Record<string, unknown> = {}) {
  const document = parse(text)
  const operation = document.definitions[0] as OperationDefinitionNode
  return markMutations('a-key', { schema, document, operation, variables })
}

function fingerprintOf(text: string, variables?: Record<string, unknown>): string | undefined {
  return mark(text, variables)[0]?.fingerprint
}

const plain = 'mutation { book(input: { patient: "7", place: { room: 1, floor: 2 } }) }'

test('one intent has one fingerprint, however it is written', () => {
  const same = fingerprintOf(plain)
  assert.match(same ?? '', /^[\w-]{43}$/)
  const input = { place: { floor: 2, room: 1 }, patient: 7 }
  const ways: [string, Record<string, unknown>?][] = [
    ['mutation { book(input: { place: { floor: 2, room: 1 }, patient: 7 }) }'],
    [
      'mutation Named { again: book(input: { patient: "7", slot: 1, place: { room: 1, floor: 2 } }) { __typename } }',
    ],
    ['mutation ($input: BookInput!) { book(input: $input) }', { input }],
    [
      'mutation ($id: ID!) { ...B } fragment B on Mutation { book(input: { patient: $id, place: { room: 1, floor: 2 } }) }',
      { id: '7' },
    ],
    [
      'mutation ($no: Boolean = false) { book(input: { patient: "7", place: { room: 1, floor: 2 } }) cancel(id: 1) @include(if: $no) }',
    ],
  ]
  for (const [text, variables] of ways) assert.equal(fingerprintOf(text, variables), same, text)
})

test('another intent has another fingerprint', () => {
  const others = [
    'mutation { book(input: { patient: "8", place: { room: 1, floor: 2 } }) }',
    'mutation { book(input: { patient: "7", slot: 2, place: { room: 1, floor: 2 } }) }',
    'mutation { book(input: { patient: "7", note: null, place: { room: 1, floor: 2 } }) }',
    'mutation { book(input: { patient: "7", place: { room: 2, floor: 1 } }) }',
    'mutation { cancel(id: "7") }',
  ].map((text) => fingerprintOf(text))
  assert.equal(new Set([fingerprintOf(plain), ...others]).size, others.length + 1)
})

test('each root field that runs is marked under its response key, once', () => {
  const marks = mark(
    `mutation { one: cancel(id: 1) two: cancel(id: 2) one: cancel(id: 1) no: cancel(id: 3) @skip(if: true) }`,
  )
  assert.deepEqual(
    marks.map(({ key, path }) => [key, path]),
    [
      ['a-key', 'one'],
      ['a-key', 'two'],
    ],
  )
  assert.notEqual(marks[0]?.fingerprint, marks[1]?.fingerprint)
})

test('a key is 1 to 255 visible ASCII characters', () => {
  checkIdempotencyKey('8e03978e-40d5-43e8-bc93-6894a57f9324')
  checkIdempotencyKey('x'.repeat(255))
  for (const key of ['', ' ', 'with space', 'é', 'x'.repeat(256), 'a\tb'])
    assert.throws(() => checkIdempotencyKey(key), /Idempotency-Key/)
})
