import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { change, createClinic, type Clinic } from '../clinic.ts'
import { assertGuardsVersion, attempt } from '../mutations.ts'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

let stack: Stack
let clinic: Clinic
before(async () => {
  stack = await openStack()
  clinic = await createClinic(stack.north)
})
after(() => stack.stop())

const groupFields =
  'id name description color bookable massMatch deactivated version createdAt updatedAt members { id fullName }'

async function read(id: string) {
  const { body, text } = await stack.north.ask(`{ userGroup(id: "${id}") { ${groupFields} } }`)
  assert.ok(body.data?.userGroup, text)
  return body.data.userGroup as {
    name: string
    version: number
    members: { id: string }[]
    massMatch: string[]
  }
}

test('a user group keeps all that it is made of, and all that it is changed to', async () => {
  const input = {
    ...{
      clientMutationId: 'c-1',
      name: 'Nurses',
      description: 'All nurses',
      color: '#112233',
      bookable: false,
    },
    ...{ massMatch: ['ALL'], memberIds: [clinic.providerId] },
  }
  const made = await change(
    stack.north,
    'createUserGroup',
    input,
    `clientMutationId userGroup { ${groupFields} }`,
  )
  const { id } = made.userGroup as { id: string }
  assert.equal(made.clientMutationId, 'c-1')
  const { clientMutationId: _, memberIds: __, ...values } = input
  assert.partialDeepStrictEqual(await read(id), {
    ...values,
    members: [{ id: clinic.providerId, fullName: 'Paula Provider' }],
  })
  const email = 'sam@example.test'
  const { provider } = await change(
    stack.north,
    'createProvider',
    { firstName: 'Sam', lastName: 'Second', email },
    'provider { id }',
  )
  const next = {
    ...{ clientMutationId: 'c-2', id, name: 'Doctors', description: 'All doctors', color: '#445566' },
    ...{ bookable: true, memberIds: [provider.id] },
  }
  for (const massMatch of ['ALL', 'PRACTITIONER', 'STAFF']) {
    const selection = `clientMutationId userGroup { ${groupFields} }`
    const changed = await change(
      stack.north,
      'updateUserGroup',
      { ...next, massMatch: [massMatch] },
      selection,
    )
    assert.equal(changed.clientMutationId, 'c-2')
    const shown = await read(id)
    assert.deepEqual(changed.userGroup, shown)
    assert.deepEqual([shown.massMatch, shown.members.map((each) => each.id)], [[massMatch], [provider.id]])
  }
})

test('a user group is changed by those who saw it as it is, and hidden once it is out of use', async () => {
  const { userGroup } = await change(stack.north, 'createUserGroup', { name: 'Team' }, 'userGroup { id }')
  const id = userGroup.id as string
  const guarded = (mutation: string, more: object) => (expectedVersion: number) =>
    attempt(stack.north.askSettings, mutation, { id, expectedVersion, ...more }, 'userGroup { id }')
  await assertGuardsVersion(guarded('updateUserGroup', { name: 'Crew' }), () => read(id))
  await assertGuardsVersion(guarded('deactivateUserGroup', {}), () => read(id))
  const list = async (args: string) => {
    const { body } = await stack.north.ask(`{ userGroups${args} { id } }`)
    return (body.data?.userGroups as { id: string }[]).some((each) => each.id === id)
  }
  assert.deepEqual([await list(''), await list('(includeDeactivated: true)')], [false, true])
  const again = { id, deactivated: false }
  await change(stack.north, 'updateUserGroup', again, 'userGroup { id deactivated }')
  assert.equal(await list(''), true)
  const off = { id, deactivated: true }
  const { userGroup: gone } = await change(
    stack.north,
    'updateUserGroup',
    off,
    'userGroup { id deactivated }',
  )
  assert.deepEqual(gone, off)
  const ended = await change(
    stack.north,
    'deactivateUserGroup',
    { id, clientMutationId: 'c' },
    'clientMutationId userGroup { id }',
  )
  assert.deepEqual(ended, { clientMutationId: 'c', userGroup: { id } })
  const other = await change(stack.north, 'createUserGroup', { name: 'Other' }, 'userGroup { id }')
  const found = [await read(id), await read(other.userGroup.id as string)]
  assert.deepEqual(
    found.map(({ name }) => name),
    ['Crew', 'Other'],
  )
})

test('a virtual appointment has a link from the template of its domain, and no other domain sees it', async () => {
  const template = 'https://visits.example/{appointmentId}?code={accessCode}'
  const selection = 'clientMutationId virtualVisitUrl'
  const sent = { virtualVisitUrl: template, clientMutationId: 'c' }
  assert.deepEqual(await change(stack.north, 'setVirtualVisitUrl', sent, selection), sent)
  const { body: setting } = await stack.north.askSettings('{ virtualVisitUrl }')
  assert.equal(setting.data?.virtualVisitUrl, template)
  const { id: patientId } = await createPatient(stack.north)
  const book = async (visitType: string) => {
    const { body, text } = await stack.north.ask(
      'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { id } }',
      {
        input: {
          ...{ ...clinic, patientId, visitType, skipValidations: true },
          ...{ startAt: '2099-03-02T18:00:00Z', untilAt: '2099-03-02T18:30:00Z' },
        },
      },
    )
    assert.ok(body.data?.createAppointment, text)
    return body.data.createAppointment.id as string
  }
  const [virtual, physical] = [await book('VIRTUAL_VISIT'), await book('PHYSICAL_VISIT')]
  const ask = async (domain: typeof stack.north, argument: string, id: string) => {
    const query = `{ virtualVisitLink(${argument}: "${id}") { accessCode url appointment { id patient { id } } } }`
    return (await domain.ask(query)).body.data?.virtualVisitLink as { accessCode: string } | null
  }
  for (const argument of ['id', 'appointmentId']) {
    const link = await ask(stack.north, argument, virtual)
    assert.ok(link)
    assert.deepEqual(link, {
      accessCode: link.accessCode,
      url: `https://visits.example/${virtual}?code=${link.accessCode}`,
      appointment: { id: virtual, patient: { id: patientId } },
    })
    assert.equal(await ask(stack.north, argument, physical), null)
    assert.equal(await ask(stack.south, argument, virtual), null)
  }
})
