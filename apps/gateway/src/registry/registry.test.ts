import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createConsumerKey } from '@commonchart/testing'
import { pino } from 'pino'
import {
  createConsumer,
  startTestGateway,
  waitUntil,
  type TestGateway,
} from '../../fixtures/running-gateway.ts'
import type { TokenConsumer } from '../token/verify-token.ts'
import { startFollower } from './follow.ts'
import { Registry, type Domain } from './registry.ts'

let running: TestGateway
before(async () => {
  running = await startTestGateway()
})
after(() => running.stop())

const domain: Domain = {
  ...{ id: 1, name: 'north', hosts: ['north.test', 'old.test'], state: 'ACTIVE', enabled: true },
  ...{ zone: 'America/Toronto', version: 1 },
}
const consumer = createConsumer(createConsumerKey()) as TokenConsumer
const nothing = { domains: [], consumers: [] }

test('a host that a domain gave up is nobody’s, and one that moved is the other’s', () => {
  const registry = new Registry()
  registry.apply({ ...nothing, version: 1, domains: [domain] })
  registry.apply({
    ...nothing,
    version: 2,
    domains: [{ ...domain, id: 2, name: 'south', hosts: ['old.test'] }],
  })
  registry.apply({ ...nothing, version: 3, domains: [{ ...domain, hosts: ['new.test'] }] })
  assert.equal(registry.findDomain('north.test'), undefined)
  assert.equal(registry.findDomain('new.test')?.id, 1)
  assert.equal(registry.findDomain('old.test')?.id, 2)
})

test('a consumer is found by its domain and the issuer that it has now', () => {
  const registry = new Registry()
  registry.apply({ ...nothing, version: 1, consumers: [consumer] })
  assert.equal(registry.findConsumers(2, 'portal').length, 0)
  registry.apply({ ...nothing, version: 2, consumers: [{ ...consumer, issuer: 'renamed' }] })
  assert.equal(registry.findConsumers(1, 'portal').length, 0)
  assert.equal(registry.findConsumers(1, 'renamed').length, 1)
})

test('when the version goes back, the database was restored: what comes then is all there is', () => {
  const registry = new Registry()
  registry.apply({ version: 9, domains: [domain], consumers: [consumer] })
  registry.apply({
    ...nothing,
    version: 4,
    domains: [{ ...domain, id: 3, name: 'other', hosts: ['other.test'] }],
  })
  assert.equal(registry.findDomain('north.test'), undefined)
  assert.equal(registry.findConsumers(1, 'portal').length, 0)
  assert.equal(registry.findDomain('other.test')?.id, 3)
})

test('a change reaches the gateway: a consumer that is deactivated is refused', async () => {
  const query = '{ patient(id: 1) { id } }'
  const key = createConsumerKey()
  assert.equal((await running.ask({ query })).status, 200)
  running.audit.publish({ consumers: [createConsumer(running.consumer, { active: false })] })
  await waitUntil(async () => (await running.ask({ query })).status === 401, 'it is refused')
  running.audit.publish({
    consumers: [createConsumer(running.consumer), createConsumer(key, { id: '8' })],
  })
})

test('who has not heard from the registry for 5 s is not live, and no sooner', async () => {
  let now = 1_000_000
  const signer = running.keys.signers.gateway
  assert.ok(signer)
  const follower = startFollower(running.audit.url, signer, pino({ level: 'silent' }), () => now)
  assert.equal(follower.isLive(), false)
  await waitUntil(() => follower.isLive(), 'it has heard')
  running.audit.silent = true
  // An answer that was under way may still come in.
  await waitUntil(() => {
    now += 5001
    return !follower.isLive()
  }, 'it has not heard for more than 5 s')
  assert.equal(follower.isLive(), false)
  now -= 1
  assert.equal(follower.isLive(), true)
  await follower.close()
  running.audit.silent = false
})
