import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFollowers } from './config.ts'

test('all other subgraphs follow domains, and a new one is told by being listed', () => {
  assert.deepEqual(readFollowers({}), ['patients', 'appointments'])
  assert.deepEqual(readFollowers({ SUBGRAPHS: 'patients, chart,consumers-audit,' }), ['patients', 'chart'])
})
