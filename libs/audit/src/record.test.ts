import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auditActions, createTimeOrderedId } from './index.ts'

test('an id made later sorts later, and is a UUID of version 7', () => {
  const ids = [1_700_000_000_000, 1_700_000_000_001, 1_800_000_000_000].map((now) => createTimeOrderedId(now))
  assert.deepEqual(ids, [...ids].sort())
  for (const id of ids)
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('every action is named noun.verb, in alphabetical order', () => {
  const names = Object.keys(auditActions)
  assert.deepEqual(names, [...names].sort())
  for (const name of names) assert.match(name, /^[a-z_]+\.[a-z]+$/)
})
