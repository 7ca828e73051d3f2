import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isEnumType } from 'graphql'
import { change, createClinic, type Clinic } from '../clinic.ts'
import { createCategory, createTemplate } from '../further-data.ts'
import { external, importOne } from '../imports.ts'
import { attempt, codeOf, perform, type AskGraph } from '../mutations.ts'
import { createPatient } from '../records.ts'
import { readSettingsSchema } from '../schema.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'
import { until } from '../until.ts'

const schema = readSettingsSchema()
let stack: Stack
let clinic: Clinic
let tagId = ''
before(async () => {
  stack = await openStack()
  clinic = await createClinic(stack.north)
  tagId = (await change(stack.north, 'createStatusTag', { name: 'Tag' }, 'statusTag { id }')).statusTag.id
})
after(() => stack.stop())

const ask: AskGraph = (query, variables) => stack.north.ask(query, variables)
const charts = `clientMutationId kept { id version email phone } merged { id version archived mergedInto { id } }`
const merge = (input: object) => attempt(ask, 'mergePatients', input, charts)
const unmerge = (input: object) => attempt(ask, 'unmergePatients', input, charts)

/** Two charts of one person: the second one, imported, has more of everything. */
async function createTwo(name: string) {
  const person = { firstName: 'Ada', lastName: name, dateOfBirth: '1980-02-29', gender: 'OTHER' }
  const kept = await createPatient(stack.north, { ...person, city: 'Hope' })
  const imported = {
    ...{ ...person, externalId: external(name), email: `${name}@example.test`, phone: '604-555-0123' },
    ...{ streetAddress: '1 Main', city: 'Nelson', primaryLocationId: clinic.locationId },
    identifications: [{ value: `${name}-1` }, { value: `${name}-2` }],
  }
  const merged = await importOne(stack.north, 'importPatients', imported, 'CREATED')
  const more = { statusTagIds: { add: [{ id: tagId }] }, formerNames: [{ lastName: 'Before' }] }
  await perform(ask, 'updatePatient', { id: merged, ...more }, 'patient { id }')
  return { kept: kept.id, merged, imported }
}

async function preview(keptId: string, mergedId: string) {
  return ask(
    `query ($keptId: ID!, $mergedId: ID!) { previewMerge(keptId: $keptId, mergedId: $mergedId) {
       kept { id city } merged { id city } moves { what count } fills { field value }
       confidence criteria { criterion agrees how } } }`,
    { keptId, mergedId },
  )
}

/** What belongs to a patient, as far as a merge moves it. */
async function read(id: string) {
  const { body, text } = await ask(
    `query ($id: ID!) { patient(id: $id) { archived email phone city mergedInto { id fullName }
       identifications { value } statusTags { id } careTeamMembers { id } patientDataItems { nodes { id } } } }`,
    { id },
  )
  assert.ok(body.data?.patient, text)
  return body.data.patient
}

