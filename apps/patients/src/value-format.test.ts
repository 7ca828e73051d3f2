import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fitsFormat, isFormat } from './value-format.ts'

test('a format is met by the whole value', () => {
  assert.equal(fitsFormat('\\d{4}[A-Z]{2}', '1234AB'), true)
  assert.equal(fitsFormat('\\d{4}', '12345'), false)
  assert.equal(fitsFormat('^[\\p{L} -]+$', 'Élise Côté'), true)
})

test('what is no expression of RE2, or is longer than 200 characters, is no format', () => {
  for (const text of ['(', '[a', '(?=a)b', '(a)\\1', 'a'.repeat(201), '((a{100}){100}){100}'])
    assert.equal(isFormat(text), false, text)
})

test('expressions that hang a backtracking engine are answered at once', () => {
  const value = `${'a'.repeat(1000)}!`
  for (const format of [
    '(a+)+',
    '(a|aa)+',
    '(a|a?)+',
    '(.*)*b',
    '(?:a?){500}a{500}',
    '(([a-z])+.)+[A-Z]([a-z])+',
  ]) {
    const start = performance.now()
    assert.equal(fitsFormat(format, value), false, format)
    assert.ok(performance.now() - start < 2000, `${format} took ${performance.now() - start} ms`)
  }
})

test('no format and no value make a check throw', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), fc.string({ maxLength: 80 }), (format, value) => {
      assert.equal(typeof fitsFormat(format, value), 'boolean')
    }),
  )
})

test('a value that stands literally in a format fits it', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9 -]{1,50}$/), (value) => {
      assert.equal(fitsFormat(value, value), true)
    }),
  )
})
