import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { buildSubgraph } from '@commonchart/subgraph'
import {
  chooseLength,
  findPatientDataFaults,
  judgeVisit,
  listPatientVisits,
  type PatientVisit,
  type VisitArguments,
} from '@commonchart/testing'
import { patients as definition } from './definition.ts'
import { createPatient, person, startPatients } from './test-patients.ts'

/** What stands only below a patient, or asks of none, and needs no entry in `patientOf`. */
const exempt = {
  PatientDataValueDate: 'a part of an item, which is counted',
  PatientDataValueMultiSelection: 'a part of an item, which is counted',
  PatientDataValueNumber: 'a part of an item, which is counted',
  PatientDataValueSingleSelection: 'a part of an item, which is counted',
  PatientDataValueText: 'a part of an item, which is counted',
  EnterpriseApiConsumer: 'a program that archived a patient, which is counted; owned by consumers-audit',
  FormerName: 'a part of a patient, which is counted',
  IdentificationCustomData: 'a part of an identification, which is counted',
  PatientMatchCriterion: 'a part of a match or a preview, which name their patients',
  PatientSearchReason: 'a part of a hit, which names its patient',
  InternalApiConsumer: 'somebody who archived a patient, which is counted',
  Location: 'what links it to a patient is the patient’s own field; the rest is owned by appointments',
  PatientChangeActor: 'a part of a change of a patient, which is counted',
  PatientFieldChange: 'a part of a change of a patient, which is counted',
}

const schema = buildSubgraph(definition)
let patients: Awaited<ReturnType<typeof startPatients>>
let patientId = ''
let memberId = ''
let roleUuid = ''
let identificationId = ''
let restoredId = ''
const [categoryUuid, templateUuid] = [1, 2].map((n) => `00000000-0000-4000-8000-00000000000${n}`)
const entityUuids = [3, 4, 5, 6, 7].map((n) => `00000000-0000-4000-8000-00000000000${n}`)
const kinds = ['TEXT', 'DATE', 'NUMBER', 'SINGLE_SELECTION', 'MULTI_SELECTION']
const valueFields = [
  'textValue: "t"',
  'dateValue: "2020-01-01"',
  'numberValue: 1',
  'singleSelectValue: "a"',
  'multiSelectValue: ["a"]',
]
const item = () =>
  `input: { patientId: "${patientId}", templateUuid: "${templateUuid}", values: [${entityUuids
    .map((uuid, at) => `{ valueUuid: "${uuid}", ${valueFields[at]} }`)
    .join()}] }`
let numbers = 0
const newPatient = (more = '', names = 'firstName: "A", lastName: "B"') =>
  `input: { ${names}, dateOfBirth: "2000-01-01", gender: OTHER, ${more} primaryLocationId: 7, primaryPractitionerId: 7,
    familyPractitionerId: 1, referringPractitionerId: 1, preferredPharmacyId: 1, formerNames: [{ lastName: "C" }], statusTagIds: ["1"], identifications: [{ templateId: 1, value: "v${(numbers += 1)}", identificationCustomData: [{ uuid: "u", value: "x" }] }] }`
/** Nobody whom anybody on the record could be: looking for duplicates would take most of the time. */
const newStranger = () => newPatient('', `firstName: "N${numbers}", lastName: "S${numbers}"`)
const newMember = (type = 'CONTACT') =>
  `input: { patientId: "${patientId}", memberType: ${type}, memberId: "1", roleUuid: "${roleUuid}" }`
