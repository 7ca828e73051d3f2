import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AuditChange } from '@commonchart/audit'
import { withDomain } from '@commonchart/database'
import { createProviderOwner } from './test-providers.ts'
import { createPatient, person, startPatients, type Answer } from './test-patients.ts'

let patients: Awaited<ReturnType<typeof startPatients>>
let contactId = ''
before(async () => {
  patients = await startPatients(createProviderOwner().post)
  const { data } = await patients.ask(`mutation {
    createFacility(input: { name: "Corner Pharmacy" }) { facility { id } }
    createContact(input: { firstName: "Max", lastName: "Müller", facilityId: 1 }) { contact { id } } }`)
  contactId = data?.createContact.contact.id
})
after(() => patients.stop())

const codeOf = (answer: Answer): unknown => answer.errors?.[0]?.extensions.code
const pathOf = (answer: Answer): unknown => answer.errors?.[0]?.extensions.path
const rulesOf = (answer: Answer) =>
  (answer.errors?.[0]?.extensions.violations as { path: string; rule: string }[]).map(
    ({ path, rule }) => `${path} ${rule}`,
  )

async function create(input: object = {}): Promise<string> {
  const { data, errors } = await patients.ask(createPatient, { input: { ...person, ...input } })
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data?.createPatient.patient.id
}

async function createRole(input: object): Promise<string> {
  const { data, errors } = await patients.support(
    'mutation ($input: CreateCareTeamRoleInput!) { createCareTeamRole(input: $input) { careTeamRole { uuid } } }',
    { input },
  )
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data?.createCareTeamRole.careTeamRole.uuid
}

const updateRole = (input: object) =>
  patients.support(
    `mutation ($input: UpdateCareTeamRoleInput!) { updateCareTeamRole(input: $input) {
      careTeamRole { name description position archived archivedBy { id } version } } }`,
    { input },
  )

const add = (input: object) =>
  patients.ask(
    `mutation ($input: AddCareTeamMemberInput!) { addCareTeamMember(input: $input) {
      careTeamMember { id version patient { version } role { uuid } member { __typename } } } }`,
    { input },
  )

const update = (input: object) =>
  patients.ask(
    `mutation ($input: UpdateCareTeamMemberInput!) { updateCareTeamMember(input: $input) {
      careTeamMember { version role { name } member { __typename ... on Contact { id } ... on ProviderUser { id } } } } }`,
    { input },
  )

async function teamOf(patientId: string, args = ''): Promise<{ id: string; member: { id: string } }[]> {
  const { data, errors } = await patients.ask(
    `query ($id: ID!) { patient(id: $id) { careTeamMembers${args && `(${args})`} {
      id member { ... on Contact { id lastName } ... on ProviderUser { id } } } } }`,
    { id: patientId },
  )
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data?.patient.careTeamMembers
}

test('a care team lists providers and contacts, in one role or in all, by time or by last name', async () => {
  const patientId = await create()
  const roleUuid = await createRole({ name: 'Coordinator' })
  const ids: string[] = []
  for (const input of [
    { memberType: 'PROVIDER_USER', memberId: '7', roleUuid },
    { memberType: 'CONTACT', memberId: contactId },
    { memberType: 'PROVIDER_USER', memberId: '8', roleUuid: roleUuid.toUpperCase() },
  ]) {
    const { data, errors } = await add({ patientId, ...input })
    assert.equal(errors, undefined, JSON.stringify(errors))
    ids.push(data?.addCareTeamMember.careTeamMember.id)
    assert.equal(data?.addCareTeamMember.careTeamMember.patient.version, ids.length + 1)
  }
  const [zimmer, muller, ahmad] = ids
  const listed = async (args?: string) => (await teamOf(patientId, args)).map(({ id }) => id)
  assert.deepEqual(await listed(), [ahmad, muller, zimmer])
  assert.deepEqual(await listed('orderBy: [{ field: CREATED_AT, direction: ASC }]'), [zimmer, muller, ahmad])
  assert.deepEqual(await listed('orderBy: [{ field: LAST_NAME, direction: ASC }]'), [ahmad, muller, zimmer])
  assert.deepEqual(await listed('orderBy: [{ field: LAST_NAME, direction: DESC }]'), [zimmer, muller, ahmad])
  assert.deepEqual(await listed(`careTeamRoleUuid: "${roleUuid}"`), [ahmad, zimmer])
  assert.deepEqual(await listed('careTeamRoleUuid: "x"'), [])
  assert.deepEqual(
    (await teamOf(patientId)).map(({ member }) => member.id),
    ['8', contactId, '7'],
  )
})

test('a member that refers to nothing is refused with the path of what is missing', async () => {
  const patientId = await create()
  const good = { patientId, memberType: 'CONTACT', memberId: contactId }
  for (const [change, path] of [
    [{ patientId: '4711' }, 'input.patientId'],
    [{ memberId: '4711' }, 'input.memberId'],
    [{ memberType: 'PROVIDER_USER', memberId: '4711' }, 'input.memberId'],
    [{ roleUuid: 'x' }, 'input.roleUuid'],
    [{ roleUuid: '0199a1d2-0000-7000-8000-000000000000' }, 'input.roleUuid'],
  ] as const) {
    const answer = await add({ ...good, ...change })
    assert.deepEqual([codeOf(answer), pathOf(answer)], ['NOT_FOUND', path])
  }
  const missing = await update({ id: '4711' })
  assert.deepEqual([codeOf(missing), pathOf(missing)], ['NOT_FOUND', 'input.id'])
  assert.deepEqual(await teamOf(patientId), [])
})

