import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GraphQLError } from 'graphql'
import { makeCursor, readCursor, sign, type OrderTerm } from './page-cursors.ts'

const read = (type: OrderTerm['type'], value: unknown): unknown => {
  const order: OrderTerm[] = [{ column: 'thing.at', name: 'at', direction: 'ASC', type }]
  return readCursor(makeCursor(sign(order), order, { at: value }), sign(order), order, 'after')[0]
}

test('a place is read as it was written, whatever its type', () => {
  assert.equal(read('timestamptz', new Date('2026-02-28T09:30:00.123Z')), '2026-02-28T09:30:00.123Z')
  assert.equal(read('date', '2028-02-29'), '2028-02-29')
  assert.equal(read('integer', -2_147_483_648), -2_147_483_648)
  assert.equal(read('bigint', '999999999999999999'), '999999999999999999')
})

test('a place that Postgres could not read is refused', () => {
  for (const [type, value] of [
    ['timestamptz', '+010889-08-02T05:31:50.655Z'],
    ['timestamptz', '0000-01-01T00:00:00.000Z'],
    ['timestamptz', '2026-02-30T00:00:00.000Z'],
    ['timestamptz', '2026-02-28T99:00:00.000Z'],
    ['date', '2026-02-30'],
    ['date', '0000-01-01'],
    ['integer', '2147483648'],
    ['bigint', '1e3'],
    ['uuid', 'none'],
    ['text', 'a\0b'],
  ] as const)
    assert.throws(
      () => read(type, value),
      (error: GraphQLError) => error.extensions.code === 'INVALID_CURSOR',
      `${type} ${value}`,
    )
})
