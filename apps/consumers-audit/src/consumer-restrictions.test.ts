import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createConsumerKey, createSupportIdentity } from '@commonchart/testing'
import { sql } from 'kysely'
import { withDomain } from '@commonchart/database'
import {
  consumerInput,
  createConsumerMutation,
  openTestSubgraph,
  type Answer,
  type TestSubgraph,
} from './test-subgraph.ts'

let subgraph: TestSubgraph
let north: ReturnType<typeof createSupportIdentity>
let south: ReturnType<typeof createSupportIdentity>
before(async () => {
  subgraph = await openTestSubgraph()
  north = createSupportIdentity({ domainId: await subgraph.createDomain('north') })
  south = createSupportIdentity({ domainId: await subgraph.createDomain('south') })
})
after(() => subgraph.close())

const held = 'scopes ipRanges expiresAt requestsPerMinute audience active version'
const restrictions = {
  ...{
    scopes: ['patients:read', 'appointments:write'],
    ipRanges: ['10.0.0.0/8', '2001:db8::/32', '192.0.2.7'],
  },
  ...{ expiresAt: '2999-01-01T00:00:00.000Z', requestsPerMinute: 60 },
}
const nothing = { scopes: null, ipRanges: null, expiresAt: null, requestsPerMinute: null }

async function create(name: string, more = {}): Promise<string> {
  const { data, errors } = await subgraph.ask(north, createConsumerMutation, {
    input: consumerInput(name, more),
  })
  assert.equal(errors, undefined)
  return data.createConsumer.consumer.id
}

async function show(id: string): Promise<Record<string, unknown>> {
  const { data } = await subgraph.ask(north, `{ consumer(id: "${id}") { ${held} } }`)
  return { ...data.consumer }
}

function update(input: object): Promise<Answer> {
  const mutation =
    'mutation ($input: UpdateConsumerInput!) { updateConsumer(input: $input) { consumer { id } } }'
  return subgraph.ask(north, mutation, { input })
}

function copy(input: object, by = north): Promise<Answer> {
  return subgraph.ask(
    by,
    `mutation ($input: CopyConsumerInput!) {
      copyConsumer(input: $input) { clientMutationId consumer { id name issuer keys { kid thumbprint } ${held} } }
    }`,
    { input },
  )
}

function rulesOf({ errors }: Answer): string[] {
  const violations = (errors?.[0]?.extensions.violations ?? []) as { path: string; rule: string }[]
  return violations.map(({ path, rule }) => `${path} ${rule}`)
}

test('a consumer is held to nothing unless it was said, as CHR has it', async () => {
  const id = await create('Free')
  assert.deepEqual(await show(id), { ...nothing, audience: null, active: true, version: 1 })
})

test('restrictions are kept as they were given; absent ones stay, null ones are lifted', async () => {
  const id = await create('Held', restrictions)
  assert.deepEqual(await show(id), { ...restrictions, audience: null, active: true, version: 1 })
  await update({ id, requestsPerMinute: 5 })
  assert.deepEqual(await show(id), {
    ...restrictions,
    requestsPerMinute: 5,
    audience: null,
    active: true,
    version: 2,
  })
  await update({ id, ...nothing, scopes: [] })
  assert.deepEqual(await show(id), { ...nothing, scopes: [], audience: null, active: true, version: 3 })
  await update({ id, scopes: [] })
  assert.equal((await show(id)).version, 3, 'what is the same is no change')
})

test('everything that is wrong with restrictions is told at once, with its place and rule', async () => {
  const wrong = {
    scopes: ['patients:read', 'everything', 'patients:skip-validations'],
    ipRanges: ['10.0.0.0/33', 'example.test', 'fe80::1%eth0', '10.0.0.1', '10.0.0.0/8/8', '::/129'],
    expiresAt: '2001-01-01T00:00:00.000Z',
    requestsPerMinute: 0,
  }
  const expected = [
    'input.scopes.1 SCOPE',
    'input.scopes.2 SCOPE',
    ...[0, 1, 2, 4, 5].map((index) => `input.ipRanges.${index} IP_RANGE`),
    'input.requestsPerMinute OUT_OF_RANGE',
  ]
  const created = await subgraph.ask(north, createConsumerMutation, { input: consumerInput('Wrong', wrong) })
  assert.deepEqual(rulesOf(created), [...expected, 'input.expiresAt IN_THE_PAST'])
  const id = await create('Right')
  const updated = await update({ id, ...wrong, name: '' })
  assert.deepEqual(rulesOf(updated), [...expected, 'input.name REQUIRED', 'input.expiresAt IN_THE_PAST'])
  assert.deepEqual(rulesOf(await update({ id, ipRanges: [] })), ['input.ipRanges REQUIRED'])
  const many = Array.from({ length: 101 }, (_, n) => `10.0.0.${n}`)
  assert.deepEqual(rulesOf(await update({ id, ipRanges: many })), ['input.ipRanges TOO_MANY'])
  assert.equal((await show(id)).version, 1)
})

test('a copy takes over settings and restrictions, and has a name, an issuer and a key of its own', async () => {
  const id = await create('Original', { ...restrictions, audience: 'us', active: false })
  const key = createConsumerKey()
  const input = { id, name: 'Copy', publicKey: key.publicPem, kid: 'k', clientMutationId: 'c' }
  const { data } = await copy(input)
  const { id: copyId, ...made } = data.copyConsumer.consumer
  assert.notEqual(copyId, id)
  assert.deepEqual(made, {
    ...{ name: 'Copy', issuer: 'Copy', keys: [{ kid: 'k', thumbprint: key.thumbprint }] },
    ...{ ...restrictions, audience: 'us', active: false, version: 1 },
  })
  const another = { id, name: 'Another', publicKey: createConsumerKey().publicPem }
  const active = await copy({ ...another, issuer: 'else', active: true })
  const { issuer, active: isActive } = active.data.copyConsumer.consumer
  assert.deepEqual([issuer, isActive], ['else', true])
  const taken = await copy({ ...input, name: 'Third' })
  assert.equal(taken.errors?.[0]?.extensions.code, 'KEY_IN_USE')
  const sameIssuer = await copy({ ...another, publicKey: createConsumerKey().publicPem, issuer: 'Original' })
  assert.equal(sameIssuer.errors?.[0]?.extensions.code, 'ISSUER_IN_USE')
  const abroad = await copy({ ...another, publicKey: createConsumerKey().publicPem }, south)
  assert.deepEqual(abroad.errors?.[0]?.extensions, { code: 'NOT_FOUND', path: 'input.id' })
})

test('what was restricted or copied is audited by the names of the fields', async () => {
  const id = await create('Audited', { scopes: ['patients:read'] })
  await update({ id, scopes: null, ipRanges: ['10.0.0.0/8'] })
  const { data } = await copy({ id, name: 'Audited copy', publicKey: createConsumerKey().publicPem })
  const copyId = data.copyConsumer.consumer.id
  const { rows } = await withDomain(subgraph.db, north.domainId ?? 0, (trx) =>
    sql<{ action: string; fields: string[] }>`
      SELECT action, fields FROM audit_event WHERE record_type = 'EnterpriseApiConsumer'
        AND record_id IN (${id}, ${copyId}) ORDER BY id`.execute(trx),
  )
  assert.deepEqual(rows, [
    { action: 'consumer.created', fields: ['name', 'active', 'issuer', 'scopes'] },
    { action: 'consumer.updated', fields: ['scopes', 'ipRanges'] },
    { action: 'consumer.copied', fields: ['name', 'active', 'issuer', 'ipRanges'] },
  ])
})
