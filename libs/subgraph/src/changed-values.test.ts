import assert from 'node:assert/strict'
import { test } from 'node:test'
import { detailOfChange, given } from './changed-values.ts'

test('what an input does not say is left out, and what it clears is not', () => {
  assert.deepEqual(given({ title: undefined, dueOn: null, count: 0 }), { dueOn: null, count: 0 })
})

test('a change names the fields that it makes different, with their values before and after, and no other', () => {
  const at = (day: number) => new Date(Date.UTC(2030, 0, day))
  const row = { title: 'a', count: 1, seenAt: at(1), secret: 'kept' }
  assert.deepEqual(detailOfChange(row, { title: 'a', count: null, seenAt: at(2) }), {
    fields: ['count', 'seenAt'],
    before: { count: 1, seenAt: at(1) },
    after: { count: null, seenAt: at(2) },
  })
  assert.deepEqual(detailOfChange(row, { seenAt: at(1) }).fields, [])
})
