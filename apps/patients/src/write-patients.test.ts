import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ServiceError } from '@commonchart/subgraph'
import { createPatient, person, startPatients, type Answer } from './test-patients.ts'

type Patients = Awaited<ReturnType<typeof startPatients>>

let patients: Patients
let template: string
let ownerIsDown = false
before(async () => {
  patients = await startPatients((_service, _path, body) => {
    if (ownerIsDown) return Promise.reject(new ServiceError('down'))
    const { ids, type } = body as { ids: string[]; type: string }
    const known = ids.filter((id) => id === '7')
    return Promise.resolve({
      records: known.map((id) => ({ id, name: `${type} ${id}`, state: 'ACTIVE', version: 1 })),
    } as never)
  })
  const made = await patients.support(
    'mutation { createIdentificationTemplate(input: { name: "Card" }) { identificationTemplate { id } } }',
  )
  template = made.data?.createIdentificationTemplate.identificationTemplate.id
})
after(() => patients.stop())

const update = `mutation ($input: UpdatePatientInput!) {
  updatePatient(input: $input) { patient { id version firstName city identifications { id value } } }
}`
const codeOf = (answer: Answer): unknown => answer.errors?.[0]?.extensions.code
const rulesOf = (answer: Answer) =>
  (answer.errors?.[0]?.extensions.violations as { path: string; rule: string }[]).map(
    ({ path, rule }) => `${path} ${rule}`,
  )

async function create(
  input: object = {},
): Promise<{ id: string; version: number; identifications: { id: string }[] }> {
  const { data, errors } = await patients.ask(createPatient, { input: { ...person, ...input } })
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data?.createPatient.patient
}

test('everything that is wrong with an input is told at once', async () => {
  const answer = await patients.ask(createPatient, {
    input: {
      ...person,
      firstName: ' ',
      city: 'x'.repeat(1001),
      identifications: [{ templateId: 99, value: '' }],
    },
  })
  assert.equal(codeOf(answer), 'VALIDATION_FAILED')
  assert.deepEqual(rulesOf(answer).sort(), [
    'input.city MAX_LENGTH',
    'input.firstName REQUIRED',
    'input.identifications.0.templateId NOT_FOUND',
    'input.identifications.0.value REQUIRED',
  ])
})

test('of twenty who claim one number at once one gets it and the others are told which rule they break', async () => {
  const input = { ...person, identifications: [{ templateId: Number(template), value: 'A 1' }] }
  const answers = await Promise.all(Array.from({ length: 20 }, () => patients.ask(createPatient, { input })))
  assert.equal(answers.filter(({ data }) => data?.createPatient).length, 1)
  for (const answer of answers)
    if (!answer.data?.createPatient)
      assert.ok(rulesOf(answer).every((rule) => rule.endsWith('IDENTIFICATION_TAKEN')))
})

test('a number is free in the other domain, and again when it was removed in the same change', async () => {
  const number = { templateId: Number(template), value: 'B-2' }
  const { id, identifications } = await create({ identifications: [number] })
  const swapped = await patients.ask(update, {
    input: { id, identifications: { remove: [{ id: identifications[0]?.id }], create: [number] } },
  })
  assert.equal(swapped.errors, undefined, JSON.stringify(swapped.errors))
  assert.equal(swapped.data?.updatePatient.patient.identifications.length, 1)
})

test('an update of a version that has passed is refused and changes nothing', async () => {
  const { id, version } = await create()
  const moved = await patients.ask(update, { input: { id, expectedVersion: version, city: 'Victoria' } })
  assert.equal(moved.data?.updatePatient.patient.version, version + 1)
  const stale = await patients.ask(update, { input: { id, expectedVersion: version, city: 'Elsewhere' } })
  assert.equal(codeOf(stale), 'CONFLICT')
})

test('a reference is asked of its owner once and kept; one to nothing is refused with its path', async () => {
  assert.ok((await create({ primaryLocationId: 7, primaryPractitionerId: 7 })).id)
  const unknown = await patients.ask(createPatient, { input: { ...person, primaryLocationId: 8 } })
  assert.equal(codeOf(unknown), 'NOT_FOUND')
  assert.equal(unknown.errors?.[0]?.extensions.path, 'input.primaryLocationId')
  ownerIsDown = true
  assert.ok((await create({ primaryLocationId: 7 })).id, 'what is known needs no owner')
  const down = await patients.ask(createPatient, {
    input: { ...person, firstName: 'Nobody', primaryLocationId: 9 },
  })
  ownerIsDown = false
  assert.equal(codeOf(down), 'SUBGRAPH_UNAVAILABLE')
  assert.equal(down.errors?.[0]?.extensions.executed, false)
  const found = await patients.ask('{ patients(firstName: "Nobody") { totalCount } }')
  assert.equal(found.data?.patients.totalCount, 0, 'nothing was stored')
})

