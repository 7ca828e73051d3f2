import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTimeOrderedId } from '@commonchart/audit'
import { createEntry } from '../../fixtures/records.ts'
import type { RecordEntry } from './access-record.ts'
import { createSentSets } from './sent-sets.ts'

const set = { id: '0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0a', elements: ['Query.patient'] }
const other = { id: '0b0b0b0b-0b0b-0b0b-0b0b-0b0b0b0b0b0b', elements: ['Query.patients'] }
const noon = Date.UTC(2026, 10, 20, 12)

function entry(used: typeof set | null, at = noon, domainId = 1): RecordEntry {
  const id = createTimeOrderedId(at)
  return { ...createEntry({ id, domainId, usedElements: used?.id ?? null }), usedElements: used }
}

test('a set is sent until it is known to be there, once for each domain and day', () => {
  const sets = createSentSets()
  assert.deepEqual(sets.listMissing([entry(set), entry(null), entry(other), entry(set)]), [set, other])
  assert.deepEqual(sets.listMissing([entry(set)]), [set], 'nothing has been acknowledged')
  sets.keep([entry(set)])
  assert.deepEqual(sets.listMissing([entry(set), entry(other)]), [other])
  assert.deepEqual(sets.listMissing([entry(set, noon, 2)]), [set], 'another domain')
  const midnight = Date.UTC(2026, 10, 21)
  assert.deepEqual(sets.listMissing([entry(set, midnight - 1)]), [])
  assert.deepEqual(sets.listMissing([entry(set, midnight)]), [set], 'another day')
})

test('after consumers-audit was away, sets are sent again', () => {
  const sets = createSentSets()
  sets.keep([entry(set)])
  sets.forget()
  assert.deepEqual(sets.listMissing([entry(set)]), [set])
})
