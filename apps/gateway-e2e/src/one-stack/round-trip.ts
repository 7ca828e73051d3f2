import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { change, createClinic, type Clinic } from '../clinic.ts'
import { assertReadBack as assertInputReadBack, fill as fillInput, roundsOf } from '../inputs.ts'
import { createPatient } from '../records.ts'
import { readSettingsSchema, selectAll } from '../schema.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

const schema = readSettingsSchema()
let stack: Stack
let clinic: Clinic
before(async () => {
  stack = await openStack()
  clinic = await createClinic(stack.north)
})
after(() => stack.stop())

const fill = fillInput.bind(null, schema)
const assertReadBack = assertInputReadBack.bind(null, schema)

interface Subject {
  name: string
  type: string
  given(): Record<string, unknown>
  /** For updates, when they differ. */
  givenToUpdate?(): Record<string, unknown>
}

const place = { latitude: '49.28', longitude: '-123.12' }
const subjects: Subject[] = [
  {
    name: 'Location',
    type: 'Location',
    given: () => ({ ...place, public: false }),
    givenToUpdate: () => place,
  },
  { name: 'Provider', type: 'ProviderUser', given: () => ({}) },
  {
    name: 'Service',
    type: 'Service',
    given: () => ({ allowNewPatient: false, allowExistingPatient: false }),
    givenToUpdate: () => ({}),
  },
  { name: 'StatusTag', type: 'StatusTag', given: () => ({}) },
  {
    name: 'IdentificationTemplate',
    type: 'IdentificationTemplate',
    given: () => ({
      required: false,
      identificationCustomData: [{ uuid: 'u-1', name: 'Issued in', type: 'text', valueFormat: '^[A-Z]+$' }],
    }),
  },
]

for (const { name, type, given, givenToUpdate = given } of subjects)
  test(`every field of create${name} and update${name} is stored and read back`, async () => {
    const payload = name.charAt(0).toLowerCase() + name.slice(1)
    const selection = `clientMutationId ${payload} { ${selectAll(schema, type)} }`
    const sent = fill(`Create${name}Input`, 1, given())
    const made = await change(stack.north, `create${name}`, sent, selection)
    assertReadBack(made[payload], sent, `Create${name}Input`)
    assert.equal(made.clientMutationId, sent.clientMutationId)
    const { id, version } = made[payload] as { id: string; version: number }
    const rounds = roundsOf(schema, `Update${name}Input`)
    for (let round = 2; round < rounds + 3; round += 1) {
      const again = { id, ...fill(`Update${name}Input`, round, givenToUpdate()) }
      const updated = await change(stack.north, `update${name}`, again, selection)
      assertReadBack(updated[payload], again, `Update${name}Input`)
    }
    const { body } = await stack.north.askSettings(
      `mutation ($input: Update${name}Input!) { update${name}(input: $input) { ${payload} { id } } }`,
      { input: { id, expectedVersion: version } },
    )
    assert.equal(body.errors?.[0]?.extensions.code, 'CONFLICT')
    const nothing = await change(stack.north, `update${name}`, { id }, `${payload} { id version }`)
    assert.equal((nothing[payload] as { id: string }).id, id)
  })

