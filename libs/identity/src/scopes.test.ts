import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findMissingScopes, isScope } from './scopes.ts'

test('a scope is known by its form, for subgraphs that are not there yet too', () => {
  for (const scope of ['patients:read', 'care-plans:write', 'appointments:skip-validations'])
    assert.equal(isScope(scope), true, scope)
  for (const text of [
    'patients',
    'patients:',
    ':read',
    'patients:delete',
    'Patients:read',
    'a--b:read',
    '*:read',
  ])
    assert.equal(isScope(text), false, text)
  assert.equal(isScope('patients:skip-validations'), false)
  assert.equal(isScope(`${'a'.repeat(128)}:read`), false)
})

test('nothing is missing without a restriction, and everything with an empty list', () => {
  const needed = ['patients:write', 'appointments:read', 'patients:write']
  assert.deepEqual(findMissingScopes(null, needed), [])
  assert.deepEqual(findMissingScopes([], needed), ['appointments:read', 'patients:write'])
  assert.deepEqual(findMissingScopes(['patients:write'], needed), ['appointments:read'])
  assert.deepEqual(findMissingScopes(['patients:read'], ['patients:write']), ['patients:write'])
})
