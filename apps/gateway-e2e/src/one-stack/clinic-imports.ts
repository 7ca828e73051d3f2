import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { change } from '../clinic.ts'
import {
  external,
  importClinic,
  importItems,
  importOne,
  rulesOf,
  type ImportedClinic,
  type ImportResult,
} from '../imports.ts'
import { assertReadBack, fieldsOf, fill, roundsOf } from '../inputs.ts'
import { createPatient } from '../records.ts'
import { readSettingsSchema, selectAll } from '../schema.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

type Values = Record<string, unknown>

const schema = readSettingsSchema()
let stack: Stack
let clinic: ImportedClinic
const patientIds: string[] = []
before(async () => {
  stack = await openStack()
  clinic = await importClinic(stack.north)
  for (const firstName of ['Ann', 'Bob'])
    patientIds.push((await createPatient(stack.north, { firstName })).id)
})
after(() => stack.stop())

interface Subject {
  name: string
  type: string
  field: string
  given(round: number): Values
  /** Reads the record where it is not a root field. */
  find?(id: string): Promise<Values>
  /** What the record shows of the records that the item refers to. */
  refers?(record: Values): Values
}

const idOf = (record: unknown): string => (record as { id: string }).id
const appointments: Subject = {
  name: 'Appointment',
  type: 'Appointment',
  field: 'appointment',
  given: (round) => ({
    startAt: `2001-03-${10 + round}T10:00:00.000Z`,
    untilAt: `2001-03-${10 + round}T11:00:00.000Z`,
    patientId: patientIds[round % 2],
    providerId: clinic.providerIds[round % 2],
    locationId: clinic.locationIds[round % 2],
    serviceId: clinic.serviceIds[round % 2],
    ...{ providerExternalId: null, locationExternalId: null, serviceExternalId: null },
  }),
  refers: ({ patient, provider, location, service }) => ({
    patientId: idOf(patient),
    providerId: idOf(provider),
    locationId: idOf(location),
    serviceId: idOf(service),
  }),
}
const workHours: Subject = {
  name: 'StandardWorkHour',
  type: 'StandardWorkHour',
  field: 'standardWorkHours',
  find: async (id) => {
    const record = (await listHours()).find((each) => each.id === id)
    assert.ok(record, `the work hours ${id} are those of the provider`)
    return record
  },
  given: (round) => ({
    providerId: clinic.providerIds[0],
    locationId: clinic.locationIds[round % 2],
    serviceIds: [clinic.serviceIds[round % 2]],
    ...{ providerExternalId: null, locationExternalId: null, serviceExternalIds: null },
    startAtTime: `0${round}:15`,
    endAtTime: `1${round}:45`,
    color: { rgb: `#12345${round}` },
    deactivated: false,
  }),
  refers: ({ location, services, color }) => ({
    locationId: idOf(location),
    serviceIds: (services as unknown[]).map(idOf),
    color: { rgb: color },
  }),
}
const subjects: Subject[] = [
  {
    name: 'Location',
    type: 'Location',
    field: 'location',
    given: (round) => ({ latitude: `4${round % 9}.5`, longitude: `-12${round % 9}.25` }),
  },
  { name: 'Provider', type: 'ProviderUser', field: 'provider', given: () => ({}) },
  { name: 'Service', type: 'Service', field: 'service', given: () => ({}) },
  appointments,
  workHours,
]

/** The work hours of a provider that have not ended. */
async function listHours(provider = 0): Promise<Values[]> {
  const { body, text } = await stack.north.askSettings(
    `query ($id: ID!) { provider(id: $id) { schedule { standardWorkHours(first: 100) {
      nodes { ${selectAll(schema, 'StandardWorkHour')} } } } } }`,
    { id: clinic.providerIds[provider] },
  )
  assert.equal(body.errors, undefined, text)
  return (body.data?.provider.schedule?.standardWorkHours.nodes ?? []) as Values[]
}

async function read({ field, type, find }: Subject, id: string): Promise<Values> {
  if (find) return find(id)
  const { body, text } = await stack.north.askSettings(
    `query ($id: ID!) { ${field}(id: $id) { ${selectAll(schema, type)} } }`,
    { id },
  )
  assert.ok(body.data?.[field], text)
  return body.data[field] as Values
}