test('every field of a patient is stored and read back, on creation and on update', async () => {
  const tag = (
    await change(stack.north, 'createStatusTag', { name: 'Diabetes', color: '#112233' }, 'statusTag { id }')
  ).statusTag as { id: string }
  const template = (
    await change(
      stack.north,
      'createIdentificationTemplate',
      {
        name: 'Health card',
        identificationCustomData: [{ uuid: 'c-1', name: 'Plan', type: 'text', valueFormat: '.*' }],
      },
      'identificationTemplate { id }',
    )
  ).identificationTemplate as { id: string }
  const identification = (value: string) => ({
    value,
    templateId: Number(template.id),
    code: 'AB',
    name: 'Card',
    paymentIssuerCode: 'BC',
    primary: true,
    startAt: '2020-01-01',
    endAt: '2030-01-01',
    identificationCustomData: [{ uuid: 'c-1', value: 'Gold' }],
  })
  const contacts: string[] = []
  const { facility } = await change(stack.north, 'createFacility', { name: 'Pharmacy' }, 'facility { id }')
  for (const lastName of ['Family', 'Referrer']) {
    const input = { firstName: 'Cora', lastName, facilityId: facility.id }
    contacts.push((await change(stack.north, 'createContact', input, 'contact { id }')).contact.id as string)
  }
  const selection = `clientMutationId patient { ${selectAll(schema, 'Patient', 3)} }`
  const links = {
    primaryLocationId: Number(clinic.locationId),
    primaryPractitionerId: Number(clinic.providerId),
    familyPractitionerId: Number(contacts[0]),
    referringPractitionerId: Number(contacts[1]),
    preferredPharmacyId: Number(facility.id),
  }
  const sent = fill('CreatePatientInput', 1, {
    ...links,
    statusTagIds: [tag.id],
    identifications: [identification('9000000001')],
  })
  const made = await change(stack.north, 'createPatient', sent, selection)
  const { patient } = made
  assertReadBack(patient, sent, 'CreatePatientInput')
  assert.equal(patient.primaryLocation.id, clinic.locationId)
  assert.equal(patient.primaryPractitioner.fullName, 'Paula Provider')
  assert.equal(patient.familyPractitioner.lastName, 'Family')
  assert.equal(patient.referringPractitioner.lastName, 'Referrer')
  assert.equal(patient.preferredPharmacy.name, 'Pharmacy')
  assert.deepEqual(
    patient.statusTags.map((each: { id: string }) => each.id),
    [tag.id],
  )
  const [stored] = patient.identifications
  assert.equal(stored.template.id, template.id)
  assert.deepEqual(stored.identificationCustomData, [{ uuid: 'c-1', name: 'Plan', value: 'Gold' }])
  for (let round = 2; round < 8; round += 1) {
    const again = {
      id: patient.id,
      ...fill('UpdatePatientInput', round, {
        ...{ ...links, primaryLocationId: clinic.locationId },
        statusTagIds: round % 2 ? { add: [{ id: tag.id }] } : { remove: [{ id: tag.id }] },
        identifications:
          round === 2
            ? { update: [{ id: stored.id, ...identification('9000000002'), code: 'CD' }] }
            : { create: [identification(`900000001${round}`)] },
      }),
    }
    const updated = await change(stack.north, 'updatePatient', again, selection)
    assertReadBack(updated.patient, again, 'UpdatePatientInput')
  }
  const remove = (which: { id: string }[]) =>
    change(stack.north, 'updatePatient', { id: patient.id, identifications: { remove: which } }, selection)
  const kept = await remove([])
  assert.ok(kept.patient.identifications.some((each: { id: string }) => each.id === stored.id))
  const removed = await remove([{ id: stored.id }])
  assert.ok(!removed.patient.identifications.some((each: { id: string }) => each.id === stored.id))
  const again = await stack.north.askSettings(
    'mutation ($input: UpdatePatientInput!) { updatePatient(input: $input) { clientMutationId } }',
    { input: { id: patient.id, identifications: { remove: [{ id: stored.id }] } } },
  )
  assert.equal(again.body.errors?.[0]?.extensions.code, 'NOT_FOUND')
  // Who has a date of death has died.
  for (const [round, death] of [
    [1, {}],
    [2, { deceasedAt: null }],
  ] as const) {
    const standing = { id: patient.id, ...fill('SetPatientStandingInput', round, death) }
    const set = await change(stack.north, 'setPatientStanding', standing, selection)
    assertReadBack(set.patient, standing, 'SetPatientStandingInput')
  }
})

test('absent leaves a field as it is and null clears it', async () => {
  const { id } = await createPatient(stack.north, { email: 'a@example.test', city: 'Victoria' })
  const { body } = await stack.north.ask(
    'mutation ($input: UpdatePatientInput!) { updatePatient(input: $input) { patient { email city firstName } } }',
    { input: { id, email: null } },
  )
  assert.deepEqual(body.data?.updatePatient.patient, { email: null, city: 'Victoria', firstName: 'Pat' })
})
