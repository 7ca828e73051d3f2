import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isEnumType } from 'graphql'
import { change } from '../clinic.ts'
import { importClinic, type ImportedClinic } from '../imports.ts'
import { fieldsOf, fill } from '../inputs.ts'
import { assertGuardsVersion, attempt, codeOf, type AskGraph } from '../mutations.ts'
import { assertShown, flexible, hours as hoursAt, listOf, offTime, write } from '../provider-hours.ts'
import { readSettingsSchema, selectAll } from '../schema.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

type Values = Record<string, unknown>

const schema = readSettingsSchema()
let stack: Stack
let clinic: ImportedClinic
before(async () => {
  stack = await openStack()
  clinic = await importClinic(stack.north)
})
after(() => stack.stop())

/** Hours of some first days of May 2031, at the first location. */
const hours = (provider: string, more?: Values) => hoursAt(clinic, provider, more)
const idOf = (record: unknown): string => (record as { id: string }).id
/** Programs create; the support account changes. */
const program: AskGraph = (query, variables) => stack.north.ask(query, variables)
const support: AskGraph = (query, variables) => stack.north.askSettings(query, variables)

async function createProvider(lastName: string): Promise<string> {
  const input = { firstName: 'Pia', lastName, email: 'pia@example.test' }
  return idOf((await change(stack.north, 'createProvider', input, 'provider { id }')).provider)
}

for (const subject of [flexible, offTime])
  test(`every field of ${subject.type} is stored and read back, on creation and on update`, async () => {
    const { name, payload, type, given } = subject
    const selection = `${payload} { ${selectAll(schema, type)} }`
    const providerUserId = await createProvider('Round')
    // Time off is listed for those who have work hours.
    if (subject === offTime)
      await write(program, 'createFlexibleWorkHour', hours(providerUserId), 'flexibleWorkHour { id }')
    const sent = fill(schema, `Create${name}Input`, 1, { ...given(1, clinic), providerUserId })
    const made = await write(program, `create${name}`, sent, selection)
    assert.equal(made.clientMutationId, sent.clientMutationId)
    const record = made[payload] as Values
    assertShown(subject, record, sent, `Create${name}Input`)
    assert.deepEqual(await listOf(support, subject, providerUserId), [record])
    const nobody = await attempt(program, `create${name}`, { ...sent, providerUserId: '4711' }, selection)
    assert.equal(codeOf(nobody), 'NOT_FOUND', nobody.text)
    const { id } = record
    let now: Values = {
      ...fill(schema, `Update${name}Input`, 1, given(1, clinic)),
      ...(subject === offTime && { name: null }),
    }
    for (const round of [2, 3]) {
      const next = fill(schema, `Update${name}Input`, round, given(round, clinic))
      // The last day first, so that it is never before the first.
      for (const field of fieldsOf(schema, `Update${name}Input`)
        .map((each) => each.name)
        .sort()) {
        if (!(field in next)) continue
        now = { ...now, [field]: next[field] }
        const updated = await write(support, `update${name}`, { id, [field]: next[field] }, selection)
        assertShown(subject, updated[payload] as Values, now, `Update${name}Input`)
        if (field === 'clientMutationId') assert.equal(updated.clientMutationId, next[field])
      }
      const [listed] = await listOf(support, subject, providerUserId)
      assertShown(subject, listed as Values, next, `Update${name}Input`)
    }
    await assertGuardsVersion(
      (expectedVersion) =>
        attempt(support, `update${name}`, { id, expectedVersion, ...given(4, clinic) }, `${payload} { id }`),
      async () => (await listOf(support, subject, providerUserId))[0] as Values & { version: number },
    )
    const end = (input: Values) =>
      attempt(
        support,
        `deactivate${name}`,
        { id, clientMutationId: 'end', ...input },
        `clientMutationId ${payload} { id deactivated version }`,
      )
    const [{ version } = {}] = (await listOf(support, subject, providerUserId)) as { version?: number }[]
    assert.equal(codeOf(await end({ expectedVersion: Number(version) + 1 })), 'CONFLICT')
    const ended = (await end({ expectedVersion: version })).body.data?.[`deactivate${name}`]
    assert.equal(ended.clientMutationId, 'end')
    assert.deepEqual(ended[payload], { id, deactivated: true, version: Number(version) + 1 })
    assert.deepEqual(await listOf(support, subject, providerUserId), [])
  })

