import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AuditChange } from '@commonchart/audit'
import { startPatients, type Answer } from './test-patients.ts'

let patients: Awaited<ReturnType<typeof startPatients>>
before(async () => {
  patients = await startPatients()
})
after(() => patients.stop())

const codeOf = (answer: Answer): unknown => answer.errors?.[0]?.extensions.code
const rulesOf = (answer: Answer) =>
  (answer.errors?.[0]?.extensions.violations as { path: string; rule: string }[])
    .map(({ path, rule }) => `${path} ${rule}`)
    .sort()

/** Sends a mutation with its input and gives the whole answer. */
function send(mutation: string, input: object | object[], selection: string): Promise<Answer> {
  const name = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`
  const item = name.replace(/ies$/, 'y').replace(/s$/, '')
  const type = Array.isArray(input) ? `[${item}Input!]!` : `${name}Input!`
  const ask = Array.isArray(input) ? patients.support : patients.ask
  return ask(`mutation ($input: ${type}) { ${mutation}(input: $input) { ${selection} } }`, { input })
}

async function createFacility(input: object = {}): Promise<{ id: string; version: number }> {
  const answer = await send('createFacility', { name: 'Main Pharmacy', ...input }, 'facility { id version }')
  assert.equal(answer.errors, undefined, JSON.stringify(answer.errors))
  return answer.data?.createFacility.facility
}

async function createContact(input: object = {}): Promise<{ id: string; version: number }> {
  const facilityId = (input as { facilityId?: string }).facilityId ?? (await createFacility()).id
  const all = { firstName: 'Ada', lastName: 'Byron', facilityId, ...input }
  const answer = await send('createContact', all, 'contact { id version }')
  assert.equal(answer.errors, undefined, JSON.stringify(answer.errors))
  return answer.data?.createContact.contact
}

async function idsOf(list: string, args: string): Promise<string[]> {
  const { data, errors } = await patients.ask(`{ ${list}(${args}) { nodes { id } } }`)
  assert.equal(errors, undefined, JSON.stringify(errors))
  return (data?.[list].nodes as { id: string }[]).map(({ id }) => id)
}

test('everything that is wrong with a contact or a facility is told at once', async () => {
  const { id } = await createFacility()
  const contact = { firstName: ' ', lastName: '', billingCode: 'x'.repeat(1001), facilityId: id }
  const answer = await send('createContact', contact, 'contact { id }')
  assert.deepEqual(rulesOf(answer), [
    'input.billingCode MAX_LENGTH',
    'input.firstName REQUIRED',
    'input.lastName REQUIRED',
  ])
  const facility = await send('createFacility', { name: ' ', website: 'a\0b' }, 'facility { id }')
  assert.deepEqual(rulesOf(facility), ['input.name REQUIRED', 'input.website UNREADABLE'])
})

test('a contact of a facility that does not exist is refused with the path', async () => {
  for (const facilityId of ['4711', 'x', '99999999999']) {
    const answer = await send(
      'createContact',
      { firstName: 'A', lastName: 'B', facilityId },
      'contact { id }',
    )
    assert.equal(codeOf(answer), 'NOT_FOUND')
    assert.equal(answer.errors?.[0]?.extensions.path, 'input.facilityId')
  }
})

test('an update of a contact that is not there, or has moved on, changes nothing', async () => {
  const { id, version } = await createContact()
  const update = (input: object) => send('updateContact', input, 'contact { version lastName email }')
  assert.equal(codeOf(await update({ id: '4711' })), 'NOT_FOUND')
  const moved = await update({ id, expectedVersion: version, email: 'a@x.test' })
  assert.deepEqual(moved.data?.updateContact.contact, {
    version: version + 1,
    lastName: 'Byron',
    email: 'a@x.test',
  })
  assert.equal(codeOf(await update({ id, expectedVersion: version, email: null })), 'CONFLICT')
  const cleared = await update({ id, email: null })
  assert.equal(cleared.data?.updateContact.contact.email, null)
})

test('a contact is found by the beginning of any word of its name, in both orders, until it is renamed', async () => {
  const { id } = await createContact({ firstName: 'Marie-Ève', lastName: 'van der Bérg' })
  for (const name of ['marie', 'MARIE-EVE VAN', 'berg', 'der b', 'van der berg, marie', '  Berg '])
    assert.ok((await idsOf('contacts', `name: "${name}"`)).includes(id), name)
  assert.deepEqual(await idsOf('contacts', 'name: "arie"'), [])
  await send('updateContact', { id, lastName: 'Stone' }, 'contact { id }')
  assert.deepEqual(await idsOf('contacts', 'name: "berg"'), [])
  assert.deepEqual(await idsOf('contacts', 'name: "stone mar"'), [id])
})

test('names of any length and of any characters are kept, and searching for such ones finds nothing', async () => {
  const name = '\u{1F9EA}é '.repeat(240)
  const facility = await createFacility({ name: `${name}end` })
  await createContact({ firstName: name, lastName: '漢'.repeat(1000), facilityId: facility.id })
  for (const text of ['%', "'; --", '漢'.repeat(2000)])
    for (const list of [
      'contacts(name:',
      'contacts(facilityName:',
      'contacts(billingCode:',
      'careTeamRoles(name:',
    ])
      assert.equal((await patients.ask(`{ ${list} "${text}") { totalCount } }`)).errors, undefined, text)
})

test('a facility’s name is told to its contacts’ search at once', async () => {
  const facility = await createFacility({ name: 'Saint Paul’s Hospital' })
  const { id } = await createContact({ facilityId: facility.id })
  assert.deepEqual(await idsOf('contacts', 'facilityName: "hosp"'), [id])
  await send('updateFacility', { id: facility.id, name: 'Mercy Clinic' }, 'facility { id }')
  assert.deepEqual(await idsOf('contacts', 'facilityName: "hosp"'), [])
  assert.deepEqual(await idsOf('contacts', 'facilityName: "clin"'), [id])
})

const outcome = 'results { outcome id violations { path rule } }'

async function importOne(mutation: string, item: object): Promise<{ outcome: string; id: string }> {
  const answer = await send(mutation, [item], outcome)
  assert.equal(answer.errors, undefined, JSON.stringify(answer.errors))
  return answer.data?.[mutation].results[0]
}

const externalId = (value: string) => ({ system: 'urn:directory', value })

test('words that name a value set it, others are kept as they are, and both clear together', async () => {
  const read = async (id: string) =>
    (await patients.ask(`{ facility(id: "${id}") { category categoryRawValue } }`)).data?.facility
  const item = { externalId: externalId('words'), name: 'Corner' }
  const { id } = await importOne('importFacilities', { ...item, categoryRawValue: 'Public  health.' })
  assert.deepEqual(await read(id), { category: 'PUBLIC_HEALTH', categoryRawValue: 'Public  health.' })
  await importOne('importFacilities', { ...item, categoryRawValue: 'Healthcare Provider' })
  assert.deepEqual(await read(id), { category: null, categoryRawValue: 'Healthcare Provider' })
  assert.deepEqual(await idsOf('facilities', 'categoryRawValue: "healthcare provider"'), [id])
  await importOne('importFacilities', { ...item, category: 'OTHER', categoryRawValue: 'Kiosk' })
  assert.deepEqual(await read(id), { category: 'OTHER', categoryRawValue: 'Kiosk' })
  await importOne('importFacilities', { ...item, category: null })
  assert.deepEqual(await read(id), { category: null, categoryRawValue: null })
  await send('updateFacility', { id, category: 'CLINIC' }, 'facility { id }')
  assert.deepEqual(await read(id), { category: 'CLINIC', categoryRawValue: 'CLINIC' })
})

test('what belongs to a shared directory is changed by imports alone, and left out on demand', async () => {
  const shared = { name: 'Shared', readOnly: true, externalId: externalId('shared') }
  const facility = await importOne('importFacilities', shared)
  const person = { firstName: 'Sha', lastName: 'Red', facilityId: facility.id, readOnly: true }
  const contact = await importOne('importContacts', { ...person, externalId: externalId('person') })
  const own = await createContact({ facilityId: facility.id })
  for (const [mutation, id] of [
    ['updateFacility', facility.id],
    ['updateContact', contact.id],
  ] as const) {
    const answer = await send(mutation, { id, email: 'a@x.test' }, 'clientMutationId')
    assert.deepEqual(rulesOf(answer), ['input.id READ_ONLY'])
  }
  assert.deepEqual(await idsOf('contacts', 'facilityName: "shared"'), [contact.id, own.id])
  assert.deepEqual(await idsOf('contacts', 'facilityName: "shared", excludeReadOnly: true'), [own.id])
  assert.deepEqual(await idsOf('facilities', 'name: "shared", excludeReadOnly: true'), [])
  const again = await importOne('importFacilities', { ...shared, readOnly: false })
  assert.deepEqual([again.outcome, again.id], ['UPDATED', facility.id])
  assert.equal(
    (await send('updateFacility', { id: facility.id, city: 'Hope' }, 'facility { id }')).errors,
    undefined,
  )
})

test('an import of the address book tells of each item what became of it', async () => {
  const { id } = await createFacility()
  const person = { firstName: 'Im', lastName: 'Ported', facilityId: id }
  const items = [
    { ...person, externalId: externalId('1') },
    { ...person, externalId: externalId('2'), facilityId: '4711' },
    { ...person, externalId: externalId('3'), lastName: ' ' },
  ]
  const answer = await send('importContacts', items, outcome)
  const results = answer.data?.importContacts.results as {
    outcome: string
    violations: { path: string; rule: string }[]
  }[]
  assert.deepEqual(
    results.map((result) => [
      result.outcome,
      ...result.violations.map(({ path, rule }) => `${path} ${rule}`),
    ]),
    [['CREATED'], ['REFUSED', 'input.1.facilityId NOT_FOUND'], ['REFUSED', 'input.2.lastName REQUIRED']],
  )
  assert.equal((await importOne('importContacts', items[0] as object)).outcome, 'UNCHANGED')
  const far = { externalId: externalId('far'), name: 'Far', latitude: 90.1, longitude: -181 }
  const refused = await send('importFacilities', [far], outcome)
  assert.deepEqual(refused.data?.importFacilities.results[0].violations, [
    { path: 'input.0.latitude', rule: 'DEGREES' },
    { path: 'input.0.longitude', rule: 'DEGREES' },
  ])
  const program = await patients.ask(
    'mutation { importFacilities(input: []) { results { id } } importContacts(input: []) { results { id } } }',
  )
  assert.deepEqual(
    program.errors?.map((error) => error.extensions.code),
    ['FORBIDDEN', 'FORBIDDEN'],
  )
})

test('a change of a contact is on the record by the names of what differs, and a repeat acts once', async () => {
  const { id } = await createContact({ billingCode: 'B1' })
  const mark = { mutations: [{ key: 'k', fingerprint: 'f', path: 'updateContact' }] }
  const input = { id, billingCode: 'B2', firstName: 'Ada', fax: '604 555 0199' }
  const change = () =>
    patients.ask(
      'mutation ($input: UpdateContactInput!) { updateContact(input: $input) { contact { version } } }',
      { input },
      mark,
    )
  const answer = await change()
  const { changes } = answer.extensions?.recorder as { changes: AuditChange[] }
  assert.deepEqual(
    changes.map(({ action, recordType, recordId, fields, patientId }) => ({
      ...{ action, recordType, recordId, patientId },
      fields: fields.toSorted(),
    })),
    [
      {
        ...{ action: 'contact.updated', recordType: 'Contact', recordId: id, patientId: null },
        fields: ['billingCode', 'fax'],
      },
    ],
  )
  const again = await change()
  assert.equal(again.extensions?.idempotency, 'REPLAYED')
  assert.deepEqual(again.data, answer.data)
})
