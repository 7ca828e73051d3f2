import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { change } from '../clinic.ts'
import {
  external,
  importAddressBook,
  importClinic,
  importItems,
  importOne,
  rulesOf,
  type ImportedAddressBook,
  type ImportedClinic,
} from '../imports.ts'
import { assertReadBack, fieldsOf, fill, roundsOf } from '../inputs.ts'
import { readSettingsSchema, selectAll } from '../schema.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

type Values = Record<string, unknown>

const schema = readSettingsSchema()
const input = 'ImportPatientInput'
let stack: Stack
let clinic: ImportedClinic
let book: ImportedAddressBook
let templateIds: string[]
before(async () => {
  stack = await openStack()
  clinic = await importClinic(stack.north)
  book = await importAddressBook(stack.north)
  const items = ['Health card', 'Chart number'].map((name) => ({ externalId: external(name), name }))
  const templates = await importItems(stack.north, 'importIdentificationTemplates', items)
  templateIds = templates.map(({ id }) => id ?? '')
})
after(() => stack.stop())

/** What a patient refers to: sent by id, read as a record. */
const links = [
  ...['primaryLocation', 'primaryPractitioner', 'familyPractitioner', 'referringPractitioner'],
  'preferredPharmacy',
]

/** A patient with every field of its own; another round gives every field another value. */
function inRound(round: number, more: Values): Values {
  return fill(schema, input, round, {
    primaryLocationId: clinic.locationIds[round % 2],
    primaryPractitionerId: clinic.providerIds[round % 2],
    familyPractitionerId: book.contactIds[round % 2],
    referringPractitionerId: book.contactIds[(round + 1) % 2],
    preferredPharmacyId: book.facilityIds[round % 2],
    identifications: null,
    // Who has a date of death has died.
    deceased: true,
    ...more,
  })
}

async function readPatient(id: string): Promise<Values> {
  const { body, text } = await stack.north.askSettings(
    `query ($id: ID!) { patient(id: $id) { ${selectAll(schema, 'Patient', 3)} } }`,
    { id },
  )
  assert.ok(body.data?.patient, text)
  return body.data.patient as Values
}

async function outcomeOf(mutation: string, item: Values): Promise<string | undefined> {
  const { results } = await change(stack.north, mutation, [item], 'results { outcome }')
  return (results as { outcome: string }[])[0]?.outcome
}

test('importPatients stores every field, and each change of one alone', async () => {
  const externalId = external('whole')
  let item = inRound(1, { externalId })
  const id = await importOne(stack.north, 'importPatients', item, 'CREATED')
  const check = async (): Promise<void> => {
    const patient = await readPatient(id)
    assertReadBack(schema, patient, item, input)
    for (const name of links) assert.equal((patient[name] as { id: string }).id, item[`${name}Id`], name)
  }
  await check()
  assert.equal(await importOne(stack.north, 'importPatients', item, 'UNCHANGED'), id)
  const next = inRound(2, { externalId })
  for (const { name } of fieldsOf(schema, input)) {
    if (JSON.stringify(next[name]) === JSON.stringify(item[name])) continue
    item = { ...item, [name]: next[name] }
    assert.equal(await importOne(stack.north, 'importPatients', item, 'UPDATED'), id, name)
    await check()
  }
  for (let round = 3; round < roundsOf(schema, input) + 3; round += 1) {
    item = inRound(round, { externalId })
    assert.equal(await importOne(stack.north, 'importPatients', item, 'UPDATED'), id)
    await check()
  }
})

test('what an imported patient leaves out stays as it is, and null clears it', async () => {
  const { firstName, lastName, dateOfBirth, ...whole } = inRound(1, { externalId: external('partly') })
  const required = { firstName, lastName, dateOfBirth, externalId: whole.externalId }
  const id = await importOne(stack.north, 'importPatients', { ...whole, ...required }, 'CREATED')
  const { version, updatedAt, ...before } = await readPatient(id)
  assert.ok(version && updatedAt)
  assert.equal(await importOne(stack.north, 'importPatients', required, 'UPDATED'), id)
  assert.deepEqual({ ...(await readPatient(id)), version, updatedAt }, { ...before, version, updatedAt })
  const cleared = Object.fromEntries(
    Object.keys(whole)
      .filter((name) => !['externalId', 'identifications', 'formerNames'].includes(name))
      .map((name) => [name, null]),
  )
  assert.equal(await importOne(stack.north, 'importPatients', { ...cleared, ...required }, 'UPDATED'), id)
  const after = await readPatient(id)
  const expected = {
    ...cleared,
    ...{
      firstName,
      lastName,
      dateOfBirth,
      notifyBy: 'BOTH',
      primaryLocation: null,
      primaryPractitioner: null,
    },
  }
  for (const [name, value] of Object.entries(expected))
    if (name in after) assert.equal(after[name], value, name)
})

