import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIdentity, createServiceIdentity, createSupportIdentity } from '@commonchart/testing'
import { actorOf } from './actors.ts'

test('a program is known by its own id, and everybody else by one that follows from who they are', () => {
  assert.deepEqual(actorOf(createIdentity({ subject: '7' }), 1), { kind: 'CONSUMER', id: '7' })
  const support = actorOf(createSupportIdentity(), 1)
  assert.equal(support.kind, 'INTERNAL')
  assert.match(support.id, /^\d{1,18}$/)
  // A name or a key that changes makes nobody somebody else.
  assert.deepEqual(actorOf(createSupportIdentity({ name: 'Renamed', keyId: '9' }), 1), support)
})

test('no two who act are taken for one, in one domain or in two', () => {
  const ids = [
    actorOf(createSupportIdentity(), 1),
    actorOf(createSupportIdentity(), 2),
    actorOf(createSupportIdentity({ subject: 'other' }), 1),
    actorOf(createServiceIdentity('support'), 1),
    actorOf(createServiceIdentity('appointments'), 1),
  ].map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
})
