import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ageOn } from './age.ts'

test('age is whole years; who is born on 29 February is a year older on 1 March', () => {
  assert.equal(ageOn('2026-11-24', '1980-11-24'), 46)
  assert.equal(ageOn('2026-11-23', '1980-11-24'), 45)
  assert.equal(ageOn('2025-02-28', '1980-02-29'), 44)
  assert.equal(ageOn('2025-03-01', '1980-02-29'), 45)
  assert.equal(ageOn('2028-02-29', '1980-02-29'), 48)
})
