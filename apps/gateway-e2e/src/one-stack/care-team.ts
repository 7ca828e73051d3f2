import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { change, createClinic } from '../clinic.ts'
import { assertGuardsVersion, attempt, codeOf, perform, type AskGraph } from '../mutations.ts'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

type Saved = { id: string; version: number; [name: string]: unknown }
type Role = { uuid: string; version: number; [name: string]: unknown }

let stack: Stack
let providerId = ''
let contactId = ''
const roles: Role[] = []
const roleFields = 'uuid name description position archived archivedBy { id fullName } version'
before(async () => {
  stack = await openStack()
  providerId = (await createClinic(stack.north)).providerId
  const { facility } = await perform(ask, 'createFacility', { name: 'Clinic' }, 'facility { id }')
  const contact = { firstName: 'Cora', lastName: 'Aaron', facilityId: facility.id }
  contactId = (await perform(ask, 'createContact', contact, 'contact { id }')).contact.id
  for (const name of ['Coordinator', 'Nurse', 'Advocate'])
    roles.push(await createRole({ name, description: `Is ${name}.`, clientMutationId: name }))
})
after(() => stack.stop())

const ask: AskGraph = (query, variables) => stack.north.ask(query, variables)
const askSettings: AskGraph = (query, variables) => stack.north.askSettings(query, variables)

async function createRole(input: Record<string, unknown>): Promise<Role> {
  const selection = `clientMutationId careTeamRole { ${roleFields} }`
  const made = await change(stack.north, 'createCareTeamRole', input, selection)
  assert.equal(made.clientMutationId, input.clientMutationId ?? null)
  return made.careTeamRole as Role
}

async function readRole(uuid: string): Promise<Role> {
  const { body, text } = await ask(`query ($uuid: String!) { careTeamRole(uuid: $uuid) { ${roleFields} } }`, {
    uuid,
  })
  assert.equal(body.errors, undefined, text)
  return body.data?.careTeamRole as Role
}

const memberFields = `id version createdAt updatedAt patient { id version } role { uuid name }
  member { __typename ... on Contact { id lastName facility { name } } ... on ProviderUser { id fullName } }`

function add(input: object): Promise<Saved> {
  return perform(ask, 'addCareTeamMember', input, `careTeamMember { ${memberFields} }`).then(
    (payload) => payload.careTeamMember as Saved,
  )
}

async function teamOf(id: string, args = ''): Promise<Saved[]> {
  const { body, text } = await ask(
    `query ($id: ID!) { patient(id: $id) { careTeamMembers${args && `(${args})`} { ${memberFields} } } }`,
    { id },
  )
  assert.equal(body.errors, undefined, text)
  return body.data?.patient.careTeamMembers as Saved[]
}

test('roles are listed by position in pages, and each is found by its uuid', async () => {
  const page = async (args = '') => {
    const { body, text } = await ask(
      `{ careTeamRoles${args && `(${args})`} { edges { cursor node { uuid name } } nodes { uuid } totalCount
        pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }`,
    )
    assert.equal(body.errors, undefined, text)
    const { nodes, ...rest } = body.data?.careTeamRoles as {
      nodes: { uuid: string }[]
      edges: { cursor: string; node: { name: string } }[]
      totalCount: number
      pageInfo: Record<string, unknown>
    }
    return { ...rest, uuids: nodes.map(({ uuid }) => uuid) }
  }
  const uuids = roles.map(({ uuid }) => uuid)
  const whole = await page()
  assert.deepEqual(whole.uuids, uuids)
  assert.equal(whole.totalCount, 3)
  assert.deepEqual(
    roles.map(({ position }) => position),
    [1, 2, 3],
  )
  assert.deepEqual((await page('name: "adv"')).uuids, [uuids[2]])
  const [first, , last] = whole.edges.map(({ cursor }) => cursor)
  assert.deepEqual((await page('first: 1')).uuids, uuids.slice(0, 1))
  assert.deepEqual((await page(`first: 1, after: "${first}"`)).uuids, uuids.slice(1, 2))
  assert.deepEqual((await page('last: 1')).uuids, uuids.slice(2))
  assert.deepEqual((await page(`last: 1, before: "${last}"`)).uuids, uuids.slice(1, 2))
  assert.deepEqual((await page(`last: 1, before: "${last}"`)).pageInfo.hasPreviousPage, true)
  for (const role of roles) assert.deepEqual(await readRole(role.uuid), role)
  const stranger = await stack.south.ask(
    `{ careTeamRole(uuid: "${uuids[0]}") { name } careTeamRoles { totalCount } }`,
  )
  assert.deepEqual(stranger.body.data, { careTeamRole: null, careTeamRoles: { totalCount: 0 } })
})

