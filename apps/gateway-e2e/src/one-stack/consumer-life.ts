import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createConsumerKey } from '@commonchart/testing'
import pg from 'pg'
import type { Answer } from '../ask.ts'
import { change, createClinic } from '../clinic.ts'
import { createConsumer, factsOf, isLetIn } from '../consumers.ts'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'
import { until } from '../until.ts'

let stack: Stack
before(async () => {
  stack = await openStack()
})
after(() => stack.stop())

const held = 'scopes ipRanges expiresAt requestsPerMinute audience active'
const restrictions = {
  ...{ scopes: ['patients:read'], ipRanges: ['10.0.0.0/8'], requestsPerMinute: 30 },
  expiresAt: '2999-01-01T00:00:00.000Z',
}
const codeOf = (answer: Answer): unknown => answer.body.errors?.[0]?.extensions.code ?? 'accepted'

/** Sends one mutation as the support account, and as an operator who names the domain. */
const senders: [who: string, ask: (query: string, input: object) => Promise<Answer>][] = [
  ['the support account', (query, input) => stack.north.askSettings(query, { input })],
  [
    'an operator',
    (query, input) => stack.askOperator(query, { input: { domain: stack.north.name, ...input } }),
  ],
]

for (const [who, ask] of senders) {
  const create = (input: object) =>
    ask(
      `mutation ($input: CreateConsumerInput!) { createConsumer(input: $input) { consumer { id version ${held} keys { id } } } }`,
      { publicKey: createConsumerKey().publicPem, ...input },
    )

  test(`${who} restricts a consumer, lifts the restrictions, and sees both`, async () => {
    const made = (await create({ name: `Held by ${who}`, ...restrictions })).body.data?.createConsumer
      .consumer
    assert.deepEqual({ ...made, ...restrictions }, made)
    const update = `mutation ($input: UpdateConsumerInput!) { updateConsumer(input: $input) { consumer { id version ${held} } } }`
    const next = {
      ...{ scopes: ['appointments:write'], ipRanges: ['2001:db8::/32'], requestsPerMinute: 31 },
      expiresAt: '2999-02-01T00:00:00.000Z',
    }
    const changed = (await ask(update, { id: made.id, ...next })).body.data?.updateConsumer.consumer
    assert.deepEqual({ ...changed, ...next }, changed)
    const nothing = { scopes: null, ipRanges: null, expiresAt: null, requestsPerMinute: null }
    const lifted = (await ask(update, { id: made.id, ...nothing })).body.data?.updateConsumer.consumer
    assert.deepEqual({ ...lifted, ...nothing }, lifted)
  })

  test(`${who} copies a consumer under another name, issuer and key`, async () => {
    const source = await create({ name: `Source of ${who}`, ...restrictions, audience: 'us', active: false })
    const { id } = source.body.data?.createConsumer.consumer ?? {}
    const key = createConsumerKey()
    const copy = `mutation ($input: CopyConsumerInput!) {
      copyConsumer(input: $input) { clientMutationId consumer { id name issuer ${held} keys { kid publicKey } } }
    }`
    const input = {
      ...{ id, name: `Copy by ${who}`, issuer: `copy by ${who}`, active: true },
      ...{ publicKey: key.publicPem, kid: `kid-${who.length}`, clientMutationId: `copy-${who.length}` },
    }
    assert.equal(codeOf(await ask(copy, { ...input, id: '999999' })), 'NOT_FOUND')
    if (who === 'an operator')
      assert.equal(codeOf(await ask(copy, { ...input, domain: 'nowhere' })), 'NOT_FOUND')
    const { body, text } = await ask(copy, input)
    assert.equal(body.errors, undefined, text)
    const { clientMutationId, consumer } = body.data?.copyConsumer ?? {}
    assert.equal(clientMutationId, input.clientMutationId)
    const { id: copyId, ...shown } = consumer
    assert.notEqual(copyId, id)
    assert.deepEqual(shown, {
      ...{ name: input.name, issuer: input.issuer, ...restrictions, audience: 'us', active: true },
      keys: [{ kid: input.kid, publicKey: key.publicPem }],
    })
  })

  test(`${who} plans when a key begins and when it retires`, async () => {
    const made = (await create({ name: `Planned by ${who}` })).body.data?.createConsumer.consumer
    const add = `mutation ($input: AddConsumerKeyInput!) {
      addConsumerKey(input: $input) { key { id kid notBefore retireAt retired } consumer { id version } }
    }`
    const times = { notBefore: '2998-01-01T00:00:00.000Z', retireAt: '2998-06-01T00:00:00.000Z' }
    const added = await ask(add, { id: made.id, publicKey: createConsumerKey().publicPem, ...times })
    const { id: keyId, ...key } = added.body.data?.addConsumerKey.key ?? {}
    assert.deepEqual(key, { kid: null, ...times, retired: false })
    const update = `mutation ($input: UpdateConsumerKeyInput!) {
      updateConsumerKey(input: $input) {
        clientMutationId key { id kid notBefore retireAt } consumer { id version }
      }
    }`
    const next = {
      ...{ kid: `next-${who.length}`, notBefore: '2999-01-01T00:00:00.000Z' },
      retireAt: '2999-06-01T00:00:00.000Z',
    }
    const input = { id: made.id, keyId, ...next, clientMutationId: `key-${who.length}`, expectedVersion: 2 }
    assert.equal(codeOf(await ask(update, { ...input, expectedVersion: 1 })), 'CONFLICT')
    if (who === 'an operator')
      assert.equal(codeOf(await ask(update, { ...input, domain: 'nowhere' })), 'NOT_FOUND')
    const { body, text } = await ask(update, input)
    assert.equal(body.errors, undefined, text)
    assert.deepEqual(body.data?.updateConsumerKey, {
      ...{ clientMutationId: input.clientMutationId, key: { id: keyId, ...next } },
      consumer: { id: made.id, version: 3 },
    })
  })
}

