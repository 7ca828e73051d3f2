import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createConsumerKey } from '@commonchart/testing'
import { assertGuardsVersion, attempt, codeOf, perform, type AskGraph } from './mutations.ts'
import { assertPages } from './pages.ts'
import { startStack, type Stack } from './stack.ts'
import { until } from './until.ts'

interface Domain {
  id: string
  name: string
  hosts: string[]
  zone: string
  sandbox: boolean
  enabled: boolean
  contract: string | null
  state: string
  version: number
  createdAt: string
  updatedAt: string
}

const whole = 'id name hosts zone sandbox enabled contract state version createdAt updatedAt'
const payload = `clientMutationId domain { ${whole} }`

let stack: Stack
before(async () => {
  stack = await startStack()
})
after(() => stack.stop())

const askOperator: AskGraph = (query, variables) => stack.askOperator(query, variables)

/** Sends a change of a domain, and gives the domain as the answer shows it. */
async function make(mutation: string, input: object): Promise<Domain> {
  const sent = { ...input, clientMutationId: mutation }
  const { domain, clientMutationId } = await perform(askOperator, mutation, sent, payload)
  assert.equal(clientMutationId, mutation)
  return domain as Domain
}

async function readDomain(name: string): Promise<Domain> {
  const { body } = await askOperator(`query ($name: String!) { domain(name: $name) { ${whole} } }`, { name })
  return body.data?.domain as Domain
}

/** What is left when the version and the time of the last change are taken away. */
function withoutMoment({ version, updatedAt, ...rest }: Domain): Omit<Domain, 'version' | 'updatedAt'> {
  assert.ok(version > 0 && updatedAt)
  return rest
}

test('a domain is created with all that was given, in service and not yet enabled', async () => {
  const sent = {
    name: 'trial',
    hosts: ['trial.test', 'www.trial.test'],
    zone: 'America/Regina',
    sandbox: true,
  }
  const made = await make('createDomain', sent)
  const { id, createdAt, ...rest } = made
  assert.match(id, /^\d+$/)
  assert.deepEqual(rest, {
    ...sent,
    ...{ enabled: false, contract: null, state: 'ACTIVE', version: 1, updatedAt: createdAt },
  })
  assert.deepEqual(await readDomain('trial'), made)
  assert.equal(await readDomain('nowhere'), null)
})

test('the people of a domain see whether it is a sandbox, its zone, and whether programs are served', async () => {
  const seen = async (name: string, role?: 'auditor'): Promise<object> => {
    const { body } = await stack.ask(`${stack.url}/settings/graphql`, {
      query: '{ currentDomain { name zone sandbox enabled } }',
      host: `${name}.test`,
      token: stack.people.signPersonToken(name, role && { role }),
    })
    return body.data?.currentDomain as object
  }
  await until(async () => (await seen('trial')) !== undefined, 'the gateway knows the new domain')
  const trial = { name: 'trial', zone: 'America/Regina', sandbox: true, enabled: false }
  assert.deepEqual([await seen('trial'), await seen('trial', 'auditor')], [trial, trial])
  const { zone } = stack.south
  assert.deepEqual(await seen('south'), { name: 'south', zone, sandbox: false, enabled: true })
})

test('what is changed of a domain changes alone, and the gateway follows its host names', async () => {
  const north = await readDomain('north')
  const answers = async (host: string): Promise<number> => {
    const token = stack.north.token()
    return (await stack.ask(`${stack.url}/graphql`, { query: '{ __typename }', host, token })).status
  }
  assert.equal(await answers('north.test'), 200)
  assert.equal(await answers('moved.test'), 404)
  const zoned = await make('updateDomain', { name: 'north', zone: 'America/Whitehorse' })
  assert.deepEqual(withoutMoment(zoned), { ...withoutMoment(north), zone: 'America/Whitehorse' })
  const hosts = ['moved.test', 'also.test']
  const moved = await make('updateDomain', { name: 'north', hosts })
  assert.deepEqual(withoutMoment(moved), { ...withoutMoment(zoned), hosts })
  assert.deepEqual(await readDomain('north'), moved)
  assert.ok(Date.parse(moved.updatedAt) > Date.parse(north.updatedAt))
  await until(async () => (await answers('moved.test')) === 200, 'the new host name is served')
  assert.deepEqual([await answers('also.test'), await answers('north.test')], [200, 404])
  await make('updateDomain', { name: 'north', hosts: north.hosts, zone: north.zone })
  await until(async () => (await answers('north.test')) === 200, 'the old host name is served again')
})