test('templates that number by themselves give each patient the next free number', async () => {
  const made = await patients.support(
    'mutation { createIdentificationTemplate(input: { name: "Chart", autoGenerate: true }) { identificationTemplate { id } } }',
    {},
    { domainId: 2 },
  )
  assert.equal(made.errors, undefined)
  const numbers = await Promise.all(
    [1, 2, 3].map(async () => {
      const { data } = await patients.ask(createPatient, { input: person }, { domainId: 2 })
      return data?.createPatient.patient.identifications[0].value as string
    }),
  )
  assert.deepEqual(numbers.sort(), ['1', '2', '3'])
})

test('settings are for the support account: consumers and auditors are refused', async () => {
  const mutation = 'mutation { createStatusTag(input: { name: "Tag" }) { statusTag { id } } }'
  for (const identity of [{}, { kind: 'person' as const, role: 'auditor' }])
    assert.equal(codeOf(await patients.ask(mutation, {}, identity)), 'FORBIDDEN')
  assert.equal((await patients.support(mutation)).errors, undefined)
})

async function importPatients(input: object[]) {
  const { data, errors } = await patients.support(
    `mutation ($input: [ImportPatientInput!]!) { importPatients(input: $input) { results { outcome id violations { path rule } } } }`,
    { input },
  )
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data?.importPatients.results as {
    outcome: string
    id: string | null
    violations: { path: string; rule: string }[]
  }[]
}

test('an import tells of each item what became of it, and the same again changes nothing', async () => {
  const item = (value: string, changes: object = {}) => ({
    externalId: { system: 's', value },
    firstName: 'Im',
    lastName: 'Ported',
    dateOfBirth: '2000-01-01',
    ...changes,
  })
  const first = await importPatients([item('1'), item('2', { lastName: '' }), item('3')])
  assert.deepEqual(
    first.map(({ outcome }) => outcome),
    ['CREATED', 'REFUSED', 'CREATED'],
  )
  assert.equal(first[1]?.violations[0]?.path, 'input.1.lastName')
  const again = await importPatients([item('1'), item('3', { city: 'Hope' })])
  assert.deepEqual(
    again.map(({ outcome, id }) => [outcome, id]),
    [
      ['UNCHANGED', first[0]?.id],
      ['UPDATED', first[2]?.id],
    ],
  )
  const [a, b] = await Promise.all([importPatients([item('9')]), importPatients([item('9')])])
  assert.equal(a[0]?.id, b[0]?.id, 'two imports at once make one patient')
})

test('an import refuses an external id that it has already, and keeps the first', async () => {
  const externalId = { system: 'twice', value: '1' }
  const results = await importPatients([
    { ...person, externalId, firstName: 'First' },
    { ...person, externalId, firstName: 'Second' },
  ])
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['CREATED', 'REFUSED'],
  )
  assert.deepEqual(
    results[1]?.violations.map(({ path, rule }) => `${path} ${rule}`),
    ['input.1.externalId EXTERNAL_ID_TWICE'],
  )
  const id = results[0]?.id
  const { data } = await patients.ask(`{ patient(id: "${id}") { firstName } }`)
  assert.equal(data?.patient.firstName, 'First')
})

test('an import refuses an external id that says nothing, is too long or cannot be stored', async () => {
  const item = (system: string, value: string) => ({ ...person, externalId: { system, value } })
  const results = await importPatients([
    item(' ', ''),
    item('ehr', 'x'.repeat(501)),
    item('ehr', 'a\0b'),
    item('ehr', 'x'.repeat(500)),
  ])
  assert.deepEqual(
    results.map(({ outcome, violations }) => [
      outcome,
      ...violations.map(({ path, rule }) => `${path} ${rule}`),
    ]),
    [
      ['REFUSED', 'input.0.externalId.system EXTERNAL_ID', 'input.0.externalId.value EXTERNAL_ID'],
      ['REFUSED', 'input.1.externalId.value EXTERNAL_ID'],
      ['REFUSED', 'input.2.externalId.value EXTERNAL_ID'],
      ['CREATED'],
    ],
  )
})
