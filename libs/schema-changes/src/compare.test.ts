import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareDeprecations, compareSchemas, emptySchema } from './compare.ts'

test('a change that breaks programs is told apart from those that do not, and words are no change', async () => {
  const before = `"A" type Query { a: Int b(c: Int): Int } enum E { X }`
  const after = `"B" type Query { b(c: Int!): Int d: E @deprecated(reason: "Use b.") } enum E { X Y }`
  const changes = await compareSchemas(before, after)
  const of = (criticality: string) =>
    changes.filter((each) => each.criticality === criticality).map(({ path }) => path)
  assert.deepEqual(of('breaking').sort(), ['Query.a', 'Query.b.c'])
  assert.deepEqual(of('dangerous'), ['E.Y'])
  assert.deepEqual(of('safe'), ['Query.d'])
  assert.deepEqual(compareDeprecations(before, after), [{ path: 'Query.d', reason: 'Use b.' }])
})

test('each change bears the coordinate of its element as GraphQL writes it', async () => {
  const before = 'type Query { a(b: Int): Int } input I { c: Int } enum E { X Y } union U = Query'
  const after = 'type Query { a(b: String): Int } input I { c: String } enum E { X } scalar U'
  const changes = await compareSchemas(before, after)
  assert.deepEqual(changes.map(({ coordinate }) => coordinate).sort(), ['E.Y', 'I.c', 'Query.a(b:)', 'U'])
})

test('what is new is told as a whole, and of a graph that is new, all of it', async () => {
  const after = 'type Query { a: New } type New { b(c: Int!): Int }'
  assert.deepEqual(
    (await compareSchemas('type Query { z: Int }', after)).map(({ coordinate }) => coordinate).sort(),
    ['New', 'Query.a', 'Query.z'],
  )
  assert.deepEqual((await compareSchemas(emptySchema, after)).map(({ coordinate }) => coordinate).sort(), [
    'New',
    'Query.a',
  ])
})