test('a member changes who it is or its role, on the version that was seen, and the record tells of it', async () => {
  const patientId = await create()
  const roleUuid = await createRole({ name: 'Nurse' })
  const added = await add({ patientId, memberType: 'CONTACT', memberId: contactId })
  const { changes } = added.extensions?.recorder as { changes: AuditChange[] }
  assert.deepEqual(
    changes.map(({ action, recordType, patientId: whose }) => [action, recordType, whose]).sort(),
    [
      ['care_team_member.created', 'CareTeamMember', patientId],
      ['patient.updated', 'Patient', patientId],
    ],
  )
  const whole = changes.find(({ action }) => action === 'patient.updated')
  const { before: was, after: is } = await withDomain(patients.db, 1, (trx) =>
    trx
      .selectFrom('auditEvent')
      .select(['before', 'after'])
      .where('id', '=', String(whole?.id))
      .executeTakeFirstOrThrow(),
  )
  assert.deepEqual(was, { careTeamMembers: [] })
  assert.deepEqual((is?.careTeamMembers as { contactId: number }[]).length, 1)
  const { id, version } = added.data?.addCareTeamMember.careTeamMember as { id: string; version: number }
  const other = await update({ id, memberType: 'PROVIDER_USER' })
  assert.deepEqual(rulesOf(other), ['input.memberId REQUIRED'])
  const moved = await update({
    id,
    memberType: 'PROVIDER_USER',
    memberId: '7',
    roleUuid,
    expectedVersion: version,
  })
  assert.deepEqual(moved.data?.updateCareTeamMember.careTeamMember, {
    version: version + 1,
    role: { name: 'Nurse' },
    member: { __typename: 'ProviderUser', id: '7' },
  })
  assert.equal(codeOf(await update({ id, roleUuid: null, expectedVersion: version })), 'CONFLICT')
  const cleared = await update({ id, memberId: '8', roleUuid: null })
  assert.deepEqual(cleared.data?.updateCareTeamMember.careTeamMember, {
    version: version + 2,
    role: null,
    member: { __typename: 'ProviderUser', id: '8' },
  })
})

test('roles come by position, an archived one is left out of lists and says who archived it', async () => {
  const domain = { domainId: 2 }
  const make = async (input: string) =>
    (
      await patients.support(
        `mutation { createCareTeamRole(input: { ${input} }) { careTeamRole { uuid position } } }`,
        {},
        domain,
      )
    ).data?.createCareTeamRole.careTeamRole as { uuid: string; position: number }
  const last = await make('name: "Last", position: 20')
  const first = await make('name: "First", position: 3')
  const next = await make('name: "Next"')
  assert.deepEqual([first.position, next.position], [3, 21])
  const list = async (args = '') =>
    (
      await patients.ask(`{ careTeamRoles${args} { nodes { uuid } } }`, {}, domain)
    ).data?.careTeamRoles.nodes.map(({ uuid }: { uuid: string }) => uuid) as string[]
  assert.deepEqual(await list(), [first.uuid, last.uuid, next.uuid])
  assert.deepEqual(await list('(name: "LA")'), [last.uuid])
  const archive = await patients.support(
    `mutation { updateCareTeamRole(input: { uuid: "${last.uuid}", archived: true, archivedById: "7" }) { careTeamRole { archived archivedBy { id } } } }`,
    {},
    domain,
  )
  assert.deepEqual(archive.data?.updateCareTeamRole.careTeamRole, { archived: true, archivedBy: { id: '7' } })
  assert.deepEqual(await list(), [first.uuid, next.uuid])
  assert.deepEqual(await list('(includeArchived: true)'), [first.uuid, last.uuid, next.uuid])
  const stranger = await patients.ask(`{ careTeamRole(uuid: "${last.uuid}") { name } }`)
  assert.equal(stranger.data?.careTeamRole, null)
})

test('a role is changed by the support account alone, and what is not archived was archived by nobody', async () => {
  const uuid = await createRole({ name: 'Case manager', description: 'Keeps the plan.' })
  const program = await patients.ask(
    `mutation { createCareTeamRole(input: { name: "x" }) { careTeamRole { uuid } }
      updateCareTeamRole(input: { uuid: "${uuid}", name: "x" }) { careTeamRole { uuid } } }`,
  )
  assert.deepEqual(
    program.errors?.map((error) => error.extensions.code),
    ['FORBIDDEN', 'FORBIDDEN'],
  )
  assert.deepEqual(rulesOf(await updateRole({ uuid, archivedById: '7' })), [
    'input.archivedById NOT_ARCHIVED',
  ])
  const archived = await updateRole({ uuid, archived: true, archivedById: '7', description: null })
  const role = archived.data?.updateCareTeamRole.careTeamRole
  assert.deepEqual([role.archivedBy.id, role.description, role.version], ['7', null, 2])
  const back = await updateRole({ uuid, archived: false, expectedVersion: 2 })
  assert.deepEqual(back.data?.updateCareTeamRole.careTeamRole.archivedBy, null)
  assert.equal(codeOf(await updateRole({ uuid, name: 'y', expectedVersion: 2 })), 'CONFLICT')
  assert.deepEqual(rulesOf(await updateRole({ uuid, name: ' ' })), ['input.name REQUIRED'])
  assert.equal(codeOf(await updateRole({ uuid: 'x' })), 'NOT_FOUND')
})
