import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity, createSupportIdentity, forBothDomains } from '@commonchart/testing'
import { codeOf, openTestClinic, rulesOf, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type Answer, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  ;[clinic] = await forBothDomains(({ id }) => openTestClinic(subgraph, id))
})
after(() => subgraph.close())

const support = createSupportIdentity()

/** Runs a mutation of one record; `fields` of it are answered. */
function run(
  name: string,
  record: string,
  fields: string,
  input: object,
  identity = support,
): Promise<Answer> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`
  return subgraph.ask(
    identity,
    `mutation ($input: ${type}!) { ${name}(input: $input) { clientMutationId ${record} { ${fields} } } }`,
    { input },
  )
}

const locationFields = {
  ...{ name: 'West', internalName: 'W1', description: 'By the river', groupLabel: 'City', color: '#00ff7f' },
  ...{
    streetAddress1: '1 Main',
    streetAddress2: 'Floor 2',
    city: 'Calgary',
    region: 'AB',
    postalCode: 'T2P 1J9',
  },
  ...{
    latitude: '51.05',
    longitude: '-114.07',
    primary: false,
    public: false,
    primaryEmail: 'w@clinic.test',
  },
  ...{
    primaryContactNumber: '403-555-0100',
    primaryFaxNumber: '403-555-0101',
    timezoneIanaName: 'America/Edmonton',
  },
}
const providerFields = {
  ...{
    firstName: 'Zoë',
    lastName: 'Ångström',
    email: 'zoe@clinic.test',
    title: 'DR',
    occupation: 'MEDICAL_DOCTOR',
  },
  ...{
    specialty: 'Family',
    licenseNumber: 'L-77',
    licensingBody: 'CPSA',
    billingNumber: 'B-77',
    languages: ['en', 'Fr'],
  },
}
const french = (value: string) => [{ locale: 'FRENCH', value }]
const serviceFields = {
  ...{
    name: 'Follow-up',
    localizedName: french('Suivi'),
    shortDescription: 's',
    longDescription: '<b>l</b>',
  },
  ...{
    localizedShortDescription: french('court'),
    localizedLongDescription: french('<i>long</i>'),
    color: '#112233',
  },
  ...{ icon: 'heart', slotLength: 20, minRequestableInterval: 2, minRequestableIntervalType: 'days' },
  ...{ maxRequestableDays: 60, allowNewPatient: false, allowExistingPatient: false },
  ...{ patientDefaultStatus: 'ACTION_REQUIRED', providerDefaultStatus: 'CONFIRMED' },
}
const localized = (name: string) => (name.startsWith('localized') ? `${name} { locale value }` : name)

for (const [type, record, values] of [
  ['Location', 'location', locationFields],
  ['Provider', 'provider', providerFields],
  ['Service', 'service', serviceFields],
] as const) {
  const fields = Object.keys(values).map(localized).join(' ')

  test(`each field of a ${record} is stored as it was given, on creation and on change`, async () => {
    const created = await run(`create${type}`, record, `id version ${fields}`, {
      ...values,
      clientMutationId: 'c',
    })
    assert.deepEqual(created.errors ?? [], [])
    const { clientMutationId, [record]: found } = created.data[`create${type}`]
    assert.equal(clientMutationId, 'c')
    const { id, version, ...stored } = found
    assert.deepEqual([stored, version], [values, 1])
    const bare = await run(`create${type}`, record, 'id', { name: 'B', slotLength: 5, ...bareOf(record) })
    const other = bare.data[`create${type}`][record].id
    const changed = await run(`update${type}`, record, `version ${fields}`, {
      id: other,
      ...values,
      expectedVersion: 1,
    })
    assert.deepEqual(
      changed.data?.[`update${type}`]?.[record],
      { version: 2, ...values },
      JSON.stringify(changed),
    )
    assert.equal(
      codeOf(await run(`update${type}`, record, 'id', { id: other, expectedVersion: 1 })),
      'CONFLICT',
    )
    const same = await run(`update${type}`, record, 'version', { id: other, ...values })
    assert.equal(same.data[`update${type}`][record].version, 2)
    assert.ok(id)
  })

  test(`a ${record} that is deactivated is hidden by lists and still found by its id`, async () => {
    const created = await run(`create${type}`, record, 'id', {
      name: 'Gone',
      slotLength: 5,
      ...bareOf(record),
    })
    const { id } = created.data[`create${type}`][record]
    await run(`update${type}`, record, 'id', { id, deactivated: true })
    const nodes = record === 'provider' ? 'nodes { id }' : 'id'
    const query = `{ ${record}(id: "${id}") { deactivated } shown: ${record}s { ${nodes} } all: ${record}s(includeDeactivated: true) { ${nodes} } }`
    const found = await subgraph.get(createIdentity(), query)
    const idsOf = (list: { nodes?: { id: string }[] }) => JSON.stringify(list.nodes ?? list)
    assert.equal(found[record].deactivated, true)
    assert.equal(idsOf(found.shown).includes(`"${id}"`), false)
    assert.equal(idsOf(found.all).includes(`"${id}"`), true)
  })

  test(`only the support account may make or change a ${record}`, async () => {
    const input = { name: 'B', slotLength: 5, ...bareOf(record) }
    for (const identity of [createIdentity(), createIdentity({ kind: 'person', role: 'auditor' })])
      assert.equal(codeOf(await run(`create${type}`, record, 'id', input, identity)), 'FORBIDDEN')
  })
}

/** What must be given of a record; fields of other types are taken away. */
function bareOf(record: string): object {
  if (record === 'provider')
    return { name: undefined, slotLength: undefined, firstName: 'A', lastName: 'B', email: 'a@b.test' }
  return record === 'location' ? { slotLength: undefined } : {}
}

test('every rule that a location breaks is named', async () => {
  const broken = {
    name: ' ',
    color: 'red',
    latitude: '91',
    longitude: 'x',
    timezoneIanaName: 'Mars',
    public: null,
  }
  const answer = await run('createLocation', 'location', 'id', broken)
  assert.deepEqual(rulesOf(answer).toSorted(), [
    ...['input.color COLOR', 'input.latitude DEGREES', 'input.longitude DEGREES', 'input.name REQUIRED'],
    ...['input.public REQUIRED', 'input.timezoneIanaName TIME_ZONE'],
  ])
})

test('a location without a zone takes that of its domain, named in the language of the reader', async () => {
  const query = `{ location(id: "${clinic.locationId}") { timezoneIanaName timezoneName } }`
  const english = await subgraph.get(createIdentity(), query)
  assert.deepEqual(english.location, { timezoneIanaName: 'America/Vancouver', timezoneName: 'Pacific Time' })
  const other = await subgraph.get(createIdentity({ domainId: 2, language: 'fr' }), query)
  assert.deepEqual(other.location, {
    timezoneIanaName: 'America/Toronto',
    timezoneName: 'heure de l’Est nord-américain',
  })
})

test('there is one main location: making another one the main one moves it', async () => {
  const created = await run('createLocation', 'location', 'id primary', { name: 'New main', primary: true })
  assert.equal(created.data.createLocation.location.primary, true)
  const { locations } = await subgraph.get(createIdentity(), '{ locations { id primary } }')
  const main = locations.filter((each: { primary: boolean }) => each.primary)
  assert.deepEqual(main, [created.data.createLocation.location])
  await run('updateLocation', 'location', 'id', { id: clinic.locationId, primary: true })
})

test('a service speaks the language of the request where it has it, and is found by any of its names', async () => {
  const query = '{ services(name: " SUIVI ") { name shortDescription longDescription } }'
  const french = await subgraph.get(createIdentity({ language: 'fr' }), query)
  assert.deepEqual(french.services[0], {
    name: 'Suivi',
    shortDescription: 'court',
    longDescription: '<i>long</i>',
  })
  const english = await subgraph.get(createIdentity(), query)
  assert.deepEqual(english.services[0], {
    name: 'Follow-up',
    shortDescription: 's',
    longDescription: '<b>l</b>',
  })
})

test('providers are found by names from their beginning, by numbers as a whole, whatever case and accents', async () => {
  const count = async (args: string) =>
    (await subgraph.get(createIdentity(), `{ providers(${args}) { totalCount } }`)).providers.totalCount
  for (const args of [
    'lastName: " angs"',
    'firstName: "ZOE"',
    'licenseNumber: "l-77"',
    'billingNumber: "b-77"',
  ])
    assert.equal(await count(args), 2, args)
  assert.equal(await count('email: "ZOE@clinic.test", languages: ["FR"]'), 2)
  assert.equal(await count('languages: ["de", "en"]'), 2)
  for (const args of ['lastName: "strom"', 'licenseNumber: "l-7"', 'languages: ["de"]', 'languages: []'])
    assert.equal(await count(args), 0, args)
  assert.equal(await count('hasSchedule: true'), 1)
})

test('each change of a provider or location is told to the patients subgraph in its transaction', async () => {
  const { rows } = await subgraph.admin<{ payload: { type: string; target: string; payload: object } }>(
    'SELECT payload FROM graphile_worker._private_jobs',
  )
  const events = rows.map(({ payload }) => payload)
  assert.deepEqual(
    new Set(events.map((event) => `${event.target} ${event.type}`)),
    new Set(['consumers-audit audit.recorded', 'patients location.changed', 'patients provider.changed']),
  )
  const zoe = events.filter((event) => JSON.stringify(event.payload).includes('Zoë Ångström'))
  assert.ok(zoe.length >= 2)
})
