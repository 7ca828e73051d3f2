import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Identity } from '@commonchart/identity'
import {
  createConsumerKey,
  createIdentity,
  createOperatorIdentity,
  createServiceIdentity,
  createSupportIdentity,
} from '@commonchart/testing'
import {
  consumerInput,
  createConsumerMutation,
  openTestSubgraph,
  type TestSubgraph,
} from './test-subgraph.ts'

let subgraph: TestSubgraph
let domainId: number
let callers: Record<'consumer' | 'support' | 'auditor' | 'import' | 'operator' | 'service', Identity>
let id: string
let keyId: string
let spareKeyId: string

before(async () => {
  subgraph = await openTestSubgraph()
  domainId = await subgraph.createDomain('north')
  await subgraph.createDomain('south')
  callers = {
    consumer: createIdentity({ domainId, role: 'support' }),
    support: createSupportIdentity({ domainId }),
    auditor: createSupportIdentity({ domainId, role: 'auditor' }),
    import: createSupportIdentity({ domainId, role: 'import' }),
    operator: createOperatorIdentity(),
    service: createServiceIdentity('gateway', { domainId }),
  }
  const { data } = await subgraph.ask(callers.support, createConsumerMutation, {
    input: consumerInput('One'),
  })
  id = data.createConsumer.consumer.id
  keyId = data.createConsumer.consumer.keys[0].id
  const added = await subgraph.ask(
    callers.support,
    'mutation ($input: AddConsumerKeyInput!) { addConsumerKey(input: $input) { key { id } } }',
    { input: { id, publicKey: createConsumerKey().publicPem } },
  )
  spareKeyId = added.data.addConsumerKey.key.id
})
after(() => subgraph.close())

/** Each root field by whom it is for, on records that are there. */
function settingsFields(domain: string): { reads: string[]; writes: string[] } {
  const argument = domain && `domain: "${domain}", `
  const key = JSON.stringify(createConsumerKey().publicPem)
  const input = (rest: string) => `(input: { ${argument}${rest} }) { consumer { id } }`
  return {
    reads: [
      `{ consumers(${argument}first: 5) { nodes { id } } }`,
      `{ consumer(${argument}id: "${id}") { issuer audience version keys { thumbprint lastUsedAt } } }`,
      `{ consumer(${argument}id: "${id}") { scopes ipRanges expiresAt requestsPerMinute lastUsedAt requestCount errorCount } }`,
    ],
    writes: [
      `mutation { createConsumer${input(`name: "New ${domain}", publicKey: ${key}`)} }`,
      `mutation { updateConsumer${input(`id: "${id}", name: "Two"`)} }`,
      `mutation { copyConsumer${input(`id: "${id}", name: "Copy ${domain}", publicKey: ${JSON.stringify(createConsumerKey().publicPem)}`)} }`,
      `mutation { updateConsumerKey${input(`id: "${id}", keyId: "${spareKeyId}", kid: "k"`)} }`,
      `mutation { deactivateConsumer${input(`id: "${id}"`)} }`,
      `mutation { activateConsumer${input(`id: "${id}"`)} }`,
      `mutation { addConsumerKey${input(`id: "${id}", publicKey: ${JSON.stringify(createConsumerKey().publicPem)}`)} }`,
      `mutation { retireConsumerKey${input(`id: "${id}", keyId: "${keyId}"`)} }`,
    ],
  }
}

const operatorFields = [
  '{ domains { nodes { name } } }',
  '{ domain(name: "north") { name } }',
  'mutation { createDomain(input: { name: "new", hosts: ["new.test"], zone: "UTC" }) { domain { id } } }',
  'mutation { updateDomain(input: { name: "south", zone: "UTC" }) { domain { id } } }',
  'mutation { enableDomain(input: { name: "south", contract: "C" }) { domain { id } } }',
  'mutation { disableDomain(input: { name: "south" }) { domain { id } } }',
]

async function expect(code: string, names: (keyof typeof callers)[], queries: string[]): Promise<void> {
  for (const name of names)
    for (const query of queries)
      assert.equal(await subgraph.codeOf(callers[name], query), code, `${name}: ${query}`)
}

test('programs, services and imports get FORBIDDEN on every settings field', async () => {
  const { reads, writes } = settingsFields('')
  await expect('FORBIDDEN', ['consumer', 'service', 'import'], [...reads, ...writes])
})

test('only the people of a domain see it as their own', async () => {
  const query = ['{ currentDomain { name sandbox } }']
  await expect('accepted', ['support', 'auditor'], query)
  await expect('FORBIDDEN', ['consumer', 'service', 'import', 'operator'], query)
})

test('an auditor reads settings and writes none', async () => {
  const { reads, writes } = settingsFields('')
  await expect('accepted', ['auditor'], reads)
  await expect('FORBIDDEN', ['auditor'], writes)
})

test('the support account reads and writes settings', async () => {
  const { reads, writes } = settingsFields('')
  await expect('accepted', ['support'], [...reads, ...writes])
})

test('an operator reaches the consumers of the domain that it names, and must name one', async () => {
  const named = settingsFields('north')
  await expect('accepted', ['operator'], [...named.reads, ...named.writes.slice(0, 5)])
  const unnamed = settingsFields('')
  await expect('BAD_USER_INPUT', ['operator'], [...unnamed.reads, ...unnamed.writes])
  const unknown = settingsFields('nowhere')
  await expect('NOT_FOUND', ['operator'], [...unknown.reads, ...unknown.writes])
})

test('a consumer of another domain is not found, though an operator names it', async () => {
  const { data } = await subgraph.ask(callers.operator, `{ consumer(domain: "south", id: "${id}") { id } }`)
  assert.equal(data.consumer, null)
})

test('people cannot name a domain, not even their own', async () => {
  for (const domain of ['north', 'south']) {
    const { reads, writes } = settingsFields(domain)
    await expect('FORBIDDEN', ['support', 'auditor', 'consumer'], [...reads, ...writes])
  }
})

test('only an operator sees and changes domains', async () => {
  await expect('FORBIDDEN', ['consumer', 'support', 'auditor', 'import', 'service'], operatorFields)
  await expect('accepted', ['operator'], operatorFields)
})

test('a program that comes upon a consumer sees of it what CHR shows, and no settings', async () => {
  const query = (fields: string) =>
    `{ _entities(representations: [{ __typename: "EnterpriseApiConsumer", id: "${id}" }]) {
      ... on EnterpriseApiConsumer { ${fields} } } }`
  await expect('accepted', ['consumer', 'support'], [query('id name active createdAt updatedAt')])
  await expect(
    'FORBIDDEN',
    ['consumer'],
    ['issuer', 'audience', 'version', 'keys { thumbprint }'].map((field) => query(field)),
  )
})

test('a request without an identity is refused, and nothing is run', async () => {
  const response = await fetch(new URL('/internal/registry', subgraph.url), {
    method: 'POST',
    body: '{"since":0}',
  })
  assert.equal(response.status, 401)
})