let twinId = ''
let keptId = ''
/** Charts that wait to be merged, and merged ones that wait to be on their own again. */
const pools: Record<'apart' | 'merged', string[]> = { apart: [], merged: [] }
const given: VisitArguments = {
  'Query.patient': () => `id: "${patientId}"`,
  'Query.patients': 'includeArchived: true, lastName: "B"',
  'Query.searchPatients': 'text: "b", includeArchived: true',
  'Query.patientMatches': () => `input: { patientId: "${keptId}", includeArchived: true }`,
  'Query.previewMerge': () => `keptId: "${keptId}", mergedId: "${twinId}"`,
  'Query.patientHistory': () => `id: "${patientId}"`,
  'Query.respondent': () => `id: "${patientId}"`,
  'Query.respondents': 'includeArchived: true, lastName: "B"',
  '_Entity.Patient': () => `{ __typename: "Patient", id: "${patientId}" }`,
  '_Entity.Respondent': () => `{ __typename: "Respondent", id: "${patientId}" }`,
  'Mutation.createPatient': () => newStranger(),
  'Mutation.createRespondent': () =>
    newStranger().replace('formerNames: [{ lastName: "C" }], statusTagIds: ["1"]', 'statusTags: ["tag"]'),
  'Mutation.archivePatient': () => `input: { id: "${patientId}" }`,
  'Mutation.restorePatient': () => `input: { id: "${restoredId}" }`,
  'Mutation.updatePatient': () => `input: { id: "${patientId}", city: "Hope" }`,
  'Mutation.addCareTeamMember': () => newMember(),
  'Mutation.updateCareTeamMember': () => `input: { id: "${memberId}", memberId: "1" }`,
  'Query.patientIdentificationVerification': () => `id: "${identificationId}"`,
  'Mutation.upsertPatientDataItem': item,
  'Mutation.mergePatients': () => `input: { keptId: "${keptId}", mergedId: "${pools.apart.pop()}" }`,
  'Mutation.unmergePatients': () => `input: { mergedId: "${pools.merged.pop()}" }`,
  'Mutation.setPatientStanding': () => `input: { id: "${patientId}", verified: true }`,
}
/** What is visited by tests of its own. */
const visitedElsewhere: VisitArguments = {}
/** What stands deep below a patient is visited whole from these, and by a quarter from every other root: each root has another one. */
const whole = ['Query.patient', 'Query.respondent', '_Entity.Patient', '_Entity.Respondent']
const share = chooseLength({ usual: 4, soak: 1 })
// A chart that has records to show has not been merged, and where a merged one went is tested with merging.
const visits: PatientVisit[] = listPatientVisits(schema, { ...given, ...visitedElsewhere }, [
  'Patient.mergedInto',
  'Respondent.mergedInto',
]).filter(isWorthIt)

function isWorthIt({ root, path }: PatientVisit, at: number): boolean {
  return path.length < 4 || at % share === 0 || whole.includes(root)
}

/** A patient who was just made or restored has nobody who archived it, and neither team nor items; CHR's input of a respondent no former names. */
function isNever({ root, path }: PatientVisit): boolean {
  // Nor do the charts that are merged or go on, but for the one that ends.
  if (
    [
      'Query.patientMatches',
      'Query.previewMerge',
      'Mutation.unmergePatients',
      'Mutation.mergePatients',
    ].includes(root)
  )
    return isNew(path) || (path.includes('archivedBy') && path[1] !== 'merged')
  if (!['Mutation.createPatient', 'Mutation.createRespondent', 'Mutation.restorePatient'].includes(root))
    return false
  return (
    isNew(path) ||
    path.includes('archivedBy') ||
    (root.endsWith('Respondent') && path.includes('formerNames'))
  )
}

const visitsOf = (root: string): PatientVisit[] =>
  visits.filter((visit) => visit.root === root && !isNever(visit))

const isNew = (path: string[]): boolean =>
  path.includes('careTeamMembers') || path.includes('patientDataItems')

