import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { change, createClinic, type Clinic } from '../clinic.ts'
import { assertPaged, createCategory, createTemplate } from '../further-data.ts'
import { attempt, codeOf, perform, type AskGraph } from '../mutations.ts'
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

const ask: AskGraph = (query, variables) => stack.north.ask(query, variables)

async function readRespondent(id: string, selection: string) {
  const { body, text } = await ask(`query ($id: ID!) { respondent(id: $id) { ${selection} } }`, { id })
  assert.equal(body.errors, undefined, text)
  return body.data?.respondent
}

test('a respondent has the care team of the patient, by role and in order', async () => {
  const { id: patientId } = await createPatient(stack.north)
  const { facility } = await perform(ask, 'createFacility', { name: 'F' }, 'facility { id }')
  const person = { firstName: 'Ann', lastName: 'Aaron', facilityId: Number(facility.id) }
  const { contact } = await perform(ask, 'createContact', person, 'contact { id }')
  const { careTeamRole } = await change(
    stack.north,
    'createCareTeamRole',
    { name: 'Nurse' },
    'careTeamRole { uuid }',
  )
  const add = async (member: object) =>
    (await perform(ask, 'addCareTeamMember', { patientId, ...member }, 'careTeamMember { id }'))
      .careTeamMember.id as string
  const provider = await add({ memberType: 'PROVIDER_USER', memberId: clinic.providerId })
  const nurse = await add({ memberType: 'CONTACT', memberId: contact.id, roleUuid: careTeamRole.uuid })
  const team = async (args = '') =>
    (await readRespondent(patientId, `careTeamMembers${args} { id }`)).careTeamMembers.map(
      ({ id }: { id: string }) => id,
    )
  assert.deepEqual(await team(), [nurse, provider])
  assert.deepEqual(await team('(orderBy: [{ field: CREATED_AT, direction: ASC }])'), [provider, nurse])
  assert.deepEqual(await team('(orderBy: [{ field: LAST_NAME, direction: DESC }])'), [provider, nurse])
  assert.deepEqual(await team(`(careTeamRoleUuid: "${careTeamRole.uuid}")`), [nurse])
})

test('a respondent has the further data of the patient, page by page, by category and template', async () => {
  const { id: patientId } = await createPatient(stack.north)
  const ids: string[] = []
  const templates: { uuid: string; categoryUuid: string }[] = []
  for (const name of ['One', 'Two', 'Three']) {
    const { uuid: categoryUuid } = await createCategory(stack.north, { name })
    const entities = [{ kind: 'TEXT', name: 'Note' }]
    const { uuid } = await createTemplate(stack.north, { name, module: 'FORM', categoryUuid, entities })
    templates.push({ uuid, categoryUuid })
    const item = { patientId, templateUuid: uuid, values: [] }
    ids.push(
      (await perform(ask, 'upsertPatientDataItem', item, 'patientDataItem { id }')).patientDataItem
        .id as string,
    )
  }
  const found = async (args: string) =>
    (await readRespondent(patientId, `patientDataItems${args} { nodes { id } }`)).patientDataItems.nodes.map(
      ({ id }: { id: string }) => id,
    )
  assert.deepEqual(await found(''), ids)
  assert.deepEqual(await found(`(categoryUuid: "${templates[1]?.categoryUuid}")`), [ids[1]])
  assert.deepEqual(await found(`(templateUuid: "${templates[2]?.uuid}")`), [ids[2]])
  const list = (pages: string) => `respondent(id: "${patientId}") { patientDataItems${pages} }`
  await assertPaged(ask, list, { path: ['respondent', 'patientDataItems'], key: 'id' })
})

test('a respondent whose chart was merged says where it went', async () => {
  const kept = await createPatient(stack.north, { lastName: 'Merging' })
  const merged = await createPatient(stack.north, { lastName: 'Merging' })
  await perform(ask, 'mergePatients', { keptId: kept.id, mergedId: merged.id }, 'kept { id }')
  assert.deepEqual(await readRespondent(merged.id, 'archived mergedInto { id }'), {
    ...{ archived: true, mergedInto: { id: kept.id } },
  })
  assert.deepEqual(await readRespondent(kept.id, 'archived mergedInto { id }'), {
    ...{ archived: false, mergedInto: null },
  })
})

test('what a new respondent names is found, or refused', async () => {
  const person = {
    ...{ firstName: 'Re', lastName: 'Spondent', dateOfBirth: '1990-01-01', gender: 'MALE' },
    identifications: [],
  }
  await change(stack.north, 'createStatusTag', { name: 'Tag' }, 'statusTag { id }')
  const tagged = { ...person, statusTags: ['tag'] }
  await perform(ask, 'createRespondent', tagged, 'respondent { primaryPractitioner { id } }')
  for (const named of [
    { primaryPractitionerEmail: 'paula@example.test' },
    { primaryPractitionerName: 'Paula Provider' },
    {},
  ]) {
    const { respondent } = await perform(
      ask,
      'createRespondent',
      { ...person, ...named },
      'respondent { primaryPractitioner { id } }',
    )
    const expected = Object.keys(named).length > 0 ? { id: clinic.providerId } : null
    assert.deepEqual(respondent.primaryPractitioner, expected)
  }
  for (const named of [
    { primaryPractitionerEmail: 'nobody@example.test' },
    { primaryPractitionerName: 'No Body' },
    { statusTags: ['Nothing'] },
  ]) {
    const refused = await attempt(
      ask,
      'createRespondent',
      { ...person, ...named },
      'respondent { primaryPractitioner { id } }',
    )
    assert.equal(codeOf(refused), 'NOT_FOUND')
  }
})
