import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { signToken } from '@commonchart/testing'
import {
  createConsumer,
  startTestGateway,
  waitUntil,
  type Question,
  type TestGateway,
} from '../../fixtures/running-gateway.ts'

let running: TestGateway
before(async () => {
  running = await startTestGateway({ TRUSTED_PROXIES: '127.0.0.1' })
})
after(() => running.stop())
beforeEach(() => hold({}))

let issuer = ''
let held = 0

const ask = (question: Question) =>
  running.ask({ token: signToken({ privateKey: running.consumer.privateKey, issuer }), ...question })

/** Registers a consumer that is held to restrictions, and waits until the gateway knows it. */
async function hold(restrictions: object): Promise<void> {
  held += 1
  issuer = `portal-${held}`
  running.audit.publish({
    consumers: [createConsumer(running.consumer, { id: String(100 + held), issuer, ...restrictions })],
  })
  await waitUntil(async () => {
    const { status, body } = await ask({ query: '{ __typename }' })
    return status !== 401 || body.errors?.[0]?.extensions.reason !== undefined
  }, 'the consumer is known')
  for (const subgraph of Object.values(running.subgraphs)) subgraph.seen.length = 0
}

const seen = () => Object.values(running.subgraphs).flatMap((subgraph) => subgraph.seen)

/** What a request needs, and what it hears without it. */
const needs: [name: string, query: string, scopes: string[]][] = [
  ['a query of one subgraph', '{ patients { name } }', ['patients:read']],
  ['a query over two subgraphs', '{ patients { visits } }', ['appointments:read', 'patients:read']],
  ['a mutation', 'mutation { renamePatient(input: { id: 1 }) { name } }', ['patients:write']],
  [
    'a mutation and a read that follows it elsewhere',
    'mutation { renamePatient(input: { id: 1 }) { visits } }',
    ['appointments:read', 'patients:write'],
  ],
]

for (const [name, query, scopes] of needs)
  test(`${name} needs ${scopes.join(' and ')}; without them nothing is run, and each that is missing is named`, async () => {
    for (const lacking of [[], scopes.slice(1), [...scopes.slice(0, -1), 'others:read']]) {
      await hold({ scopes: lacking })
      const { status, body } = await ask({ query })
      assert.equal(status, 403)
      assert.equal(body.data, undefined)
      const missing = scopes.filter((scope) => !lacking.includes(scope))
      assert.deepEqual(body.errors?.[0]?.extensions, { code: 'SCOPE_MISSING', scopes: missing })
      assert.deepEqual(seen(), [], 'no subgraph was asked')
    }
    await hold({ scopes })
    const { status, body } = await ask({ query })
    assert.deepEqual([status, body.errors], [200, undefined])
    for (const { identity } of seen()) assert.deepEqual(identity.scopes, scopes)
  })

test('the right to read does not bring along the right to write, nor the other way round', async () => {
  await hold({ scopes: ['patients:read', 'appointments:read'] })
  const write = await ask({ query: 'mutation { renamePatient(input: { id: 1 }) { name } }' })
  assert.equal(write.status, 403)
  await hold({ scopes: ['patients:write', 'appointments:write'] })
  assert.equal((await ask({ query: '{ patients { name } }' })).status, 403)
})

test('what the variables skip needs no scope, and what they include does', async () => {
  await hold({ scopes: ['patients:read'] })
  const query = 'query ($more: Boolean!) { patients { name visits @include(if: $more) } }'
  assert.equal((await ask({ query, variables: { more: false } })).status, 200)
  const { status, body } = await ask({ query, variables: { more: true } })
  assert.equal(status, 403)
  assert.deepEqual(body.errors?.[0]?.extensions.scopes, ['appointments:read'])
})

test('the schema can be read with an empty list of scopes: it tells of nobody', async () => {
  await hold({ scopes: [] })
  assert.equal((await ask({ query: '{ __typename __schema { queryType { name } } }' })).status, 200)
})

test('a consumer without a restriction stays without one on the way to the subgraphs', async () => {
  await ask({ query: '{ patients { name } }' })
  assert.equal(seen()[0]?.identity.scopes, null)
})

test('a consumer is refused from outside of its networks, and told the address that was seen', async () => {
  await hold({ ipRanges: ['198.51.100.0/24', '2001:db8::/32'] })
  const from = (address: string) =>
    ask({ query: '{ patients { name } }', headers: { 'x-forwarded-for': address } })
  assert.equal((await from('198.51.100.7')).status, 200)
  assert.equal((await from('2001:db8::7')).status, 200)
  const { status, body } = await from('203.0.113.7')
  assert.equal(status, 403)
  assert.deepEqual(body.errors?.[0]?.extensions, { code: 'IP_NOT_ALLOWED', address: '203.0.113.7' })
})

test('a token with a wrong signature hears nothing of networks or expiry', async () => {
  await hold({ ipRanges: ['198.51.100.0/24'], expiresAt: '2001-01-01T00:00:00.000Z' })
  const { status, body } = await ask({
    query: '{ __typename }',
    token: running.people.signOperatorToken(),
  })
  assert.equal(status, 401)
  assert.notEqual(body.errors?.[0]?.extensions.reason, 'CONSUMER_EXPIRED')
})

test('an expired consumer is refused without any word from the registry, and told why', async () => {
  const expiresAt = new Date(Date.now() + 300).toISOString()
  await hold({ expiresAt })
  await waitUntil(async () => (await ask({ query: '{ __typename }' })).status === 401, 'it has expired')
  const { body } = await ask({ query: '{ __typename }' })
  assert.equal(body.errors?.[0]?.extensions.code, 'UNAUTHENTICATED')
  assert.equal(body.errors?.[0]?.extensions.reason, 'CONSUMER_EXPIRED')
})

test('a consumer’s own number of requests a minute stands in place of the common one', async () => {
  await hold({ requestsPerMinute: 3 })
  const again = () => ask({ query: '{ __typename }' })
  assert.match(String((await again()).headers['ratelimit-policy']), /q=3;/)
  await waitUntil(async () => (await again()).status === 429, 'it is limited')
  const { body, headers } = await again()
  assert.equal(body.errors?.[0]?.extensions.code, 'RATE_LIMITED')
  assert.equal(body.errors?.[0]?.extensions.limit, 3)
  assert.ok(Number(headers['retry-after']) > 0)
})