test('consumers and keys show when they were last used and how much', async () => {
  const consumer = await createConsumer(stack, stack.north, { name: 'Counted' })
  // Counts are made of the record within seconds; these stand for hours that have passed.
  const client = new pg.Client({ connectionString: stack.databases['consumers-audit']?.adminUrl })
  await client.connect()
  await client.query(
    `INSERT INTO consumer_usage (domain_id, consumer_id, hour, requests, errors, last_at, durations)
     SELECT domain_id, id, date_trunc('hour', now()) - interval '5 hours', 700, 20, now() - interval '5 hours', '{}'
     FROM consumer WHERE id = $1`,
    [consumer.id],
  )
  await client.query(
    `INSERT INTO consumer_key_usage (domain_id, key_id, last_used_at)
     SELECT domain_id, id, now() - interval '5 hours' FROM consumer_key WHERE id = $1
     ON CONFLICT (domain_id, key_id) DO NOTHING`,
    [consumer.keyId],
  )
  await client.end()
  const usage = (hours: number) =>
    `consumer(id: "${consumer.id}") {
      lastUsedAt requestCount(hours: ${hours}) errorCount(hours: ${hours}) keys { lastUsedAt }
    }`
  const askUsage = async (hours: number) =>
    (await stack.north.askSettings(`{ ${usage(hours)} }`)).body.data?.consumer
  // Counts grow meanwhile: what is asked first has not more of them.
  const [hour, day] = [await askUsage(2), await askUsage(24)]
  assert.ok(day.requestCount >= 700 && day.requestCount - hour.requestCount >= 700)
  assert.ok(day.errorCount >= 20 && day.errorCount - hour.errorCount >= 20)
  assert.ok(Date.parse(day.lastUsedAt) > 0 && Date.parse(day.keys[0].lastUsedAt) > 0)
  const { body } = await stack.askOperator(
    `query { consumer(domain: "${stack.north.name}", id: "${consumer.id}") { lastUsedAt requestCount errorCount keys { lastUsedAt } } }`,
  )
  assert.ok(body.data?.consumer.requestCount >= 700)
  const refused = await stack.north.askSettings(`{ ${usage(2161)} }`)
  assert.equal(codeOf(refused), 'BAD_USER_INPUT')
})

