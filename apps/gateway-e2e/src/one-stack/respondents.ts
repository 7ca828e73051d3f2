import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isObjectType } from 'graphql'
import { change, createClinic, type Clinic } from '../clinic.ts'
import { assertReadBack, fill, roundsOf } from '../inputs.ts'
import { attempt, codeOf, perform, type AskGraph, type Payload } from '../mutations.ts'
import { createPatient } from '../records.ts'
import { readPublicSchema, readSettingsSchema, selectAll } from '../schema.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

const schema = readPublicSchema()
let stack: Stack
let clinic: Clinic
let tagId: string
let templateId: string
let facilityId: number
let contactId: number
before(async () => {
  stack = await openStack()
  clinic = await createClinic(stack.north)
  tagId = (await change(stack.north, 'createStatusTag', { name: 'Diabetes' }, 'statusTag { id }')).statusTag
    .id as string
  templateId = (
    await change(
      stack.north,
      'createIdentificationTemplate',
      { name: 'Card', identificationCustomData: [{ uuid: 'c-1', name: 'Plan' }] },
      'identificationTemplate { id }',
    )
  ).identificationTemplate.id as string
  const { facility } = await perform(ask, 'createFacility', { name: 'F' }, 'facility { id }')
  facilityId = Number(facility.id)
  const { contact } = await perform(
    ask,
    'createContact',
    { firstName: 'A', lastName: 'B', facilityId },
    'contact { id }',
  )
  contactId = Number(contact.id)
})
after(() => stack.stop())

const ask: AskGraph = (query, variables) => stack.north.ask(query, variables)
const input = 'CreateRespondentInput'

function identification(value: string) {
  return {
    ...{ value, templateId: Number(templateId), code: 'AB', name: 'Card', paymentIssuerCode: 'BC' },
    ...{ primary: true, startAt: '2020-01-01', endAt: '2030-01-01' },
    identificationCustomData: [{ uuid: 'c-1', value: 'Gold' }],
  }
}

/** Selects everything of a type but pages of appointments and what the union of archivers holds, which are asked for by name. */
function selection(type: string): string {
  return `${selectAll(schema, type, 3)} appointments { totalCount nodes { id respondent { id fullName } } }
    archivedBy { __typename ... on EnterpriseApiConsumer { id name } }`
}

async function readBoth(id: string): Promise<{ respondent: Payload; patient: Payload }> {
  const { body, text } = await ask(
    `query ($id: ID!) { respondent(id: $id) { ${selection('Respondent')} } patient(id: $id) { ${selection('Patient')} } }`,
    { id },
  )
  assert.equal(body.errors, undefined, text)
  return body.data as { respondent: Payload; patient: Payload }
}

test('Respondent has every field of Patient, of the same type and with the same arguments', () => {
  const describe = (name: string) => {
    const type = schema.getType(name)
    assert.ok(isObjectType(type))
    return Object.values(type.getFields()).map(
      (field) =>
        `${field.name}(${field.args.map((each) => `${each.name}: ${String(each.type)}`).join()}): ${String(field.type)}`,
    )
  }
  assert.deepEqual(describe('Respondent').sort(), describe('Patient').sort())
})

test('createRespondent stores every field, and a respondent answers what the patient answers', async () => {
  const rounds = roundsOf(schema, input)
  for (let round = 1; round < rounds + 2; round += 1) {
    const sent = fill(schema, input, round, {
      primaryLocationId: Number(clinic.locationId),
      primaryPractitionerId: Number(clinic.providerId),
      ...{ primaryPractitionerEmail: 'paula@example.test', primaryPractitionerName: 'Paula Provider' },
      ...{
        familyPractitionerId: contactId,
        referringPractitionerId: contactId,
        preferredPharmacyId: facilityId,
      },
      statusTags: ['diabetes'],
      identifications: [identification(`9${round}`)],
    })
    const { respondent, clientMutationId } = await perform(
      ask,
      'createRespondent',
      sent,
      `clientMutationId respondent { ${selection('Respondent')} }`,
    )
    assert.equal(clientMutationId, sent.clientMutationId)
    const { statusTags, ...stored } = respondent
    const { primaryPractitionerEmail: _email, primaryPractitionerName: _name, ...kept } = sent
    assertReadBack(schema, stored, kept, input)
    assert.deepEqual(
      [statusTags[0].id, respondent.primaryPractitioner.id, respondent.identifications[0].template.id],
      [tagId, clinic.providerId, templateId],
    )
    const both = await readBoth(respondent.id)
    assert.deepEqual(both.respondent, respondent)
    assert.deepEqual(both.respondent, both.patient)
  }
})