test('the identifications of an imported patient are stored whole, and those borne already are not doubled', async () => {
  const person = {
    firstName: 'Ida',
    lastName: 'Cards',
    dateOfBirth: '1970-01-01',
    externalId: external('cards'),
  }
  const card = (round: number, templateId: string | undefined): Values =>
    fill(schema, 'ImportIdentificationInput', round, { primary: true, templateId: Number(templateId) })
  const first = card(1, templateIds[0])
  const second = card(2, templateIds[0])
  const sameNumber = { ...card(3, templateIds[1]), value: first.value }
  const bare = { value: 'bare' }
  let id = ''
  for (const identifications of [[first], [second], [first, sameNumber], [second, bare]])
    id = await importOne(
      stack.north,
      'importPatients',
      { ...person, identifications },
      id ? 'UPDATED' : 'CREATED',
    )
  const borne = (await readPatient(id)).identifications as Values[]
  assert.deepEqual(
    borne.map(({ template, isPrimary, ...own }) => ({
      ...Object.fromEntries(Object.keys(first).map((name) => [name, own[name]])),
      templateId: template === null ? null : Number((template as { id: string }).id),
      primary: isPrimary,
    })),
    [
      ...[first, second, sameNumber],
      {
        ...{ value: 'bare', templateId: null, code: null, name: null, paymentIssuerCode: null },
        ...{ primary: false, startAt: null, endAt: null },
      },
    ],
  )
})

for (const mutation of ['importPatients', 'importIdentificationTemplates'])
  test(`${mutation} knows a record by its external id in its system, and by nothing else`, async () => {
    const values = mutation === 'importPatients' ? inRound(1, {}) : { name: 'Plan' }
    const known = { ...values, externalId: external('known') }
    assert.equal(await outcomeOf(mutation, known), 'CREATED')
    assert.equal(await outcomeOf(mutation, known), 'UNCHANGED')
    for (const externalId of [external('other'), external('known', 'urn:other')]) {
      assert.equal(await outcomeOf(mutation, { ...known, externalId }), 'CREATED')
      assert.equal(await outcomeOf(mutation, known), 'UNCHANGED')
    }
  })

test('importPatients refuses a patient with every rule it breaks, and it keeps no other out', async () => {
  const identifications = [{ templateId: Number(templateIds[0]), value: 'T-1' }]
  const good = inRound(1, { externalId: external('bearer'), identifications })
  const bad = {
    ...good,
    externalId: external('thief'),
    ...{ firstName: ' ', city: 'x'.repeat(1001) },
    identifications: [...identifications, { templateId: 4711, value: ' ' }],
  }
  const [made, refused] = await importItems(stack.north, 'importPatients', [good, bad])
  assert.equal(made?.outcome, 'CREATED', JSON.stringify(made))
  assert.deepEqual([refused?.outcome, refused?.id], ['REFUSED', null])
  assert.deepEqual(rulesOf(refused).sort(), [
    'input.1.city MAX_LENGTH',
    'input.1.firstName REQUIRED',
    'input.1.identifications.0.value IDENTIFICATION_TAKEN',
    'input.1.identifications.1.templateId NOT_FOUND',
    'input.1.identifications.1.value REQUIRED',
  ])
  for (const { message } of refused?.violations ?? []) assert.match(message, /^[A-Z].+\.$/)
  const fixed = { ...good, externalId: external('thief'), identifications: null }
  const id = await importOne(stack.north, 'importPatients', fixed, 'CREATED')
  assert.notEqual(id, made?.id)
})

test('importIdentificationTemplates stores the name, and refuses a blank one', async () => {
  const nameOf = async (id: string): Promise<unknown> => {
    const { body } = await stack.north.ask(
      'query ($id: ID!) { identificationTemplate(id: $id) { name version } }',
      { id },
    )
    return body.data?.identificationTemplate
  }
  const send = (externalId: object, name: string, outcome: string): Promise<string> =>
    importOne(stack.north, 'importIdentificationTemplates', { externalId, name }, outcome)
  const id = await send(external('plan'), 'Plan', 'CREATED')
  assert.deepEqual(await nameOf(id), { name: 'Plan', version: 1 })
  assert.equal(await send(external('plan'), 'Plan', 'UNCHANGED'), id)
  assert.equal(await send(external('plan'), 'Plan of the north', 'UPDATED'), id)
  assert.deepEqual(await nameOf(id), { name: 'Plan of the north', version: 2 })
  const results = await importItems(stack.north, 'importIdentificationTemplates', [
    { externalId: external('blank'), name: ' ' },
    { externalId: external('beside'), name: 'Beside' },
    { externalId: external(' '), name: 'Nameless' },
  ])
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['REFUSED', 'CREATED', 'REFUSED'],
  )
  assert.deepEqual(results.map(rulesOf), [
    ['input.0.name REQUIRED'],
    [],
    ['input.2.externalId.value EXTERNAL_ID'],
  ])
})