test('a restricted consumer does what its scopes say and hears what it lacks, before anything runs', async () => {
  const scopes = ['patients:read', 'patients:write', 'appointments:write']
  const consumer = await createConsumer(stack, stack.north, { name: 'Restricted', scopes })
  const { id: patientId } = await createPatient(stack.north)
  const listed = await consumer.ask('{ patients { totalCount } }')
  assert.equal(codeOf(listed), 'accepted', listed.text)
  const reading = await consumer.ask('{ patients { totalCount } appointments { totalCount } }')
  assert.equal(reading.status, 403)
  assert.deepEqual(factsOf(reading), { code: 'SCOPE_MISSING', scopes: ['appointments:read'] })
  assert.equal(reading.body.data, undefined)

  const clinic = await createClinic(stack.north)
  const day = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10)
  const book = (more: object, selection = 'overbooked') =>
    consumer.ask(
      `mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { ${selection} } }`,
      {
        variables: {
          input: {
            ...{ ...clinic, patientId, startAt: `${day}T10:00:00-08:00`, untilAt: `${day}T10:30:00-08:00` },
            ...more,
          },
        },
      },
    )
  const refusedWhole = await book({}, 'overbooked patient { fullName provider: id }')
  assert.equal(codeOf(refusedWhole), 'accepted', refusedWhole.text)
  const override = await book({ skipValidations: true })
  assert.equal(factsOf(override).code, 'SCOPE_MISSING', override.text)
  assert.deepEqual(factsOf(override).scopes, ['appointments:skip-validations'])
  await change(
    stack.north,
    'updateConsumer',
    { id: consumer.id, scopes: [...scopes, 'appointments:skip-validations'] },
    'consumer { scopes }',
  )
  await until(
    async () => (await book({ skipValidations: true })).body.data?.createAppointment?.overbooked === true,
    'the scope of its own lets it override',
  )
})

test('a consumer without any scope may do nothing, and one without a restriction everything', async () => {
  const none = await createConsumer(stack, stack.north, { name: 'Nothing', scopes: [] })
  const mutation = `mutation { createPatient(input: {
    firstName: "No", lastName: "Body", dateOfBirth: "1980-01-01", gender: OTHER, identifications: [] }) { patient { id } } }`
  assert.deepEqual(factsOf(await none.ask(mutation)).scopes, ['patients:write'])
  assert.deepEqual(factsOf(await none.ask('{ patients { totalCount } }')).scopes, ['patients:read'])
  const free = await createConsumer(stack, stack.north, { name: 'Everything' })
  assert.equal(codeOf(await free.ask(mutation)), 'accepted')
})

test('a consumer is let in only from its networks, in its time, and as often as it may', async () => {
  const consumer = await createConsumer(stack, stack.north, {
    name: 'Held',
    ipRanges: ['127.0.0.0/8', '::1'],
  })
  const { id } = consumer
  const update = (input: object) =>
    change(stack.north, 'updateConsumer', { id, ...input }, 'consumer { version }')
  const hears = (status: number, facts: object) => async () => {
    const answer = await consumer.ask('{ __typename }')
    const { extensions } = answer.body.errors?.[0] ?? {}
    return (
      answer.status === status && Object.entries(facts).every(([name, fact]) => extensions?.[name] === fact)
    )
  }
  await update({ ipRanges: ['192.0.2.0/24'] })
  await until(hears(403, { code: 'IP_NOT_ALLOWED', address: '127.0.0.1' }), 'it hears that it is elsewhere')
  await update({ ipRanges: null, expiresAt: new Date(Date.now() + 2000).toISOString() })
  await until(() => isLetIn(consumer), 'it is let in from anywhere')
  await until(
    hears(401, { code: 'UNAUTHENTICATED', reason: 'CONSUMER_EXPIRED' }),
    'it hears that it has expired, which nobody told the gateway',
  )
  await update({ expiresAt: null, requestsPerMinute: 5 })
  await until(hears(429, { code: 'RATE_LIMITED', limit: 5 }), 'it hears that it asks too often')
})

test('a key is accepted from its first moment to its last, which nobody tells the gateway', async () => {
  const consumer = await createConsumer(stack, stack.north, { name: 'Timed' })
  const { id } = consumer
  const key = createConsumerKey()
  const soon = (ms: number) => new Date(Date.now() + ms).toISOString()
  await change(
    stack.north,
    'addConsumerKey',
    { id, publicKey: key.publicPem, notBefore: soon(1500), retireAt: soon(5000) },
    'key { retired }',
  )
  const early = await consumer.ask('{ __typename }', { key })
  assert.deepEqual(factsOf(early), { code: 'UNAUTHENTICATED' })
  await until(() => isLetIn(consumer, { key }), 'its time has come')
  await until(async () => !(await isLetIn(consumer, { key })), 'its time is over')
  assert.deepEqual(factsOf(await consumer.ask('{ __typename }', { key })), { code: 'UNAUTHENTICATED' })
  assert.ok(await isLetIn(consumer), 'the other key is accepted all the while')
  const { body } = await stack.north.askSettings(`{ consumer(id: "${id}") { keys { retired retiredAt } } }`)
  assert.equal(body.data?.consumer.keys[1].retired, true)
  assert.ok(body.data?.consumer.keys[1].retiredAt)
})