test('a respondent bears the tags that are named, and none without', async () => {
  const person = {
    ...{ firstName: 'Tag', lastName: 'Ged', dateOfBirth: '1990-01-01', gender: 'MALE' },
    identifications: [],
  }
  const create = async (more: object) =>
    (await perform(ask, 'createRespondent', { ...person, ...more }, 'respondent { statusTags { name } }'))
      .respondent.statusTags
  const named = { statusTags: ['DIABETES'] }
  assert.deepEqual(
    [await create(named), await create({}), await create(named)],
    [[{ name: 'Diabetes' }], [], [{ name: 'Diabetes' }]],
  )
})

test('a tag that no name fits is refused with its path', async () => {
  const person = {
    firstName: 'A',
    lastName: 'B',
    dateOfBirth: '1990-01-01',
    gender: 'MALE',
    identifications: [],
  }
  const refused = await attempt(
    ask,
    'createRespondent',
    { ...person, statusTags: ['Diabetes', 'None'] },
    'respondent { id }',
  )
  assert.equal(codeOf(refused), 'NOT_FOUND')
  assert.equal(refused.body.errors?.[0]?.extensions.path, 'input.statusTags.1')
})

test('a respondent answers as the patient does when archived, dead, renamed, confirmed and booked', async () => {
  const { id } = await createPatient(stack.north, { middleName: 'Q' })
  await perform(
    ask,
    'updatePatient',
    { id, lastName: 'Married', formerNames: [{ firstName: 'P', lastName: 'Q', until: '2001-01-01' }] },
    'patient { id }',
  )
  const standing = fill(readSettingsSchema(), 'SetPatientStandingInput', 1, { id, deceased: true })
  await change(stack.north, 'setPatientStanding', { id, ...standing }, 'patient { id }')
  const day = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10)
  const times = { startAt: `${day}T10:00:00-08:00`, untilAt: `${day}T10:30:00-08:00` }
  const booked = await ask(
    'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { id respondent { id fullName } } }',
    { input: { ...clinic, ...times, patientId: id, skipValidations: true } },
  )
  assert.deepEqual(
    booked.body.data?.createAppointment.respondent,
    { id, fullName: 'Pat Q Married' },
    booked.text,
  )
  await perform(ask, 'archivePatient', { id }, 'patient { id }')
  const { respondent, patient } = await readBoth(id)
  assert.deepEqual(respondent, patient)
  assert.equal(respondent.appointments.totalCount, 1)
  assert.deepEqual([respondent.archived, respondent.deceased, respondent.formerNames.length], [true, true, 2])
  const { body } = await stack.north.askSettings(
    `query ($id: ID!) { respondent(id: $id) { archivedBy { ... on InternalApiConsumer { id name createdAt updatedAt } } } }`,
    { id },
  )
  assert.deepEqual(body.data?.respondent, { archivedBy: {} })
})

test('another domain has no such respondent', async () => {
  const { id } = await createPatient(stack.north)
  const { body } = await stack.south.ask(
    'query ($id: ID!) { respondent(id: $id) { id } respondents { totalCount } }',
    { id },
  )
  assert.deepEqual(body.data, { respondent: null, respondents: { totalCount: 0 } })
})
