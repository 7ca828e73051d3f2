import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatVerdict, judge, passes } from './excuses.ts'

const elements = ['A.one', 'A.two', 'A.three']

test('an element that is neither covered nor excused fails', () => {
  const verdict = judge(elements, new Set(['A.one']), { 'A.two': 'not yet' }, null)
  assert.deepEqual(verdict.uncovered, ['A.three'])
  assert.equal(passes(verdict), false)
})

test('an excuse for what is covered, gone or not explained fails', () => {
  const excuses = { 'A.one': 'not yet', 'A.gone': 'not yet', 'A.three': ' ' }
  const verdict = judge(elements, new Set(['A.one', 'A.two']), excuses, null)
  assert.deepEqual(verdict.unneeded, ['A.gone', 'A.one', 'A.three'])
  assert.equal(passes(verdict), false)
})

test('the list of excuses may shrink and may not grow', () => {
  const excuses = { 'A.two': 'not yet', 'A.three': 'not yet' }
  assert.equal(passes(judge(elements, new Set(['A.one']), excuses, { 'A.two': 'not yet' })), false)
  assert.equal(passes(judge(elements, new Set(['A.one']), excuses, { ...excuses, 'A.one': 'not yet' })), true)
})

test('a field that nothing owns the truth of is excused by name, until it has a value', () => {
  const unowned = { 'A.three': 'nothing owns it' }
  const verdict = judge(elements, new Set(['A.one', 'A.two']), {}, {}, unowned)
  assert.equal(passes(verdict), true)
  assert.equal(verdict.excused, 1)
  assert.deepEqual(judge(elements, new Set(elements), {}, {}, unowned).unneeded, ['A.three'])
})

test('the figures say how much is covered and how much excused', () => {
  const text = formatVerdict(judge(elements, new Set(['A.one', 'A.two']), { 'A.three': 'not yet' }, null))
  assert.equal(text, '2 of 3 elements covered (66.7 %), 1 excused')
})