before(async () => {
  patients = await startPatients((_service, _path, body) => {
    const { ids = [] } = body as { ids?: string[] }
    return Promise.resolve({
      records: ids.map((id) => ({ id, name: 'N', state: 'ACTIVE', version: 1 })),
    } as never)
  })
  const made = await patients.support(`mutation {
    createIdentificationTemplate(input: { name: "Card", identificationCustomData: [{ uuid: "u", name: "U" }] }) { identificationTemplate { id } }
    createStatusTag(input: { name: "Tag" }) { statusTag { id } }
    createPatientDataCategory(input: { uuid: "${categoryUuid}", name: "C" }) { patientDataCategory { uuid } }
    createPatientDataTemplate(input: { uuid: "${templateUuid}", categoryUuid: "${categoryUuid}", name: "T", module: FORM,
      entities: [${kinds
        .map(
          (kind, at) =>
            `{ uuid: "${entityUuids[at]}", kind: ${kind}, name: "E"${at > 2 ? ', values: ["a"]' : ''} }`,
        )
        .join()}] }) { patientDataTemplate { uuid } } }`)
  assert.equal(made.errors, undefined)
  const { data } = await patients.support(`mutation {
    createFacility(input: { name: "F" }) { facility { id } }
    createContact(input: { firstName: "A", lastName: "B", facilityId: 1 }) { contact { id } }
    createCareTeamRole(input: { name: "Role" }) { careTeamRole { uuid } } }`)
  roleUuid = data?.createCareTeamRole.careTeamRole.uuid
  const answer = await patients.ask(
    `mutation { createPatient(${newPatient()}) { patient { id identifications { id } } } }`,
  )
  patientId = answer.data?.createPatient.patient.id
  identificationId = answer.data?.createPatient.patient.identifications[0].id
  const archived = await patients.support(
    `mutation { updateCareTeamRole(input: { uuid: "${roleUuid}", archived: true, archivedById: "7" }) { careTeamRole { name } } }`,
  )
  assert.equal(archived.errors, undefined)
  for (const type of ['PROVIDER_USER', 'CONTACT'])
    memberId = (
      await patients.ask(`mutation { addCareTeamMember(${newMember(type)}) { careTeamMember { id } } }`)
    ).data?.addCareTeamMember.careTeamMember.id
  const stored = await patients.ask(
    `mutation { upsertPatientDataItem(${item()}) { patientDataItem { id } } }`,
  )
  assert.equal(stored.errors, undefined)
  const create = (more = '') =>
    patients.ask(`mutation { createPatient(${newPatient(more)}) { patient { id } } }`)
  restoredId = (await create()).data?.createPatient.patient.id
  keptId = (await create()).data?.createPatient.patient.id
  twinId = (await create('phone: "6045550199", ')).data?.createPatient.patient.id
  await fillPool(pools.apart, visitsOf('Mutation.mergePatients').length)
  await fillPool(pools.merged, visitsOf('Mutation.unmergePatients').length)
  for (const id of pools.merged)
    await patients.ask(
      `mutation { mergePatients(input: { keptId: "${keptId}", mergedId: "${id}" }) { clientMutationId } }`,
    )
  await patients.support(`mutation { archivePatient(input: { id: "${patientId}" }) { patient { id } } }`)
})
after(() => patients.stop())

async function fillPool(pool: string[], count: number): Promise<void> {
  if (count > 500) {
    await fillPool(pool, 500)
    return fillPool(pool, count - 500)
  }
  const input = Array.from({ length: count }, () => ({
    externalId: { system: 'urn:pool', value: `${(numbers += 1)}` },
    // Looking for duplicates among them would take most of the time.
    ...{ firstName: `Wait${numbers}`, lastName: `Ing${numbers}`, dateOfBirth: '2000-01-01' },
  }))
  const { data, errors } = await patients.support(
    'mutation ($input: [ImportPatientInput!]!) { importPatients(input: $input) { results { id } } }',
    { input },
  )
  assert.equal(errors, undefined, JSON.stringify(errors))
  pool.push(...data?.importPatients.results.map(({ id }: { id: string }) => id))
}

test('every type that can hold a patient’s data says whose its rows are', () => {
  assert.deepEqual(findPatientDataFaults(schema, { patientOf: definition.patientOf ?? {}, exempt }), [])
})

/** What shows little of a patient. */
const fewVisits: Record<string, number> = {
  'Query.patientIdentificationVerification': 2,
  'Query.patientHistory': 5,
}

for (const root of Object.keys(given))
  test(`every value of a patient that ${root} can show names the patient to the record`, async () => {
    const own = visitsOf(root)
    assert.ok(own.length > (fewVisits[root] ?? 20), `${own.length}`)
    const faults: string[] = []
    for (const visit of own) {
      const fault = judgeVisit(visit, await patients.support(visit.query))
      if (fault) faults.push(fault)
    }
    assert.deepEqual(faults, [])
  })

test('an answer counts the records of each patient that it shows', async () => {
  const { extensions } = await patients.ask(
    'query ($id: ID!) { patient(id: $id) { identifications { value } } again: patient(id: $id) { id } }',
    { id: patientId },
  )
  assert.deepEqual(extensions?.recorder, {
    reads: [{ patientId, types: { Patient: 1, Identification: 1 } }],
    changes: [],
  })
})

test('what shows nobody names nobody: counts, unknown ids, templates, tags, refusals', async () => {
  const quiet = await patients.support(
    `{ patients { totalCount pageInfo { hasNextPage } } patient(id: "999999") { id } statusTags { nodes { name } }
       identificationTemplates { name } }`,
  )
  assert.equal(quiet.errors, undefined)
  assert.equal(quiet.extensions, undefined)
  const refused = await patients.ask(createPatient, { input: { ...person, firstName: '' } })
  assert.equal(refused.extensions, undefined)
})
