import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { change } from '../clinic.ts'
import { external, importOne } from '../imports.ts'
import { assertReadBack, fill, roundsOf } from '../inputs.ts'
import { assertGuardsVersion, attempt, perform, type AskGraph } from '../mutations.ts'
import { assertPages } from '../pages.ts'
import { readSettingsSchema, selectAll } from '../schema.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

type Values = Record<string, unknown>
type Saved = Values & { id: string; version: number }

const schema = readSettingsSchema()
let stack: Stack
let facilityId = ''
before(async () => {
  stack = await openStack()
  facilityId = (await perform(ask, 'createFacility', { name: 'Home' }, 'facility { id }')).facility.id
})
after(() => stack.stop())

const ask: AskGraph = (query, variables) => stack.north.ask(query, variables)

/** Reads one record whole by its id, as a program or, where an import is to be seen, in the graph of the import. */
async function readOne(type: 'Contact' | 'Facility', id: string, graph: AskGraph = ask): Promise<Saved> {
  const field = type.toLowerCase()
  const { body, text } = await graph(
    `query ($id: ID!) { ${field}(id: $id) { ${selectAll(schema, type)} } }`,
    {
      id,
    },
  )
  assert.equal(body.errors, undefined, text)
  return body.data?.[field] as Saved
}

const readImported = (type: 'Contact' | 'Facility', id: string) =>
  readOne(type, id, (query, variables) => stack.north.askSettings(query, variables))

/** Inputs and records name the extension of a phone number differently where CHR does. */
function renamed(record: Values): Values {
  return {
    ...record,
    ...('phoneExt' in record && { phoneExtension: record.phoneExt }),
    ...('secondaryPhoneExt' in record && { secondaryPhoneExtension: record.secondaryPhoneExt }),
  }
}

for (const type of ['Contact', 'Facility'] as const) {
  const record = type.toLowerCase()
  const selection = `clientMutationId ${record} { ${selectAll(schema, type)} }`
  const given = (): Values => (type === 'Contact' ? { facilityId } : {})

  test(`every field of a ${record} is stored and read back with each value, on creation and on update`, async () => {
    const sent = fill(schema, `Create${type}Input`, 0, given())
    const made = await perform(ask, `create${type}`, sent, selection)
    assertReadBack(schema, renamed(made[record]), sent, `Create${type}Input`)
    assert.equal(made.clientMutationId, sent.clientMutationId)
    const { id } = made[record] as Saved
    for (let round = 1; round < roundsOf(schema, `Update${type}Input`) + 1; round += 1) {
      const again: Values = { id, ...fill(schema, `Update${type}Input`, round, {}) }
      const updated = await perform(ask, `update${type}`, again, selection)
      assertReadBack(schema, renamed(updated[record]), again, `Update${type}Input`)
      assert.equal(updated.clientMutationId, again.clientMutationId)
      for (const name of ['title', 'occupation', 'medicalSpecialty', 'jurisdiction', 'category'])
        if (name in again) assert.equal(updated[record][`${name}RawValue`], again[name])
    }
  })

  test(`a change of one field of a ${record} leaves the others as they are, and null clears it alone`, async () => {
    const sent = fill(schema, `Create${type}Input`, 1, given())
    const { id } = (await perform(ask, `create${type}`, sent, selection))[record] as Saved
    const fields = fill(schema, `Update${type}Input`, 2, {})
    for (const [name, value] of Object.entries(fields)) {
      if (name === 'clientMutationId') continue
      const before = await readOne(type, id)
      const needed = ['name', 'firstName', 'lastName'].includes(name)
      for (const next of [value, needed ? (sent[name] as string) : null]) {
        await perform(ask, `update${type}`, { id, [name]: next }, `${record} { id }`)
        const { version, updatedAt, ...after } = await readOne(type, id)
        assert.ok(version > before.version && updatedAt !== before.updatedAt)
        const changed = Object.keys(after).filter(
          (key) => JSON.stringify(after[key]) !== JSON.stringify(before[key]),
        )
        for (const key of changed)
          assert.ok(
            [name, `${name}RawValue`, name.replace('Extension', 'Ext')].includes(key),
            `${name} ${key}`,
          )
        assert.deepEqual(renamed(after)[name], next)
      }
    }
  })

  test(`no change of a ${record} is made on a version that has passed`, async () => {
    const made = await perform(
      ask,
      `create${type}`,
      fill(schema, `Create${type}Input`, 3, given()),
      selection,
    )
    const { id } = made[record] as Saved
    await assertGuardsVersion(
      (expectedVersion) =>
        attempt(ask, `update${type}`, { id, comments: 'x', expectedVersion }, `${record} { id }`),
      () => readOne(type, id),
    )
  })
}

test('contacts and facilities are listed in pages, the oldest first, and each is found by its id', async () => {
  for (const [list, field] of [
    ['contacts', 'contact'],
    ['facilities', 'facility'],
  ] as const) {
    const ids = await assertPages(ask, list)
    for (const id of ids) {
      const { body } = await ask(`query ($id: ID!) { ${field}(id: $id) { id } }`, { id })
      assert.deepEqual(body.data, { [field]: { id } })
    }
    assert.deepEqual(
      ids,
      ids.toSorted((one, other) => Number(one) - Number(other)),
    )
  }
})

