import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { buildSubgraph } from '@commonchart/subgraph'
import {
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
  IdentificationCustomData: 'a part of an identification, which is counted',
  PatientMatchCriterion: 'a part of a match or a preview, which name their patients',
  PatientSearchReason: 'a part of a hit, which names its patient',
  Location: 'what links it to a patient is the patient’s own field; the rest is owned by appointments',
  ProviderUser: 'what links it to a patient is the patient’s own field; the rest is owned by appointments',
}

const schema = buildSubgraph(definition)
let patients: Awaited<ReturnType<typeof startPatients>>
let patientId = ''
let twinId = ''
/** Charts that wait to be merged, and merged ones that wait to be on their own again. */
const pools: Record<'apart' | 'merged', string[]> = { apart: [], merged: [] }
let numbers = 0
const newPatient = (more = '') =>
  `input: { firstName: "A", lastName: "B", dateOfBirth: "2000-01-01", gender: OTHER, ${more} primaryLocationId: 7, primaryPractitionerId: 7,
    statusTagIds: ["1"], identifications: [{ templateId: 1, value: "v${(numbers += 1)}", identificationCustomData: [{ uuid: "u", value: "x" }] }] }`
const given: VisitArguments = {
  'Query.patient': () => `id: "${patientId}"`,
  'Query.patients': 'lastName: "B"',
  'Query.searchPatients': 'text: "b"',
  'Query.patientMatches': () => `input: { patientId: "${patientId}" }`,
  'Query.previewMerge': () => `keptId: "${patientId}", mergedId: "${twinId}"`,
  '_Entity.Patient': () => `{ __typename: "Patient", id: "${patientId}" }`,
  'Mutation.createPatient': () => newPatient(),
  'Mutation.updatePatient': () => `input: { id: "${patientId}", city: "Hope" }`,
  'Mutation.mergePatients': () => `input: { keptId: "${patientId}", mergedId: "${pools.apart.pop()}" }`,
  'Mutation.unmergePatients': () => `input: { mergedId: "${pools.merged.pop()}" }`,
  'Mutation.setPatientStanding': () => `input: { id: "${patientId}", verified: true }`,
}
// A chart that has records to show has not been merged, and where a merged one went is tested with merging.
const visits: PatientVisit[] = listPatientVisits(schema, given, ['Patient.mergedInto'])

before(async () => {
  patients = await startPatients((_service, _path, body) => {
    const { ids } = body as { ids: string[] }
    return Promise.resolve({
      records: ids.map((id) => ({ id, name: 'N', state: 'ACTIVE', version: 1 })),
    } as never)
  })
  const made = await patients.support(`mutation {
    createIdentificationTemplate(input: { name: "Card", identificationCustomData: [{ uuid: "u", name: "U" }] }) { identificationTemplate { id } }
    createStatusTag(input: { name: "Tag" }) { statusTag { id } } }`)
  assert.equal(made.errors, undefined)
  const answer = await patients.ask(`mutation { createPatient(${newPatient()}) { patient { id } } }`)
  patientId = answer.data?.createPatient.patient.id
  const twin = newPatient('phone: "6045550199", ')
  twinId = (await patients.ask(`mutation { createPatient(${twin}) { patient { id } } }`)).data?.createPatient
    .patient.id
  const wanted = visits.filter(({ root }) => /erge/.test(root)).length
  for (const pool of [pools.apart, pools.merged]) await fillPool(pool, wanted)
  for (const id of pools.merged)
    await patients.ask(
      `mutation { mergePatients(input: { keptId: "${patientId}", mergedId: "${id}" }) { clientMutationId } }`,
    )
})
after(() => patients.stop())

async function fillPool(pool: string[], count: number): Promise<void> {
  const input = Array.from({ length: count }, () => ({
    ...{ firstName: 'Wait', lastName: 'Ing', dateOfBirth: '2000-01-01' },
    externalId: { system: 'urn:pool', value: `${(numbers += 1)}` },
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

for (const root of Object.keys(given))
  test(`every value of a patient that ${root} can show names the patient to the record`, async () => {
    const own = visits.filter((visit) => visit.root === root)
    assert.ok(own.length > 50, `${own.length}`)
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
    `{ patients { totalCount pageInfo { hasNextPage } } patient(id: "999999") { id } statusTags { name }
       identificationTemplates { name } }`,
  )
  assert.equal(quiet.errors, undefined)
  assert.equal(quiet.extensions, undefined)
  const refused = await patients.ask(createPatient, { input: { ...person, firstName: '' } })
  assert.equal(refused.extensions, undefined)
})
