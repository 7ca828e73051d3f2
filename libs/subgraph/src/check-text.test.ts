import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Violations } from '@commonchart/errors'
import { checkText } from './check-text.ts'

function rulesOf(text: string | null | undefined, options: Parameters<typeof checkText>[1] = {}): string[] {
  const violations = new Violations()
  checkText(text, options, violations, 'input.text')
  return violations.list.map(({ rule }) => rule)
}

test('a text that must be there is neither null nor blank, and may be absent from a change', () => {
  assert.deepEqual(rulesOf(null, { isRequired: true }), ['REQUIRED'])
  assert.deepEqual(rulesOf(' \n', { isRequired: true }), ['REQUIRED'])
  assert.deepEqual(rulesOf(undefined, { isRequired: true }), [])
  assert.deepEqual(rulesOf(null), [])
})

test('a text that is too long or cannot be stored is refused, all of it at once', () => {
  assert.deepEqual(rulesOf('x'.repeat(1000)), [])
  assert.deepEqual(rulesOf('x'.repeat(1001)), ['MAX_LENGTH'])
  assert.deepEqual(rulesOf('long\0', { longest: 4 }), ['MAX_LENGTH', 'UNREADABLE'])
  assert.deepEqual(rulesOf('\ud800'), ['UNREADABLE'])
})