const facilityRounds = { name: 'Zed Pharmacy', category: 'PHARMACY', city: 'Zedville', postalCode: 'V9Z 1A1' }
const facilityFilters: [string, string][] = [
  ['category', 'PHARMACY'],
  ['categoryRawValue', '"pharmacy"'],
  ['city', '" zedv"'],
  ['email', '"ZED@example.test"'],
  ['fax', '"(604) 555-0177"'],
  ['name', '"pharm"'],
  ['phone', '"6045550166"'],
  ['postalCode', '"v9z1"'],
]
const contactFilters: [string, string][] = [
  ['billingCode', '"zz-1"'],
  ['facilityName', '"ZED"'],
  ['fax', '"604 555 0188"'],
  ['name', '"zimmer, z"'],
  ['occupation', 'LAWYER'],
  ['occupationRawValue', '"lawyer"'],
]

test('each filter of the address book gives what fits and nothing else', async () => {
  const domain = stack.south
  const askSouth: AskGraph = (query, variables) => domain.ask(query, variables)
  const idsOf = async (list: string, args = '') => {
    const { body, text } = await askSouth(`{ ${list}${args && `(${args})`} { nodes { id } } }`)
    assert.equal(body.errors, undefined, text)
    return (body.data?.[list].nodes as { id: string }[]).map(({ id }) => id)
  }
  const shared = { name: 'Shared', category: 'HOSPITAL', readOnly: true, externalId: external('shared') }
  const other = await importOne(domain, 'importFacilities', shared, 'CREATED')
  const phones = { phone: '604-555-0166', fax: '604-555-0177', email: 'zed@example.test' }
  const { facility } = await perform(
    askSouth,
    'createFacility',
    { ...facilityRounds, ...phones },
    'facility { id }',
  )
  const known = { firstName: 'Im', lastName: 'Ported', facilityId: other, readOnly: true }
  const stranger = await importOne(
    domain,
    'importContacts',
    { ...known, externalId: external('stranger') },
    'CREATED',
  )
  const { contact } = await perform(
    askSouth,
    'createContact',
    {
      ...{ firstName: 'Zoë', lastName: 'Zimmer', occupation: 'LAWYER', billingCode: 'ZZ-1' },
      ...{ fax: '604-555-0188', facilityId: facility.id },
    },
    'contact { id }',
  )
  for (const [list, filters, both] of [
    ['facilities', facilityFilters, [other, facility.id]],
    ['contacts', contactFilters, [stranger, contact.id]],
  ] as const) {
    assert.deepEqual(await idsOf(list), both)
    assert.deepEqual(await idsOf(list, 'excludeReadOnly: true'), [both[1]])
    for (const [name, value] of filters)
      assert.deepEqual(await idsOf(list, `${name}: ${value}`), [both[1]], name)
  }
})

const wordFields = ['title', 'occupation', 'medicalSpecialty', 'jurisdiction', 'category']

for (const [type, mutation] of [
  ['Contact', 'importContacts'],
  ['Facility', 'importFacilities'],
] as const)
  test(`every field of ${mutation} is stored and read back, and words without a value are kept`, async () => {
    const input = `Import${type}Input`
    const externalId = external(`book-${type}`)
    const given = type === 'Contact' ? { facilityId } : { latitude: 49.25, longitude: -123.5 }
    const values = fill(schema, input, 1, { ...given, externalId, readOnly: true })
    const id = await importOne(stack.north, mutation, values, 'CREATED')
    assertReadBack(schema, renamed(await readImported(type, id)), values, input)
    assert.equal(await importOne(stack.north, mutation, values, 'UNCHANGED'), id)
    const moved = type === 'Contact' ? {} : { latitude: -33.5, longitude: 151.25 }
    const again = fill(schema, input, 2, { ...given, ...moved, externalId, readOnly: false })
    assert.equal(await importOne(stack.north, mutation, again, 'UPDATED'), id)
    const record = await readImported(type, id)
    assertReadBack(schema, renamed(record), again, input)
    assert.equal(record.readOnly, false)
    const words = wordFields.filter((name) => name in values)
    const bare = Object.fromEntries(
      words.flatMap((name) => [
        [name, null],
        [`${name}RawValue`, `${name} of old`],
      ]),
    )
    await importOne(stack.north, mutation, { ...again, ...bare }, 'UPDATED')
    const kept = await readImported(type, id)
    for (const name of words)
      assert.deepEqual([kept[name], kept[`${name}RawValue`]], [null, `${name} of old`])
    const results = await change(
      stack.north,
      mutation,
      [{ ...again, email: 'x@example.test', ...(type === 'Contact' ? { lastName: ' ' } : { name: ' ' }) }],
      'results { outcome violations { path rule message } }',
    )
    assert.equal(results.results[0].outcome, 'REFUSED')
    assert.equal(results.results[0].violations[0].rule, 'REQUIRED')
  })

for (const externals of [
  ['importContacts', 'Contact'],
  ['importFacilities', 'Facility'],
] as const)
  test(`${externals[0]} knows a record by its external id in its system, and by nothing else`, async () => {
    const [mutation, type] = externals
    const item = type === 'Contact' ? { firstName: 'A', lastName: 'B', facilityId } : { name: 'Known' }
    await importOne(stack.north, mutation, { ...item, externalId: external('known') }, 'CREATED')
    for (const externalId of [external('other'), external('known', 'urn:other')]) {
      await importOne(stack.north, mutation, { ...item, externalId }, 'CREATED')
      await importOne(stack.north, mutation, { ...item, externalId: external('known') }, 'UNCHANGED')
    }
  })
