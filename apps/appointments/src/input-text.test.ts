import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Violations } from '@commonchart/errors'
import { readColor, readDegrees, readText } from './input-text.ts'

for (const [given, stored] of [
  ['#1F77b4', '#1f77b4'],
  ['1f77b4', '#1f77b4'],
  ['#abc', '#aabbcc'],
  ['rgb(255, 0,16)', '#ff0010'],
  [' ', null],
  [null, null],
  [undefined, undefined],
] as const)
  test(`the colour ${String(given)} is stored as ${String(stored)}`, () => {
    const violations = new Violations()
    assert.equal(readColor(given, 'color', violations), stored)
    assert.deepEqual(violations.list, [])
  })

test('what is no colour, no degree or no text breaks its rule', () => {
  const violations = new Violations()
  readColor('rgb(256, 0, 0)', 'color', violations)
  readDegrees('90.1', 90, 'latitude', violations)
  readText('a\0b', 'note', violations)
  assert.deepEqual(
    violations.list.map(({ path, rule }) => `${path} ${rule}`),
    ['color COLOR', 'latitude DEGREES', 'note TEXT'],
  )
})