test('every colour of time off has a value of its own, when it is entered and when it is changed', async () => {
  const input = { ...offTime.given(1, clinic), providerUserId: await createProvider('Painter') }
  const type = schema.getType('OffTimeColorEnum')
  assert.ok(isEnumType(type))
  const names = type.getValues().map(({ name }) => name)
  const created = async (color: string) =>
    (await write(program, 'createProviderOffTime', { ...input, color }, 'offTime { color }')).offTime
  const colors: unknown[] = []
  for (const name of [...names, names[0] ?? '']) colors.push(await created(name))
  assert.equal(new Set(colors.map((each) => (each as { color: string }).color)).size, names.length)
  const made = await write(program, 'createProviderOffTime', input, 'offTime { id color }')
  assert.equal((made.offTime as { color: string }).color, '#9e9e9e')
  const id = idOf(made.offTime)
  for (const [at, color] of [...names, names[0] ?? ''].entries()) {
    const changed = await write(support, 'updateProviderOffTime', { id, color }, 'offTime { color }')
    assert.deepEqual(changed.offTime, colors[at])
  }
})

test('hours are coloured by name or by value, when they are made and when they are changed', async () => {
  const input = {
    ...flexible.given(1, clinic),
    providerUserId: await createProvider('Painter'),
    visitType: 'VIRTUAL_VISIT',
  }
  for (const [color, expected] of [
    ['TEAL', '#00897b'],
    ['GREY', '#757575'],
    ['TEAL', '#00897b'],
  ] as const) {
    const sent = { ...input, color: { name: color } }
    const made = await write(program, 'createFlexibleWorkHour', sent, 'flexibleWorkHour { color }')
    assert.deepEqual(made.flexibleWorkHour, { color: expected })
    const id = idOf((await listOf(support, flexible, input.providerUserId))[0])
    for (const rgb of ['#010203', '#040506', '#010203']) {
      const changed = await write(
        support,
        'updateFlexibleWorkHour',
        { id, color: { rgb } },
        'flexibleWorkHour { color }',
      )
      assert.deepEqual(changed.flexibleWorkHour, { color: rgb })
    }
    await write(support, 'deactivateFlexibleWorkHour', { id }, 'flexibleWorkHour { id }')
  }
})

const page =
  '{ edges { cursor node { id } } nodes { id } totalCount pageInfo { startCursor endCursor hasNextPage hasPreviousPage } }'

for (const { list, name, payload } of [flexible, offTime])
  test(`${list} are chosen by days and read forwards and backwards in pages`, async () => {
    const provider = await createProvider('Lister')
    await write(
      program,
      'createFlexibleWorkHour',
      hours(provider, { startAtDate: '2031-04-01', endAtDate: '2031-04-01' }),
      'flexibleWorkHour { id }',
    )
    const ids: string[] = []
    for (const day of ['2031-05-01', '2031-05-03', '2031-05-05']) {
      const { providerUserId, startAtTime, endAtTime, ...rest } = hours(provider, {
        startAtDate: day,
        endAtDate: day,
      })
      const place = name === 'FlexibleWorkHour' && { ...rest, locationId: clinic.locationIds[ids.length % 2] }
      const input = { providerUserId, startAtTime, endAtTime, startAtDate: day, endAtDate: day, ...place }
      ids.push(idOf((await write(program, `create${name}`, input, `${payload} { id }`))[payload]))
    }
    const read = async (args: string) => {
      const { body, text } = await program(
        `{ provider(id: "${provider}") { schedule { ${list}(${args}) ${page} } } }`,
      )
      assert.equal(body.errors, undefined, text)
      const found = body.data?.provider.schedule[list] as {
        edges: { cursor: string; node: unknown }[]
        nodes: unknown[]
        totalCount: number
        pageInfo: Values
      }
      assert.deepEqual(
        found.edges.map(({ node }) => idOf(node)),
        found.nodes.map(idOf),
      )
      return { ...found, ids: found.nodes.map(idOf), cursors: found.edges.map(({ cursor }) => cursor) }
    }
    const from = 'from: "2031-04-15"'
    const whole = await read(from)
    assert.deepEqual([whole.ids, whole.totalCount], [ids, 3])
    assert.equal((await read('from: "2031-04-30"')).ids.length, 3)
    const chosen: [args: string, expected: string[]][] = [
      ['from: "2031-05-02"', ids.slice(1)],
      [`${from}, to: "2031-05-04"`, ids.slice(0, 2)],
      [`${from}, to: "2031-05-02"`, ids.slice(0, 1)],
      [`${from}, first: 1`, ids.slice(0, 1)],
      [`${from}, last: 1`, ids.slice(2)],
      [`${from}, after: "${whole.cursors[0]}"`, ids.slice(1)],
      [`${from}, before: "${whole.cursors[1]}"`, ids.slice(0, 1)],
    ]
    if (name === 'FlexibleWorkHour')
      chosen.push([`${from}, anyLocationIds: ["${clinic.locationIds[1]}"]`, ids.slice(1, 2)])
    for (const [args, expected] of chosen) assert.deepEqual((await read(args)).ids, expected, args)
    const middle = (await read(`${from}, first: 1, after: "${whole.cursors[0]}"`)).pageInfo
    assert.deepEqual([middle.hasNextPage, middle.hasPreviousPage], [true, true])
  })

