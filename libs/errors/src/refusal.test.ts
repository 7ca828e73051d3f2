import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCatalogue, isRefusal, refusal, Violations } from './index.ts'

test('the catalogue is in alphabetical order, so that a code is found and added in one place', () => {
  const codes = Object.keys(errorCatalogue)
  assert.deepEqual(codes, [...codes].sort())
})

test('a refusal carries its code and facts in extensions', () => {
  const error = refusal('NOT_FOUND', 'There is no such patient.', { path: 'input.id' })
  assert.deepEqual(error.extensions, { code: 'NOT_FOUND', path: 'input.id' })
  assert.ok(isRefusal(error))
  assert.ok(!isRefusal(new Error('other')))
})

test('a validation error lists every violation at once with its path and rule', () => {
  const violations = new Violations()
  violations.throwIfAny()
  violations.add(['input', 'firstName'], 'REQUIRED', 'A first name is required.')
  violations.add(['input', 'identifications', 0, 'value'], 'REQUIRED', 'A value is required.')
  assert.throws(
    () => violations.throwIfAny(),
    (error) =>
      isRefusal(error) &&
      error.extensions.code === 'VALIDATION_FAILED' &&
      (error.extensions.violations as { path: string }[]).map((each) => each.path).join() ===
        'input.firstName,input.identifications.0.value',
  )
})