test('a domain that is disabled is not answered at all, and enabling it brings it back as it was', async () => {
  const { host } = stack.south
  const statuses = async (): Promise<number[]> => {
    const tokens = {
      graphql: stack.south.token(),
      'settings/graphql': stack.people.signPersonToken('south'),
    }
    const asked = Object.entries(tokens).map(async ([path, token]) => {
      const question = { query: '{ __typename }', host, token }
      return (await stack.ask(`${stack.url}/${path}`, question)).status
    })
    return Promise.all(asked)
  }
  const are = (expected: number[]) => async () => (await statuses()).join() === expected.join()
  await until(are([200, 200]), 'programs and people are served')
  const before = await readDomain('south')
  const disabled = await make('disableDomain', { name: 'south' })
  assert.deepEqual(withoutMoment(disabled), { ...withoutMoment(before), enabled: false, state: 'DISABLED' })
  await until(are([403, 403]), 'neither programs nor people are served')
  const enabled = await make('enableDomain', { name: 'south', contract: 'contract-2' })
  assert.deepEqual(withoutMoment(enabled), { ...withoutMoment(before), contract: 'contract-2' })
  assert.deepEqual(await readDomain('south'), enabled)
  await until(are([200, 200]), 'programs and people are served again')
})

test('no change of a domain is made on a version that has passed', async () => {
  await make('createDomain', { name: 'guarded', hosts: ['guarded.test'], zone: 'America/Halifax' })
  const changes: [string, object][] = [
    ['updateDomain', { zone: 'America/Toronto' }],
    ['enableDomain', { contract: 'contract-3' }],
    ['disableDomain', {}],
  ]
  for (const [mutation, input] of changes)
    await assertGuardsVersion(
      (expectedVersion) =>
        attempt(askOperator, mutation, { name: 'guarded', ...input, expectedVersion }, payload),
      () => readDomain('guarded'),
    )
})

test('a name and a host name belong to one domain only', async () => {
  const free = { name: 'second', hosts: ['second.test'], zone: 'America/Halifax' }
  for (const [taken, code] of [
    [{ name: 'north' }, 'DOMAIN_NAME_IN_USE'],
    [{ hosts: ['SOUTH.test'] }, 'HOST_IN_USE'],
    [{}, 'accepted'],
  ] as const) {
    const answer = await attempt(askOperator, 'createDomain', { ...free, ...taken }, payload)
    assert.equal(codeOf(answer), code, answer.text)
  }
})

test('an operator acts in the domain that is named, and a consumer of it is in no other', async () => {
  const { consumer } = await perform(
    (query, variables) => stack.north.askSettings(query, variables),
    'createConsumer',
    { name: 'Of the north', publicKey: createConsumerKey().publicPem },
    'consumer { id keys { id } }',
  )
  const { id } = consumer as { id: string }
  const attempts: [string, object][] = [
    ['updateConsumer', { id, name: 'Still of the north' }],
    ['deactivateConsumer', { id }],
    ['activateConsumer', { id }],
    ['addConsumerKey', { id, publicKey: createConsumerKey().publicPem }],
    ['retireConsumerKey', { id, keyId: consumer.keys[0]?.id }],
  ]
  for (const [mutation, input] of attempts)
    for (const [domain, code] of [
      [undefined, 'BAD_USER_INPUT'],
      ['nowhere', 'NOT_FOUND'],
      ['south', 'NOT_FOUND'],
      ['north', 'accepted'],
    ] as const) {
      const answer = await attempt(askOperator, mutation, { ...input, domain }, 'consumer { id name }')
      assert.equal(codeOf(answer), code, `${mutation} in ${domain}: ${answer.text}`)
    }
  const find = async (domain: string): Promise<unknown> =>
    (await askOperator(`{ consumer(id: "${id}", domain: "${domain}") { name } }`)).body.data?.consumer
  assert.deepEqual(await find('north'), { name: 'Still of the north' })
  assert.equal(await find('south'), null)
})

test('an operator registers a consumer in the domain that is named', async () => {
  const input = { name: 'By an operator', publicKey: createConsumerKey().publicPem }
  for (const [domain, code] of [
    [undefined, 'BAD_USER_INPUT'],
    ['nowhere', 'NOT_FOUND'],
    ['south', 'accepted'],
  ]) {
    const answer = await attempt(askOperator, 'createConsumer', { ...input, domain }, 'consumer { id name }')
    assert.equal(codeOf(answer), code, answer.text)
  }
  const namesIn = async (domain: string): Promise<string[]> => {
    const { body } = await askOperator(`{ consumers(domain: "${domain}") { nodes { name } } }`)
    return (body.data?.consumers.nodes as { name: string }[]).map(({ name }) => name)
  }
  assert.deepEqual(await namesIn('south'), ['By an operator', 'portal of south'])
  assert.ok(!(await namesIn('north')).includes('By an operator'))
})

test('domains are listed by name, in pages', async () => {
  const ids = await assertPages(askOperator, 'domains')
  const { body } = await askOperator('{ domains { nodes { id name } } }')
  const domains = body.data?.domains.nodes as Domain[]
  assert.deepEqual(
    domains.map(({ id }) => id),
    ids,
  )
  const names = domains.map(({ name }) => name)
  assert.deepEqual(names, names.toSorted())
  assert.ok(names.includes('north') && names.includes('south'))
})
