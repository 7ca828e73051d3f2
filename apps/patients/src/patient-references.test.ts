import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createPatient, person, startPatients, type Answer } from './test-patients.ts'
import { createProviderOwner } from './test-providers.ts'

const owner = createProviderOwner()
let patients: Awaited<ReturnType<typeof startPatients>>
let contactId = ''
let facilityId = ''
before(async () => {
  patients = await startPatients(owner.post)
  const { data } = await patients.ask(`mutation {
    createFacility(input: { name: "Corner Pharmacy" }) { facility { id } }
    createContact(input: { firstName: "Max", lastName: "Müller", facilityId: 1 }) { contact { id } } }`)
  facilityId = data?.createFacility.facility.id
  contactId = data?.createContact.contact.id
})
after(() => patients.stop())

const codeOf = (answer: Answer): unknown => answer.errors?.[0]?.extensions.code
const pathOf = (answer: Answer): unknown => answer.errors?.[0]?.extensions.path

async function create(input: object = {}): Promise<string> {
  const { data, errors } = await patients.ask(createPatient, { input: { ...person, ...input } })
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data?.createPatient.patient.id
}

test('a patient is linked to contacts and a pharmacy, and a link to nothing is refused with its path', async () => {
  const links = {
    familyPractitionerId: Number(contactId),
    referringPractitionerId: Number(contactId),
    preferredPharmacyId: Number(facilityId),
  }
  const id = await create(links)
  const read = () =>
    patients.ask(
      'query ($id: ID!) { patient(id: $id) { familyPractitioner { id } referringPractitioner { lastName } preferredPharmacy { name } } }',
      { id },
    )
  assert.deepEqual((await read()).data?.patient, {
    familyPractitioner: { id: contactId },
    referringPractitioner: { lastName: 'Müller' },
    preferredPharmacy: { name: 'Corner Pharmacy' },
  })
  for (const name of Object.keys(links)) {
    const refused = await patients.ask(createPatient, { input: { ...person, [name]: 4711 } })
    assert.deepEqual([codeOf(refused), pathOf(refused)], ['NOT_FOUND', `input.${name}`])
  }
  const cleared = await patients.ask(
    'mutation ($input: UpdatePatientInput!) { updatePatient(input: $input) { patient { id } } }',
    { input: { id, familyPractitionerId: null, preferredPharmacyId: null } },
  )
  assert.equal(cleared.errors, undefined)
  assert.deepEqual((await read()).data?.patient, {
    familyPractitioner: null,
    referringPractitioner: { lastName: 'Müller' },
    preferredPharmacy: null,
  })
})

test('a practitioner is found by e-mail address or by name, and asked of its owner once', async () => {
  const practitionerOf = async (input: object): Promise<unknown> => {
    const { data, errors } = await patients.ask(
      'mutation ($input: CreatePatientInput!) { createPatient(input: $input) { patient { primaryPractitioner { id } } } }',
      { input: { ...person, ...input } },
    )
    return data?.createPatient?.patient.primaryPractitioner?.id ?? errors?.[0]?.extensions
  }
  const before = owner.asked()
  assert.equal(await practitionerOf({ primaryPractitionerEmail: 'PAULA@x.test' }), '7')
  assert.equal(await practitionerOf({ primaryPractitionerEmail: 'Paula@X.test' }), '7')
  assert.equal(await practitionerOf({ primaryPractitionerName: 'paula  ZIMMER' }), '7')
  assert.equal(owner.asked(), before + 1)
  assert.equal(
    await practitionerOf({
      primaryPractitionerEmail: 'shared@x.test',
      primaryPractitionerName: 'Omar Ahmad',
    }),
    '8',
  )
  assert.equal(await practitionerOf({ primaryPractitionerName: 'Lea Ahmad' }), '9', 'the active one is meant')
  assert.equal(
    await practitionerOf({ primaryPractitionerId: 7, primaryPractitionerEmail: 'nobody@x.test' }),
    '7',
  )
  for (const [name, text] of [
    ['primaryPractitionerEmail', 'nobody@x.test'],
    ['primaryPractitionerName', 'No Body'],
  ] as const) {
    const refused = (await practitionerOf({ [name]: text })) as Record<string, unknown>
    assert.deepEqual([refused.code, refused.path], ['NOT_FOUND', `input.${name}`])
  }
  const ambiguous = (await practitionerOf({ primaryPractitionerEmail: 'shared@x.test' })) as {
    violations: { path: string; rule: string }[]
  }
  assert.deepEqual(
    ambiguous.violations.map(({ path, rule }) => `${path} ${rule}`),
    ['input.primaryPractitionerEmail AMBIGUOUS'],
  )
})