test('a schedule tells hours of both kinds and time off as instants, by provider, place, visit type and span', async () => {
  const [provider, other] = [await createProvider('Planner'), await createProvider('Other')]
  const bookable = {
    slot: 2,
    interval: 20,
    stacking: true,
    serviceIds: [clinic.serviceIds[0]],
    color: { rgb: '#0a0b0c' },
  }
  await write(program, 'createFlexibleWorkHour', hours(provider, bookable), 'flexibleWorkHour { id }')
  await write(
    program,
    'createFlexibleWorkHour',
    hours(other, { locationId: clinic.locationIds[1], visitType: 'VIRTUAL_VISIT' }),
    'flexibleWorkHour { id }',
  )
  const {
    startAtDate: _,
    endAtDate: __,
    ...weekly
  } = hours(provider, { weekday: 'FRIDAY', startAtTime: '11:00', endAtTime: '12:00' })
  await write(program, 'createStandardWorkHour', weekly, 'standardWorkHour { id }')
  await write(
    program,
    'createProviderOffTime',
    { ...offTime.given(5, clinic), providerUserId: provider, memo: 'Away' },
    'offTime { id }',
  )
  const all = selectAll(schema, 'LegacySchedule', 3)
  const ask = async (args: Values, selection = 'worktime { id startAt } offtime { id }') => {
    const { body, text } = await program(
      `query ($from: DateTimeWithTimezone!, $to: DateTimeWithTimezone, $providers: [ID!]!, $locations: [ID!], $visitType: VisitTypeEnum) {
        schedule(from: $from, to: $to, providers: $providers, locations: $locations, visitType: $visitType) { ${selection} } }`,
      { from: '2031-05-01T00:00:00Z', to: '2031-05-04T00:00:00Z', providers: [provider, other], ...args },
    )
    assert.equal(body.errors, undefined, text)
    return body.data?.schedule as { worktime: Values[]; offtime: Values[] }
  }
  const [first, , friday] = (await ask({ providers: [provider] }, all)).worktime
  assert.match(String(first?.id), /^220310501\d+$/)
  assert.match(String(friday?.id), /^120310502\d+$/)
  assert.deepEqual([first?.slots, first?.interval, first?.stacking, first?.color], [2, 20, true, '#0a0b0c'])
  const count = async (args: Values) => {
    const { worktime, offtime } = await ask(args)
    return [worktime.length, offtime.length]
  }
  assert.deepEqual(await count({}), [5, 1])
  assert.deepEqual(await count({ providers: [other] }), [2, 0])
  assert.deepEqual(await count({ locations: [clinic.locationIds[1]] }), [2, 1])
  assert.deepEqual(await count({ visitType: 'VIRTUAL_VISIT' }), [2, 1])
  assert.deepEqual(await count({ from: '2031-05-02T12:00:00Z' }), [3, 1])
  assert.deepEqual(await count({ to: '2031-05-02T12:00:00Z' }), [2, 1])
  assert.deepEqual(await count({ to: undefined }), [9, 1])
})
