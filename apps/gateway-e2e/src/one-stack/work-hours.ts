import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isEnumType } from 'graphql'
import { change } from '../clinic.ts'
import { importClinic, type ImportedClinic } from '../imports.ts'
import { assertReadBack, fieldsOf, fill } from '../inputs.ts'
import { readSettingsSchema, selectAll } from '../schema.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

type Values = Record<string, unknown>

const schema = readSettingsSchema()
const everything = selectAll(schema, 'StandardWorkHour')
let stack: Stack
let clinic: ImportedClinic
before(async () => {
  stack = await openStack()
  clinic = await importClinic(stack.north)
})
after(() => stack.stop())

const idOf = (record: unknown): string => (record as { id: string }).id

/** A provider of their own for a test. */
async function createProvider(lastName: string): Promise<string> {
  const input = { firstName: 'Pia', lastName, email: 'pia@example.test' }
  return idOf((await change(stack.north, 'createProvider', input, 'provider { id }')).provider)
}

/** The references, times and colour of work hours in a round; every other value follows from its type. */
const given = (round: number): Values => ({
  locationId: clinic.locationIds[round % 2],
  serviceIds: [clinic.serviceIds[round % 2]],
  startAtTime: `0${round}:15`,
  endAtTime: `1${round}:45`,
  color: { rgb: `#12345${round}` },
})

function assertHours(record: Values, sent: Values, input: string): void {
  const { color, location, services, ...flat } = record
  assertReadBack(schema, flat, sent, input)
  assert.deepEqual([color, idOf(location)], [(sent.color as { rgb: string }).rgb, sent.locationId])
  assert.deepEqual((services as unknown[]).map(idOf), sent.serviceIds)
}

async function listHours(providerId: string): Promise<Values[]> {
  const { body, text } = await stack.north.askSettings(
    `query ($id: ID!) { provider(id: $id) { schedule { standardWorkHours { nodes { ${everything} } } } } }`,
    { id: providerId },
  )
  assert.equal(body.errors, undefined, text)
  return (body.data?.provider.schedule?.standardWorkHours.nodes ?? []) as Values[]
}

/** Changes work hours, and gives them; or the code of the refusal. */
async function update(input: Values, selection = everything): Promise<Values & { code?: unknown }> {
  const { body } = await stack.north.askSettings(
    `mutation ($input: UpdateStandardWorkHourInput!) {
      updateStandardWorkHour(input: $input) { clientMutationId standardWorkHour { ${selection} } } }`,
    { input },
  )
  const code = body.errors?.[0]?.extensions.code
  return code ? { code } : (body.data?.updateStandardWorkHour as Values)
}

async function create(input: Values, selection = everything): Promise<Values> {
  const payload = `clientMutationId standardWorkHour { ${selection} }`
  return change(stack.north, 'createStandardWorkHour', input, payload)
}

test('every field of work hours is stored and read back, on creation and on update', async () => {
  const providerUserId = await createProvider('Round')
  const sent = fill(schema, 'CreateStandardWorkHourInput', 1, { ...given(1), providerUserId })
  const made = await create(sent)
  const record = made.standardWorkHour as Values
  assertHours(record, sent, 'CreateStandardWorkHourInput')
  assert.equal(made.clientMutationId, sent.clientMutationId)
  assert.deepEqual(await listHours(providerUserId), [record])
  let now = fill(schema, 'UpdateStandardWorkHourInput', 1, given(1))
  const { id } = record
  for (const round of [2, 3, 4, 5, 6, 7, 8]) {
    const next = fill(schema, 'UpdateStandardWorkHourInput', round, given(round))
    for (const { name } of fieldsOf(schema, 'UpdateStandardWorkHourInput')) {
      if (!(name in next)) continue
      now = { ...now, [name]: next[name] }
      const updated = await update({ id, [name]: next[name] })
      assertHours(updated.standardWorkHour as Values, now, 'UpdateStandardWorkHourInput')
      if (name === 'clientMutationId') assert.equal(updated.clientMutationId, next[name])
    }
    const whole = await update({ id, ...next })
    assertHours(whole.standardWorkHour as Values, next, 'UpdateStandardWorkHourInput')
    assert.deepEqual(await listHours(providerUserId), [whole.standardWorkHour])
  }
})