test('a preview tells what a merge would do, and the merge does it', async () => {
  const { kept, merged } = await createTwo('Preview')
  const other = await createPatient(stack.north, { firstName: 'Somebody', lastName: 'Else', city: 'Delta' })
  const { body, text } = await preview(kept, merged)
  assert.deepEqual(
    body.data?.previewMerge,
    {
      ...{ kept: { id: kept, city: 'Hope' }, merged: { id: merged, city: 'Nelson' }, confidence: 'MEDIUM' },
      moves: [
        { what: 'IDENTIFICATIONS', count: 2 },
        { what: 'STATUS_TAGS', count: 1 },
        { what: 'FORMER_NAMES', count: 1 },
        { what: 'EXTERNAL_IDS', count: 1 },
      ],
      fills: [
        { field: 'email', value: 'Preview@example.test' },
        { field: 'phone', value: '604-555-0123' },
        { field: 'primaryLocationId', value: clinic.locationId },
      ],
      criteria: [
        { criterion: 'IDENTIFICATION', agrees: false, how: null },
        ...['DATE_OF_BIRTH', 'SEX', 'LAST_NAME', 'FIRST_NAME'].map((criterion) => ({
          ...{ criterion, agrees: true, how: 'EQUAL' },
        })),
      ],
    },
    text,
  )
  const back = await preview(merged, kept)
  assert.notDeepEqual(back.body.data?.previewMerge.fills, body.data?.previewMerge.fills)
  const stranger = await preview(other.id, merged)
  assert.equal(stranger.body.data?.previewMerge.confidence, null)
  assert.equal((await preview(kept, other.id)).body.data?.previewMerge.merged.city, 'Delta')
  assert.equal(codeOf(await preview(kept, kept)), 'VALIDATION_FAILED')
  const made = await merge({ keptId: kept, mergedId: merged, clientMutationId: 'm' })
  assert.equal(codeOf(made), 'accepted', made.text)
  assert.equal(made.body.data?.mergePatients.clientMutationId, 'm')
  assert.deepEqual(await read(kept), {
    ...{
      archived: false,
      email: 'Preview@example.test',
      phone: '604-555-0123',
      city: 'Hope',
      mergedInto: null,
    },
    ...{ identifications: [{ value: 'Preview-1' }, { value: 'Preview-2' }], statusTags: [{ id: tagId }] },
    ...{ careTeamMembers: [], patientDataItems: { nodes: [] } },
  })
  const gone = await read(merged)
  assert.deepEqual([gone.archived, gone.mergedInto], [true, { id: kept, fullName: 'Ada Preview' }])
  assert.equal(codeOf(await preview(kept, merged)), 'PATIENT_MERGED')
})

test('every kind of belonging moves, is counted, and moves back', async () => {
  const { kept, merged } = await createTwo('Belonging')
  const member = { patientId: merged, memberType: 'PROVIDER_USER', memberId: clinic.providerId }
  await perform(ask, 'addCareTeamMember', member, 'careTeamMember { id }')
  const { uuid: categoryUuid } = await createCategory(stack.north, { name: 'C' })
  const entities = [{ kind: 'TEXT', name: 'Note' }]
  const { uuid } = await createTemplate(stack.north, { name: 'T', module: 'FORM', categoryUuid, entities })
  const item = { patientId: merged, templateUuid: uuid, values: [] }
  await perform(ask, 'upsertPatientDataItem', item, 'patientDataItem { id }')
  const { body } = await preview(kept, merged)
  const type = schema.getType('PatientBelongingEnum')
  assert.ok(isEnumType(type))
  const seen = body.data?.previewMerge.moves.map(({ what }: { what: string }) => what) as string[]
  assert.deepEqual(
    seen.toSorted(),
    type
      .getValues()
      .map(({ name }) => name)
      .toSorted(),
  )
  const before = [await read(kept), await read(merged)]
  await merge({ keptId: kept, mergedId: merged })
  const { clientMutationId, ...undone } = (await unmerge({ mergedId: merged, clientMutationId: 'u' })).body
    .data?.unmergePatients
  assert.equal(clientMutationId, 'u')
  assert.deepEqual([undone.kept.id, undone.merged.id, undone.merged.archived], [kept, merged, false])
  assert.deepEqual([await read(kept), await read(merged)], before)
})

test('an import goes on in the kept chart, and after the merge is undone in its own', async () => {
  const { kept, merged, imported } = await createTwo('Import')
  await merge({ keptId: kept, mergedId: merged })
  const send = (city: string) =>
    importOne(stack.north, 'importPatients', { ...imported, city, identifications: null }, 'UPDATED')
  assert.equal(await send('Laval'), kept)
  await unmerge({ mergedId: merged })
  assert.equal(await send('Gander'), merged)
})

test('what is empty is filled unless that is not wanted', async () => {
  const { kept, merged } = await createTwo('Fill')
  for (const fillEmpty of [undefined, false, undefined]) {
    const { body, text } = await attempt(
      ask,
      'mergePatients',
      { keptId: kept, mergedId: merged, fillEmpty },
      'kept { id email } merged { id }',
    )
    assert.equal(body.data?.mergePatients.kept.email, fillEmpty === false ? null : 'Fill@example.test', text)
    assert.equal(codeOf(await unmerge({ mergedId: merged })), 'accepted')
  }
})