test('each field of a role changes alone, and an archived role is out of lists but keeps its members', async () => {
  const role = await createRole({ name: 'Case manager', description: 'Keeps the plan.', position: 50 })
  assert.equal(role.position, 50)
  const { id: patientId } = await createPatient(stack.north)
  await add({ patientId, memberType: 'CONTACT', memberId: contactId, roleUuid: role.uuid })
  let before = await readRole(role.uuid)
  const archivedBy = { id: providerId, fullName: 'Paula Provider' }
  for (const [input, shown] of [
    [{ name: 'Manager' }, {}],
    [{ description: null }, {}],
    [{ description: 'Coordinates.' }, {}],
    [{ position: 40 }, {}],
    [{ archived: true }, {}],
    [{ archivedById: providerId }, { archivedBy }],
  ] as [Record<string, unknown>, Record<string, unknown>][]) {
    const { careTeamRole, clientMutationId } = await change(
      stack.north,
      'updateCareTeamRole',
      { uuid: role.uuid, ...input, clientMutationId: 'c' },
      `clientMutationId careTeamRole { ${roleFields} }`,
    )
    assert.equal(clientMutationId, 'c')
    const { archivedById: _, ...own } = input
    assert.deepEqual(careTeamRole, { ...before, ...own, ...shown, version: before.version + 1 })
    before = careTeamRole as Role
  }
  const listed = async (args: string) => {
    const { body } = await ask(`{ careTeamRoles${args} { nodes { uuid } } }`)
    return (body.data?.careTeamRoles.nodes as { uuid: string }[]).some(({ uuid }) => uuid === role.uuid)
  }
  assert.equal(await listed(''), false)
  assert.equal(await listed('(includeArchived: true)'), true)
  assert.equal((await teamOf(patientId))[0]?.role !== null, true)
  await assertGuardsVersion(
    (expectedVersion) =>
      attempt(
        askSettings,
        'updateCareTeamRole',
        { uuid: role.uuid, archived: false, expectedVersion },
        'careTeamRole { uuid }',
      ),
    () => readRole(role.uuid),
  )
  assert.equal((await readRole(role.uuid)).archivedBy, null)
})

test('a care team shows providers and contacts as they are, in the order asked for', async () => {
  const { id: patientId, version } = await createPatient(stack.north)
  const [coordinator, nurse] = roles
  const first = await add({
    ...{ patientId, memberType: 'PROVIDER_USER', memberId: providerId, roleUuid: coordinator?.uuid },
  })
  const second = await add({ patientId, memberType: 'CONTACT', memberId: contactId, roleUuid: nurse?.uuid })
  assert.deepEqual(first.member, { __typename: 'ProviderUser', id: providerId, fullName: 'Paula Provider' })
  assert.deepEqual(second.member, {
    ...{ __typename: 'Contact', id: contactId, lastName: 'Aaron', facility: { name: 'Clinic' } },
  })
  assert.deepEqual(second.patient, { id: patientId, version: version + 2 })
  const listed = async (args?: string) => (await teamOf(patientId, args)).map(({ id }) => id)
  assert.deepEqual(await listed(), [second.id, first.id])
  for (const [field, ids] of [
    ['CREATED_AT', [first.id, second.id]],
    ['LAST_NAME', [second.id, first.id]],
  ] as const) {
    assert.deepEqual(await listed(`orderBy: [{ field: ${field}, direction: ASC }]`), ids)
    assert.deepEqual(await listed(`orderBy: [{ field: ${field}, direction: DESC }]`), ids.toReversed())
  }
  assert.deepEqual(await listed(`careTeamRoleUuid: "${nurse?.uuid}"`), [second.id])
})