test('work hours that somebody else has changed are neither changed nor ended', async () => {
  const providerUserId = await createProvider('Busy')
  const { standardWorkHour } = await create(
    fill(schema, 'CreateStandardWorkHourInput', 1, { ...given(1), providerUserId }),
  )
  const { id, version } = standardWorkHour as { id: string; version: number }
  await update({ id, slot: 3 })
  assert.equal((await update({ id, slot: 3, expectedVersion: version })).code, 'CONFLICT')
  const end = (input: Values) =>
    stack.north.askSettings(
      `mutation ($input: DeactivateStandardWorkHourInput!) {
        deactivateStandardWorkHour(input: $input) { clientMutationId standardWorkHour { id deactivated version } } }`,
      { input: { id, clientMutationId: 'end', ...input } },
    )
  const refused = await end({ expectedVersion: version })
  assert.equal(refused.body.errors?.[0]?.extensions.code, 'CONFLICT', refused.text)
  assert.equal((await listHours(providerUserId)).length, 1)
  const { body } = await end({ expectedVersion: version + 1 })
  assert.deepEqual(body.data?.deactivateStandardWorkHour, {
    clientMutationId: 'end',
    standardWorkHour: { id, deactivated: true, version: version + 2 },
  })
})

test('when the last work hours have ended a provider has no schedule', async () => {
  const id = await createProvider('Leaving')
  const schedule = async () => {
    const query = 'query ($id: ID!) { provider(id: $id) { hasSchedule schedule { __typename } } }'
    return (await stack.north.ask(query, { id })).body.data?.provider as Values
  }
  assert.deepEqual(await schedule(), { hasSchedule: false, schedule: null })
  const input = fill(schema, 'CreateStandardWorkHourInput', 1, { ...given(1), providerUserId: id })
  const hours = (await create(input)).standardWorkHour
  assert.deepEqual(await schedule(), { hasSchedule: true, schedule: { __typename: 'Schedule' } })
  await change(stack.north, 'deactivateStandardWorkHour', { id: idOf(hours) }, 'standardWorkHour { id }')
  assert.deepEqual(await schedule(), { hasSchedule: false, schedule: null })
})

test('work hours are for a provider of the domain', async () => {
  const input = fill(schema, 'CreateStandardWorkHourInput', 1, {
    ...given(1),
    providerUserId: await createProvider('Here'),
  })
  const ask = (providerUserId: unknown) =>
    stack.north.ask(
      'mutation ($input: CreateStandardWorkHourInput!) { createStandardWorkHour(input: $input) { standardWorkHour { id } } }',
      { input: { ...input, providerUserId } },
    )
  assert.equal((await ask(input.providerUserId)).body.errors, undefined)
  const [error] = (await ask('4711')).body.errors ?? []
  assert.deepEqual([error?.extensions.code, error?.extensions.path], ['NOT_FOUND', 'input.providerUserId'])
})

test('what is no colour is refused on creation', async () => {
  const input = fill(schema, 'CreateStandardWorkHourInput', 1, {
    ...given(1),
    providerUserId: await createProvider('Colourful'),
  })
  await create(input, 'id')
  const { body } = await stack.north.askSettings(
    'mutation ($input: CreateStandardWorkHourInput!) { createStandardWorkHour(input: $input) { standardWorkHour { id } } }',
    { input: { ...input, color: { rgb: 'rather blue' } } },
  )
  assert.equal(body.errors?.[0]?.extensions.code, 'VALIDATION_FAILED')
})

test('every named colour has a value of its own, and a value that is given wins over the name', async () => {
  const providerUserId = await createProvider('Painter')
  const input = fill(schema, 'CreateStandardWorkHourInput', 1, { ...given(1), providerUserId })
  const id = idOf((await create(input)).standardWorkHour)
  const colorOf = async (color: object) =>
    ((await update({ id, color }, 'color')).standardWorkHour as { color: string } | undefined)?.color
  const type = schema.getType('ColorNameEnum')
  assert.ok(isEnumType(type))
  const names = type.getValues().map(({ name }) => name)
  const colors: unknown[] = []
  for (const name of names) {
    colors.push(await colorOf({ name }))
    assert.match(String(colors.at(-1)), /^#[0-9a-f]{6}$/, name)
  }
  assert.equal(new Set(colors).size, names.length)
  const [name, first] = [names[0], colors[0]]
  assert.equal(await colorOf({ name }), first)
  assert.equal(await colorOf({ name, rgb: '#010203' }), '#010203')
  assert.equal(await colorOf({ name }), first)
  assert.equal((await update({ id, color: { rgb: 'reddish' } }, 'color')).code, 'VALIDATION_FAILED')
  for (const color of [{ name: 'TEAL' }, { rgb: '#0a0b0c' }, { name: 'TEAL' }])
    assert.deepEqual((await create({ ...input, color }, 'color')).standardWorkHour, {
      color: color.rgb ?? colors[names.indexOf('TEAL')],
    })
})
