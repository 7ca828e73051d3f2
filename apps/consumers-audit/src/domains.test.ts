import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createOperatorIdentity } from '@commonchart/testing'
import pg from 'pg'
import { openTestSubgraph, type Answer, type TestSubgraph } from './test-subgraph.ts'

const operator = createOperatorIdentity()
const all = 'id name hosts zone sandbox enabled contract state version'
let subgraph: TestSubgraph

before(async () => {
  subgraph = await openTestSubgraph()
})
after(() => subgraph.close())

function change(
  mutation: 'create' | 'update' | 'enable' | 'disable',
  input: Record<string, unknown>,
  identity = operator,
): Promise<Answer> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}DomainInput!`
  return subgraph.ask(
    identity,
    `mutation ($input: ${type}) { done: ${mutation}Domain(input: $input) { clientMutationId domain { ${all} } } }`,
    { input },
  )
}

function codeIn({ errors }: Answer): unknown {
  return errors?.[0]?.extensions.code
}

test('a new domain is in service with its API not enabled, its hosts in one form', async () => {
  const { data } = await change('create', {
    clientMutationId: 'mine',
    name: 'north',
    hosts: ['North.Example:8443', 'north.example.', 'bücher.example', '127.0.0.1:4000'],
    zone: 'America/Vancouver',
  })
  assert.equal(data.done.clientMutationId, 'mine')
  const { id, ...domain } = data.done.domain
  assert.match(id, /^\d+$/)
  assert.deepEqual(domain, {
    name: 'north',
    hosts: ['north.example', 'xn--bcher-kva.example', '127.0.0.1'],
    zone: 'America/Vancouver',
    sandbox: false,
    enabled: false,
    contract: null,
    state: 'ACTIVE',
    version: 1,
  })
})

test('everything that is wrong with a new domain is told at once', async () => {
  const input = { name: 'Not a slug', hosts: ['fine.example', 'not a host', 'a/b'], zone: 'Mars/Olympus' }
  const { errors } = await change('create', input)
  const violations = errors?.[0]?.extensions.violations as { path: string }[]
  assert.deepEqual(
    violations.map((violation) => violation.path),
    ['input.name', 'input.hosts.1', 'input.hosts.2', 'input.zone'],
  )
})

test('a name or a host belongs to one domain only, in whatever spelling', async () => {
  await change('create', { name: 'owner', hosts: ['owner.example'], zone: 'UTC' })
  const sameName = await change('create', { name: 'owner', hosts: ['other.example'], zone: 'UTC' })
  assert.equal(codeIn(sameName), 'DOMAIN_NAME_IN_USE')
  const sameHost = await change('create', {
    name: 'thief',
    hosts: ['a.example', 'OWNER.example:443'],
    zone: 'UTC',
  })
  assert.equal(codeIn(sameHost), 'HOST_IN_USE')
  assert.deepEqual(sameHost.errors?.[0]?.extensions.hosts, ['owner.example'])
})

test('hosts that a domain gives up are free for another', async () => {
  await change('create', { name: 'mover', hosts: ['old.example', 'kept.example'], zone: 'UTC' })
  const moved = await change('update', { name: 'mover', hosts: ['new.example', 'kept.example'] })
  assert.deepEqual(moved.data.done.domain.hosts, ['new.example', 'kept.example'])
  const taken = await change('create', { name: 'next', hosts: ['old.example'], zone: 'UTC' })
  assert.deepEqual(taken.data.done.domain.hosts, ['old.example'])
})

test('the API is enabled only on a contract, and a disabled domain keeps it on record', async () => {
  await change('create', { name: 'paying', hosts: ['paying.example'], zone: 'UTC' })
  assert.equal(codeIn(await change('enable', { name: 'paying', contract: ' ' })), 'VALIDATION_FAILED')
  const enabled = (await change('enable', { name: 'paying', contract: 'C-1' })).data.done.domain
  assert.deepEqual([enabled.enabled, enabled.contract, enabled.state], [true, 'C-1', 'ACTIVE'])
  const disabled = (await change('disable', { name: 'paying' })).data.done.domain
  assert.deepEqual([disabled.enabled, disabled.contract, disabled.state], [false, 'C-1', 'DISABLED'])
  const again = (await change('enable', { name: 'paying', contract: 'C-2' })).data.done.domain
  assert.deepEqual([again.enabled, again.contract, again.state, again.version], [true, 'C-2', 'ACTIVE', 4])
})

test('a change that changes nothing is no change', async () => {
  await change('create', { name: 'still', hosts: ['still.example'], zone: 'UTC' })
  const { version } = await subgraph.follow(0)
  const input = { name: 'still', hosts: ['STILL.example'], zone: 'UTC' }
  assert.equal((await change('update', input)).data.done.domain.version, 1)
  assert.equal((await subgraph.follow(0)).version, version)
})

test('a change that expects another version is refused', async () => {
  await change('create', { name: 'moved-on', hosts: ['moved-on.example'], zone: 'UTC' })
  const input = { name: 'moved-on', contract: 'C', expectedVersion: 2 }
  assert.equal(codeIn(await change('enable', input)), 'CONFLICT')
})

test('an unknown domain is not found, and its path says where it was named', async () => {
  const { errors } = await change('disable', { name: 'nowhere' })
  assert.deepEqual(errors?.[0]?.extensions, { code: 'NOT_FOUND', path: 'input.name' })
})

test('creating a domain twice under one Idempotency-Key makes it once, also at the same moment', async () => {
  const mutations = [{ key: 'once', fingerprint: 'same', path: 'done' }]
  const input = { name: 'once', hosts: ['once.example'], zone: 'UTC' }
  const create = () => change('create', input, createOperatorIdentity({ mutations }))
  const answers = [...(await Promise.all([create(), create(), create()])), await create()]
  const ids = new Set(answers.map(({ data }) => data.done.domain.id))
  assert.equal(ids.size, 1)
  assert.equal(answers.filter(({ extensions }) => extensions?.idempotency === 'REPLAYED').length, 3)
})

test('each follower is told of a change, and this database knows it as they do', async () => {
  const { data } = await change('create', { name: 'told', hosts: ['told.example'], zone: 'UTC' })
  await change('enable', { name: 'told', contract: 'C-9' })
  const id = Number(data.done.domain.id)
  const client = new pg.Client({ connectionString: subgraph.adminUrl })
  await client.connect()
  const { rows } = await client.query<{ payload: { target: string; payload: object } }>(
    `SELECT payload FROM graphile_worker._private_jobs WHERE (payload ->> 'domainId')::int = $1 ORDER BY id`,
    [id],
  )
  await client.end()
  assert.deepEqual(
    rows.map(({ payload }) => payload.target),
    ['patients', 'appointments', 'patients', 'appointments'],
  )
  const expected = {
    id,
    name: 'told',
    hosts: ['told.example'],
    state: 'ACTIVE',
    zone: 'UTC',
    contract: 'C-9',
  }
  assert.deepEqual(rows.at(-1)?.payload.payload, { ...expected, version: 2 })
  const known = await subgraph.db.selectFrom('domainRef').selectAll().where('id', '=', id).execute()
  assert.deepEqual(known, [{ ...expected, deletedAt: null, version: 2 }])
})

test('domains are listed by name, page by page, and found by name', async () => {
  const names: string[] = []
  let after: string | null = null
  do {
    const { data }: Answer = await subgraph.ask(
      operator,
      'query ($after: String) { domains(first: 3, after: $after) { totalCount nodes { name hosts } pageInfo { endCursor hasNextPage } } }',
      { after },
    )
    const { nodes, pageInfo, totalCount } = data.domains
    names.push(...nodes.map((node: { name: string }) => node.name))
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null
    if (!after) assert.equal(totalCount, names.length)
  } while (after)
  assert.deepEqual(names, [...names].sort())
  assert.ok(names.includes('north'))
  const { data } = await subgraph.ask(
    operator,
    '{ here: domain(name: "north") { zone } gone: domain(name: "x") { id } }',
  )
  assert.deepEqual({ ...data }, { here: { zone: 'America/Vancouver' }, gone: null })
})
