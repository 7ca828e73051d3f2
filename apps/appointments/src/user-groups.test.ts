import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity, createSupportIdentity } from '@commonchart/testing'
import { findGroupMembers } from './group-members.ts'
import { codeOf, openTestClinic, rulesOf, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type Answer, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
let staffId: string
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
  await openTestClinic(subgraph, 2)
  staffId = await createProvider('Grace')
})
after(() => subgraph.close())

const support = createSupportIdentity()

async function createProvider(firstName: string): Promise<string> {
  const { createProvider: made } = await subgraph.get(
    support,
    'mutation ($input: CreateProviderInput!) { createProvider(input: $input) { provider { id } } }',
    { input: { firstName, lastName: 'Hopper', email: `${firstName}@clinic.test` } },
  )
  return made.provider.id as string
}

function run(mutation: string, input: object, identity = support): Promise<Answer> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`
  return subgraph.ask(
    identity,
    `mutation ($input: ${type}) { ${mutation}(input: $input) {
      userGroup { id name description color bookable massMatch deactivated version members { id } } } }`,
    { input },
  )
}

async function create(input: object): Promise<string> {
  const { data, errors } = await run('createUserGroup', { name: 'Team', ...input })
  assert.equal(errors, undefined)
  return data.createUserGroup.userGroup.id as string
}

const membersOf = (id: string, domainId = 1) =>
  subgraph.inDomain(domainId, (trx) => findGroupMembers(trx, domainId, Number(id)))

test('a group has the members that are listed and those whom its mass match takes in', async () => {
  const [practitioner, staff] = [Number(clinic.providerId), Number(staffId)]
  const of = async (input: object) => (await membersOf(await create(input)))?.providerIds
  assert.deepEqual(await of({}), [])
  assert.deepEqual(await of({ memberIds: [staffId, staffId] }), [staff])
  assert.deepEqual(await of({ massMatch: ['PRACTITIONER'] }), [practitioner])
  assert.deepEqual(await of({ massMatch: ['STAFF'] }), [staff])
  assert.deepEqual(await of({ massMatch: ['STAFF'], memberIds: [clinic.providerId] }), [practitioner, staff])
  assert.deepEqual(await of({ massMatch: ['ALL'] }), [practitioner, staff])
  assert.deepEqual(await of({ massMatch: ['PRACTITIONER', 'STAFF'] }), [practitioner, staff])
})

test('who no longer practises here is no member, and one again who comes back', async () => {
  const providerId = await createProvider('Alan')
  const id = await create({ memberIds: [providerId], massMatch: ['STAFF'] })
  const deactivate = (deactivated: boolean) =>
    subgraph.get(
      support,
      'mutation ($input: UpdateProviderInput!) { updateProvider(input: $input) { provider { id } } }',
      { input: { id: providerId, deactivated } },
    )
  await deactivate(true)
  assert.deepEqual((await membersOf(id))?.providerIds, [Number(staffId)])
  const shown = await subgraph.get(createIdentity(), `{ userGroup(id: "${id}") { members { id } } }`)
  assert.deepEqual(shown.userGroup.members, [])
  await deactivate(false)
  assert.deepEqual((await membersOf(id))?.providerIds, [Number(staffId), Number(providerId)])
  await deactivate(true)
})

test('a group is bookable unless it was made otherwise or is deactivated', async () => {
  assert.equal((await membersOf(await create({})))?.bookable, true)
  assert.equal((await membersOf(await create({ bookable: false })))?.bookable, false)
  const id = await create({})
  await run('deactivateUserGroup', { id })
  assert.equal((await membersOf(id))?.bookable, false)
  assert.equal(await membersOf('999'), null)
})

test('a change lists members anew, leaves what is absent, and is recorded with what it was before', async () => {
  const id = await create({ description: 'd', color: '#112233', memberIds: [staffId], massMatch: ['ALL'] })
  const changed = await run('updateUserGroup', {
    ...{ id, expectedVersion: 1, name: 'Nurses', massMatch: null, memberIds: [clinic.providerId] },
  })
  assert.deepEqual(changed.data.updateUserGroup.userGroup, {
    ...{ id, name: 'Nurses', description: 'd', color: '#112233', bookable: true, massMatch: [] },
    ...{ deactivated: false, version: 2, members: [{ id: clinic.providerId }] },
  })
  const same = await run('updateUserGroup', { id, name: 'Nurses', memberIds: [clinic.providerId] })
  assert.equal(same.data.updateUserGroup.userGroup.version, 2)
  assert.equal(codeOf(await run('updateUserGroup', { id, expectedVersion: 1, name: 'x' })), 'CONFLICT')
  assert.equal(codeOf(await run('deactivateUserGroup', { id, expectedVersion: 1 })), 'CONFLICT')
  assert.equal((await run('deactivateUserGroup', { id })).data.deactivateUserGroup.userGroup.version, 3)
  const events = await subgraph.inDomain(1, (trx) =>
    trx
      .selectFrom('auditEvent')
      .select(['action', 'fields', 'before'])
      .where('recordType', '=', 'UserGroup')
      .where('recordId', '=', id)
      .orderBy('recordVersion')
      .execute(),
  )
  assert.deepEqual(
    events.map(({ action }) => action),
    ['user_group.created', 'user_group.updated', 'user_group.deactivated'],
  )
  assert.deepEqual(events[1]?.fields, ['name', 'massMatch', 'memberIds'])
  assert.deepEqual(events[1]?.before?.memberIds, [Number(staffId)])
})

test('lists hide groups that are out of use, and a group is found by its id all the same', async () => {
  const id = await create({ name: 'Old' })
  await run('deactivateUserGroup', { id })
  const { hidden, shown, userGroup } = await subgraph.get(
    createIdentity(),
    `{ hidden: userGroups { id } shown: userGroups(includeDeactivated: true) { id } userGroup(id: "${id}") { name } }`,
  )
  const has = (groups: { id: string }[]) => groups.some((each) => each.id === id)
  assert.deepEqual([has(hidden), has(shown), userGroup.name], [false, true, 'Old'])
})

test('what cannot be stored is refused with every rule, and unknown members with their paths', async () => {
  const refused = await run('createUserGroup', { name: ' ', color: 'blue-ish' })
  assert.deepEqual(rulesOf(refused), ['input.name REQUIRED', 'input.color COLOR'])
  const unknown = await run('createUserGroup', { name: 'Team', memberIds: [staffId, '999', 'x'] })
  assert.equal(codeOf(unknown), 'NOT_FOUND')
  assert.deepEqual(unknown.errors?.[0]?.extensions.paths, ['input.memberIds.1', 'input.memberIds.2'])
})

test('only the support account changes groups', async () => {
  assert.equal(codeOf(await run('createUserGroup', { name: 'Team' }, createIdentity())), 'FORBIDDEN')
})

test('groups and members of another domain are neither seen nor named', async () => {
  const id = await create({ memberIds: [staffId] })
  const other = createIdentity({ domainId: 2 })
  const seen = await subgraph.get(other, `{ userGroup(id: "${id}") { id } userGroups { id } }`)
  assert.deepEqual(seen, { userGroup: null, userGroups: [] })
  assert.equal(await membersOf(id, 2), null)
  const supportOfOther = createSupportIdentity({ domainId: 2 })
  assert.equal(codeOf(await run('updateUserGroup', { id, name: 'x' }, supportOfOther)), 'NOT_FOUND')
  const named = await run('createUserGroup', { name: 'Team', memberIds: [staffId] }, supportOfOther)
  assert.equal(codeOf(named), 'NOT_FOUND')
})
