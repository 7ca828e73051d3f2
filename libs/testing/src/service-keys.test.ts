import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { after, test } from 'node:test'
import { openKeySet, verifyIdentity } from '@commonchart/identity'
import { createIdentity, createServiceIdentity } from './identities.ts'
import { createTestPeopleKeys, createTestServiceKeys } from './service-keys.ts'

const keys = createTestServiceKeys()
after(() => keys.close())

test('the gateway may speak for a consumer, a subgraph only for itself', () => {
  const trusted = openKeySet(keys.jwksFile)
  const expected = { audience: 'patients', body: '{}' }
  const consumer = createIdentity({ domainId: 2 })
  const { gateway, appointments } = keys.signers
  assert.ok(gateway && appointments)
  assert.equal(verifyIdentity(trusted, gateway.sign(consumer, 'patients', '{}'), expected).domainId, 2)
  const service = createServiceIdentity('appointments')
  assert.equal(
    verifyIdentity(trusted, appointments.sign(service, 'patients', '{}'), expected).kind,
    'service',
  )
  assert.throws(
    () => verifyIdentity(trusted, appointments.sign(consumer, 'patients', '{}'), expected),
    /kind of principal/,
  )
})

test('private keys are in files that only their owner reads, and closing removes them', () => {
  const made = createTestServiceKeys(['patients'])
  const file = made.keyFiles.patients ?? ''
  assert.equal(statSync(file).mode & 0o777, 0o600)
  made.close()
  assert.equal(existsSync(file), false)
})

test('the keys of people are listed as the gateway reads them', () => {
  const people = createTestPeopleKeys()
  const trusted = openKeySet(people.jwksFile)
  const { keys: listed } = JSON.parse(readFileSync(people.jwksFile, 'utf8')) as { keys: { kid: string }[] }
  assert.deepEqual(
    listed.map(({ kid }) => trusted.find(kid)?.owner),
    ['console', 'operator'],
  )
  const [, payload] = people.signPersonToken('north', { role: 'auditor' }).split('.')
  const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as Record<string, unknown>
  assert.equal(claims.dom, 'north')
  assert.equal(claims.role, 'auditor')
  people.close()
})