test('of a member, each field decides, and what is not there is refused with its path', async () => {
  const { id: patientId } = await createPatient(stack.north)
  const good = { patientId, memberType: 'CONTACT', memberId: contactId, roleUuid: roles[0]?.uuid }
  const selection = `clientMutationId careTeamMember { ${memberFields} }`
  const plain = await perform(ask, 'addCareTeamMember', good, selection)
  assert.equal(plain.careTeamMember.role.uuid, good.roleUuid)
  for (const [name, value, path] of [
    ['patientId', '4711', 'input.patientId'],
    ['memberId', '4711', 'input.memberId'],
    ['memberType', 'PROVIDER_USER', 'input.memberId'],
    ['roleUuid', 'none', 'input.roleUuid'],
  ] as const) {
    const given = name === 'memberType' ? { ...good, memberId: '4712' } : good
    const refused = await attempt(ask, 'addCareTeamMember', { ...given, [name]: value }, selection)
    assert.deepEqual([codeOf(refused), refused.body.errors?.[0]?.extensions.path], ['NOT_FOUND', path], name)
  }
  const made = await perform(ask, 'addCareTeamMember', { ...good, clientMutationId: 'add' }, selection)
  assert.equal(made.clientMutationId, 'add')
  const { id } = made.careTeamMember as Saved
  const update = (input: object) => attempt(ask, 'updateCareTeamMember', { id, ...input }, selection)
  const without = await update({ roleUuid: 'none', clientMutationId: 'update' })
  assert.equal(codeOf(without), 'NOT_FOUND')
  const moved = await update({ roleUuid: roles[1]?.uuid, clientMutationId: 'update' })
  const { clientMutationId, careTeamMember } = moved.body.data?.updateCareTeamMember ?? {}
  assert.deepEqual([clientMutationId, careTeamMember.role.uuid], ['update', roles[1]?.uuid])
  assert.equal(codeOf(await update({ memberType: 'PROVIDER_USER', memberId: '4711' })), 'NOT_FOUND')
  const provider = await update({ memberType: 'PROVIDER_USER', memberId: providerId })
  assert.equal(provider.body.data?.updateCareTeamMember.careTeamMember.member.id, providerId)
  await assertGuardsVersion(
    (expectedVersion) => update({ roleUuid: null, expectedVersion }),
    async () => (await teamOf(patientId)).find((member) => member.id === id) as Saved,
  )
})

test('a member type decides whose id a member id is', async () => {
  const { id: patientId } = await createPatient(stack.north)
  const second = { firstName: 'Second', lastName: 'One', email: 'second@example.test' }
  const { provider } = await change(stack.north, 'createProvider', second, 'provider { id }')
  const selection = 'careTeamMember { id member { __typename } }'
  const input = { patientId, memberId: provider.id as string }
  const add = (memberType: string) => attempt(ask, 'addCareTeamMember', { ...input, memberType }, selection)
  assert.equal(codeOf(await add('CONTACT')), 'NOT_FOUND')
  const { body } = await add('PROVIDER_USER')
  const { id, member } = body.data?.addCareTeamMember.careTeamMember ?? {}
  assert.deepEqual(member, { __typename: 'ProviderUser' })
  const retype = (memberType: string) =>
    attempt(ask, 'updateCareTeamMember', { id, memberType, memberId: input.memberId }, selection)
  assert.equal(codeOf(await retype('CONTACT')), 'NOT_FOUND')
  assert.equal(codeOf(await retype('PROVIDER_USER')), 'accepted')
})

test('a patient’s practitioner is named by e-mail address or by name', async () => {
  const person = {
    firstName: 'Pat',
    lastName: 'Doe',
    dateOfBirth: '1980-02-29',
    gender: 'OTHER',
    identifications: [],
  }
  const create = (input: object) =>
    attempt(ask, 'createPatient', { ...person, ...input }, 'patient { primaryPractitioner { id } }')
  for (const [name, good, bad] of [
    ['primaryPractitionerEmail', 'PAULA@example.test', 'nobody@example.test'],
    ['primaryPractitionerName', 'paula provider', 'No Body'],
  ] as const) {
    const { body, text } = await create({ [name]: good })
    assert.equal(body.data?.createPatient?.patient.primaryPractitioner?.id, providerId, text)
    const refused = await create({ [name]: bad })
    assert.deepEqual(
      [codeOf(refused), refused.body.errors?.[0]?.extensions.path],
      ['NOT_FOUND', `input.${name}`],
    )
  }
})