test('a merge and its undoing are refused to those who have seen other versions or name other charts', async () => {
  const { kept, merged } = await createTwo('Refuse')
  const good = { keptId: kept, mergedId: merged, expectedVersion: 1, expectedMergedVersion: 2 }
  const refused: [object, string][] = [
    [{ ...good, keptId: '999999' }, 'NOT_FOUND'],
    [{ ...good, mergedId: '999999' }, 'NOT_FOUND'],
    [{ ...good, mergedId: kept }, 'VALIDATION_FAILED'],
    [{ ...good, expectedVersion: 7 }, 'CONFLICT'],
    [{ ...good, expectedMergedVersion: 7 }, 'CONFLICT'],
  ]
  for (const [input, code] of refused) assert.equal(codeOf(await merge(input)), code)
  const made = await merge(good)
  assert.equal(codeOf(made), 'accepted', made.text)
  const { version } = made.body.data?.mergePatients.merged ?? {}
  assert.equal(codeOf(await merge({ keptId: merged, mergedId: kept })), 'PATIENT_ARCHIVED')
  assert.equal(codeOf(await unmerge({ mergedId: '999999', expectedVersion: version })), 'NOT_FOUND')
  assert.equal(codeOf(await unmerge({ mergedId: merged, expectedVersion: 1 })), 'CONFLICT')
  assert.equal(codeOf(await unmerge({ mergedId: merged, expectedVersion: version })), 'accepted')
  assert.equal(codeOf(await unmerge({ mergedId: merged })), 'PATIENT_NOT_MERGED')
})

test('appointments follow a merge and its undoing, nothing is booked for the merged chart, and all is on the record', async () => {
  const { kept, merged } = await createTwo('Book')
  let hour = 9
  const book = (patientId: string) => {
    const day = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10)
    const at = (minute: string) => `${day}T${String(hour).padStart(2, '0')}:${minute}:00-08:00`
    const input = { ...clinic, patientId, startAt: at('00'), untilAt: at('30'), skipValidations: true }
    hour += 1
    return ask(
      'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { id patient { id } } }',
      { input },
    )
  }
  const bookedFor = async (patientId: string): Promise<string> => {
    const answer = await book(patientId)
    assert.equal(codeOf(answer), 'accepted', answer.text)
    return answer.body.data?.createAppointment.id
  }
  const ownersOf = async (...ids: string[]): Promise<string[]> => {
    const owners = []
    for (const id of ids) {
      const { body } = await ask('query ($id: ID!) { appointment(id: $id) { patient { id } } }', { id })
      owners.push(body.data?.appointment.patient.id)
    }
    return owners
  }
  const own = await bookedFor(kept)
  const moving = await bookedFor(merged)
  await merge({ keptId: kept, mergedId: merged })
  await until(
    async () => (await ownersOf(own, moving)).every((owner) => owner === kept),
    'the appointments are those of the kept chart',
  )
  const refused = await book(merged)
  assert.deepEqual(
    [codeOf(refused), refused.body.errors?.[0]?.extensions.mergedInto],
    ['PATIENT_ARCHIVED', kept],
  )
  const between = await bookedFor(kept)
  await unmerge({ mergedId: merged })
  await until(
    async () => (await ownersOf(moving))[0] === merged,
    'the appointment is that of the chart that is on its own again',
  )
  assert.deepEqual(await ownersOf(own, between), [kept, kept])
  assert.equal(codeOf(await book(merged)), 'accepted')
  const told = async (patientId: string) => {
    const { body, text } = await stack.north.askSettings(
      `query ($patientId: ID!) { auditLog(patientId: $patientId, first: 100) { nodes { action } } }`,
      { patientId },
    )
    assert.equal(body.errors, undefined, text)
    return new Set(body.data?.auditLog.nodes.map(({ action }: { action: string }) => action))
  }
  for (const id of [kept, merged])
    await until(async () => {
      const actions = await told(id)
      return ['patient.merged', 'patient.unmerged', 'appointment.moved'].every((action) =>
        actions.has(action),
      )
    }, `the audit log tells of ${id}`)
})