for (const subject of subjects) {
  const [mutation, input] = [`import${subject.name}s`, `Import${subject.name}Input`]
  const inRound = (round: number, more: Values): Values =>
    fill(schema, input, round, { ...subject.given(round), ...more })

  test(`${mutation} stores every field, and each change of one alone`, async () => {
    const externalId = external('whole')
    let item = inRound(1, { externalId })
    const id = await importOne(stack.north, mutation, item, 'CREATED')
    const check = async (): Promise<void> => {
      const record = await read(subject, id)
      assertReadBack(schema, record, item, input)
      for (const [key, value] of Object.entries(subject.refers?.(record) ?? {}))
        assert.deepEqual(value, item[key], `${input}.${key}`)
    }
    await check()
    assert.equal(await importOne(stack.north, mutation, item, 'UNCHANGED'), id)
    const next = inRound(2, { externalId })
    for (const { name } of fieldsOf(schema, input)) {
      if (JSON.stringify(next[name]) === JSON.stringify(item[name])) continue
      // An appointment that begins a day later ends a day later.
      item = { ...item, [name]: next[name], ...(name === 'startAt' && { untilAt: next.untilAt }) }
      assert.equal(await importOne(stack.north, mutation, item, 'UPDATED'), id, name)
      await check()
    }
    for (let round = 3; round < roundsOf(schema, input) + 3; round += 1) {
      item = inRound(round, { externalId })
      assert.equal(await importOne(stack.north, mutation, item, 'UPDATED'), id)
      await check()
    }
  })

  test(`${mutation} knows a record by its external id in its system, and by nothing else`, async () => {
    const more = subject.name === 'Location' ? { primary: false } : {}
    const known = inRound(1, { ...more, externalId: external('known') })
    const outcomeOf = async (externalId: object) => {
      const { results } = await change(
        stack.north,
        mutation,
        [{ ...known, externalId }],
        'results { outcome }',
      )
      return (results as { outcome: string }[])[0]?.outcome
    }
    assert.equal(await outcomeOf(external('known')), 'CREATED')
    assert.equal(await outcomeOf(external('known')), 'UNCHANGED')
    for (const other of [external('other'), external('known', 'urn:other')]) {
      assert.equal(await outcomeOf(other), 'CREATED')
      assert.equal(await outcomeOf(external('known')), 'UNCHANGED')
    }
  })

  test(`${mutation} refuses an item with every rule it breaks, and it keeps no other out`, async () => {
    const good = inRound(1, { externalId: external('beside') })
    const bad = { ...good, externalId: external(' '), ...(subject === appointments && { patientId: '4711' }) }
    const [made, refused] = await importItems(stack.north, mutation, [good, bad])
    assert.equal(made?.outcome, 'CREATED', JSON.stringify(made))
    assert.deepEqual([refused?.outcome, refused?.id], ['REFUSED', null])
    assert.deepEqual(rulesOf(refused), [
      'input.1.externalId.value EXTERNAL_ID',
      ...(subject === appointments ? ['input.1.patientId NOT_FOUND'] : []),
    ])
    for (const { message } of refused?.violations ?? []) assert.match(message, /^[A-Z].+\.$/)
  })
}

async function rulesOfOne(mutation: string, item: Values): Promise<string[]> {
  const { results } = await change(stack.north, mutation, [item], 'results { violations { path rule } }')
  return rulesOf((results as Pick<ImportResult, 'violations'>[])[0])
}

for (const [subject, kind, key] of [
  [appointments, 'provider', 'providerExternalId'],
  [appointments, 'location', 'locationExternalId'],
  [appointments, 'service', 'serviceExternalId'],
  [workHours, 'provider', 'providerExternalId'],
  [workHours, 'location', 'locationExternalId'],
  [workHours, 'service', 'serviceExternalIds'],
] as const)
  test(`import${subject.name}s finds what ${key} names, and refuses what nothing goes by`, async () => {
    const [mutation, many] = [`import${subject.name}s`, key.endsWith('s')]
    const by = (externalId: object): Values =>
      fill(schema, `Import${subject.name}Input`, 3, {
        ...subject.given(2),
        externalId: external(`by ${key}`),
        [key.replace('External', '')]: null,
        [key]: many ? [externalId] : externalId,
      })
    const id = await importOne(stack.north, mutation, by(external('two')), 'CREATED')
    if (subject === workHours && kind === 'provider')
      assert.ok((await listHours(1)).some((each) => each.id === id))
    else {
      const record = await read(subject, id)
      const [named] = [record[kind] ?? record[`${kind}s`]].flat()
      assert.equal(idOf(named), clinic[`${kind}Ids`][1])
    }
    const refused = [`input.0.${key}${many ? '.0' : ''} NOT_FOUND`]
    assert.deepEqual(await rulesOfOne(mutation, by(external('two'))), [])
    assert.deepEqual(await rulesOfOne(mutation, by(external('lost'))), refused)
    assert.deepEqual(await rulesOfOne(mutation, by(external('two', 'urn:lost'))), refused)
    assert.deepEqual(await rulesOfOne(mutation, by(external('two'))), [])
  })

test('imported work hours that have ended are listed no more, until they are open again', async () => {
  const externalId = external('ended')
  const item = fill(schema, 'ImportStandardWorkHourInput', 1, { ...workHours.given(1), externalId })
  const id = await importOne(stack.north, 'importStandardWorkHours', item, 'CREATED')
  const isListed = async () => (await listHours()).some((each) => each.id === id)
  assert.equal(await isListed(), true)
  await importOne(stack.north, 'importStandardWorkHours', { ...item, deactivated: true }, 'UPDATED')
  assert.equal(await isListed(), false)
  const selection = 'standardWorkHour { id deactivated }'
  const { standardWorkHour } = await change(stack.north, 'updateStandardWorkHour', { id }, selection)
  assert.deepEqual(standardWorkHour, { id, deactivated: true })
  await importOne(stack.north, 'importStandardWorkHours', item, 'UPDATED')
  assert.equal(await isListed(), true)
})

test('imported work hours take a colour that is one, and are refused with another', async () => {
  const given = { ...workHours.given(1), externalId: external('coloured') }
  const rulesWith = (rgb: string) => {
    const item = fill(schema, 'ImportStandardWorkHourInput', 1, { ...given, color: { rgb } })
    return rulesOfOne('importStandardWorkHours', item)
  }
  assert.deepEqual(await rulesWith('#abcdef'), [])
  assert.deepEqual(await rulesWith('reddish'), ['input.0.color.rgb COLOR'])
  assert.deepEqual(await rulesWith('#abcdef'), [])
})
