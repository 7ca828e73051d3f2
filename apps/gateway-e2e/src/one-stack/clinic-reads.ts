import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { change, createClinic, type Clinic } from '../clinic.ts'
import { external, importItems } from '../imports.ts'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

let stack: Stack
let clinics: [Clinic, Clinic]
let patientId: string
/** Four of one patient, by the month in which they are: at either clinic in turn, the third deactivated. */
let appointmentIds: string[]

before(async () => {
  stack = await openStack()
  const { north } = stack
  clinics = [await createClinic(north), await createClinic(north)]
  patientId = (await createPatient(north)).id
  const stranger = (await createPatient(north)).id
  const appointment = (at: number, patient: string, value: string) => ({
    externalId: external(value),
    patientId: patient,
    ...(clinics[at % 2] as Clinic),
    startAt: `2026-0${at + 1}-10T18:00:00Z`,
    untilAt: `2026-0${at + 1}-10T18:30:00Z`,
    status: 'VISIT_COMPLETED',
    visitType: at === 3 ? 'VIRTUAL_VISIT' : 'PHYSICAL_VISIT',
    deactivated: at === 2,
  })
  const mine = [0, 1, 2, 3].map((at) => appointment(at, patientId, `mine ${at}`))
  const results = await importItems(north, 'importAppointments', [
    ...mine,
    appointment(1, stranger, 'another patient'),
  ])
  appointmentIds = results.slice(0, 4).map(({ id }) => id ?? '')
})
after(() => stack.stop())

async function ask(query: string, variables: object = {}, headers: Record<string, string> = {}) {
  const { body, text } = await stack.north.ask(query, variables, headers)
  assert.equal(body.errors, undefined, text)
  return body.data ?? {}
}

const byId: [field: string, ids: () => string[]][] = [
  ['location', () => clinics.map(({ locationId }) => locationId)],
  ['provider', () => clinics.map(({ providerId }) => providerId)],
  ['service', () => clinics.map(({ serviceId }) => serviceId)],
  ['appointment', () => appointmentIds],
]

for (const [field, ids] of byId)
  test(`${field}(id:) gives the one of this id with its times, and null for an id that none has`, async () => {
    const query = `query ($id: ID!) { ${field}(id: $id) { id createdAt updatedAt } }`
    for (const id of ids()) {
      const record = (await ask(query, { id }))[field]
      assert.equal(record.id, id)
      assert.match(record.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      assert.ok(record.updatedAt >= record.createdAt)
    }
    for (const id of ['4711', 'no-id']) assert.deepEqual(await ask(query, { id }), { [field]: null })
  })

const retired: [list: string, name: string, input: object][] = [
  ['locations', 'location', { name: 'Old' }],
  ['services', 'service', { name: 'Old', slotLength: 10 }],
  ['providers', 'provider', { firstName: 'O', lastName: 'Ld', email: 'old@example.test' }],
]

for (const [list, name, input] of retired)
  test(`${list} hide what was deactivated unless it is asked for`, async () => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
    const made = await change(stack.north, `create${type}`, input, `${name} { id }`)
    const { id } = made[name] as { id: string }
    const read = async (args: string) => {
      const fields = list === 'providers' ? 'nodes { id deactivated }' : 'id deactivated'
      const found = (await ask(`{ ${list}${args} { ${fields} } }`))[list]
      return (found.nodes ?? found) as { id: string; deactivated: boolean }[]
    }
    const all = await read('')
    assert.deepEqual(all.at(-1), { id, deactivated: false })
    await change(stack.north, `update${type}`, { id, deactivated: true }, `${name} { id }`)
    assert.deepEqual(await read(''), all.slice(0, -1))
    assert.deepEqual(await read('(includeDeactivated: true)'), [
      ...all.slice(0, -1),
      { id, deactivated: true },
    ])
  })

const filters: [args: () => string, expected: number[]][] = [
  [() => '', [0, 1, 3]],
  [() => 'from: "2026-02-10T18:00:00Z"', [1, 3]],
  [() => 'to: "2026-02-10T18:00:00Z"', [0]],
  [() => `locationId: "${clinics[1].locationId}"`, [1, 3]],
  [() => `providerId: "${clinics[0].providerId}"`, [0]],
  [() => `serviceId: "${clinics[1].serviceId}"`, [1, 3]],
  [() => 'visitType: VIRTUAL_VISIT', [3]],
  [() => 'includeDeactivated: true', [0, 1, 2, 3]],
  [() => 'orderBy: [{ field: START_AT, direction: ASC }]', [0, 1, 3]],
  [() => 'orderBy: [{ field: START_AT, direction: DESC }]', [3, 1, 0]],
  [() => `from: "2026-02-01T00:00:00Z", visitType: PHYSICAL_VISIT, orderBy: []`, [1]],
]

test('appointments of a patient are those of nobody else, by every filter and order of the list of all', async () => {
  for (const [args, expected] of filters) {
    const list = args() && `(${args()})`
    const { patient } = await ask(
      `query ($id: ID!) { patient(id: $id) { appointments${list} { nodes { id } } } }`,
      { id: patientId },
    )
    assert.deepEqual(
      (patient.appointments.nodes as { id: string }[]).map(({ id }) => appointmentIds.indexOf(id)),
      expected,
      list,
    )
  }
  const [ascending, descending] = await Promise.all(
    ['ASC', 'DESC'].map(
      async (direction) =>
        (
          await ask(
            `{ appointments(orderBy: [{ field: START_AT, direction: ${direction} }]) { nodes { id } } }`,
          )
        ).appointments.nodes as { id: string }[],
    ),
  )
  assert.equal(ascending?.length, 4)
  assert.deepEqual(
    descending?.map(({ id }) => id).filter((id) => appointmentIds.includes(id)),
    ascending
      ?.map(({ id }) => id)
      .filter((id) => appointmentIds.includes(id))
      .reverse(),
  )
})

/** Each connection of the clinic, as the path to it and where that begins. */
const connections: [name: string, query: (args: string) => string, path: string[]][] = [
  ['appointments', (args) => `appointments${args}`, ['appointments']],
  ['providers', (args) => `providers${args}`, ['providers']],
  [
    'Patient.appointments',
    (args) => `patient(id: "${patientId}") { appointments${args}`,
    ['patient', 'appointments'],
  ],
  [
    'Schedule.standardWorkHours',
    (args) => `provider(id: "${clinics[0].providerId}") { schedule { standardWorkHours${args}`,
    ['provider', 'schedule', 'standardWorkHours'],
  ],
]

for (const [name, query, path] of connections)
  test(`${name} is read forwards and backwards in pages, none twice and none left out`, async () => {
    const page = async (args: string) => {
      const fields =
        '{ edges { cursor node { id } } nodes { id } totalCount pageInfo { startCursor endCursor hasNextPage hasPreviousPage } }'
      const data = await ask(`{ ${query(args)} ${fields} ${'}'.repeat(path.length)}`)
      const found = path.reduce((inner, step) => inner[step], data)
      const cursors = found.edges.map((edge: { cursor: string }) => edge.cursor)
      assert.deepEqual([found.pageInfo.startCursor, found.pageInfo.endCursor], [cursors[0], cursors.at(-1)])
      const ids = found.nodes.map((node: { id: string }) => node.id) as string[]
      assert.deepEqual(
        found.edges.map((edge: { node: { id: string } }) => edge.node.id),
        ids,
      )
      const { hasNextPage, hasPreviousPage } = found.pageInfo
      return { ids, cursors, hasNextPage, hasPreviousPage, totalCount: found.totalCount }
    }
    const whole = await page('')
    const { ids, cursors } = whole
    assert.ok(ids.length >= 2)
    assert.deepEqual([whole.totalCount, whole.hasNextPage, whole.hasPreviousPage], [ids.length, false, false])
    const expected: [args: string, ids: string[], next: boolean, previous: boolean][] = [
      ['(first: 1)', ids.slice(0, 1), true, false],
      ['(last: 1)', ids.slice(-1), false, true],
      [`(after: "${cursors[0]}")`, ids.slice(1), false, true],
      [`(before: "${cursors.at(-1)}")`, ids.slice(0, -1), true, false],
      [`(first: 1, after: "${cursors[0]}")`, ids.slice(1, 2), ids.length > 2, true],
      [`(last: 1, before: "${cursors.at(-1)}")`, ids.slice(-2, -1), true, ids.length > 2],
    ]
    for (const [args, some, next, previous] of expected) {
      const found = await page(args)
      assert.deepEqual([found.ids, found.totalCount], [some, ids.length], args)
      assert.deepEqual([found.hasNextPage, found.hasPreviousPage], [next, previous], args)
    }
  })

test('work hours are found by any of some locations and weekdays, by weekday from Sunday', async () => {
  const { providerId, serviceId, locationId } = clinics[0]
  await change(
    stack.north,
    'createStandardWorkHour',
    {
      ...{ providerUserId: providerId, locationId: clinics[1].locationId, serviceIds: [serviceId] },
      ...{ weekday: 'MONDAY', startAtTime: '18:30', endAtTime: '20:00', visitType: 'VIRTUAL_VISIT' },
    },
    'standardWorkHour { id }',
  )
  const weekdays = async (args: string) => {
    const { provider } = await ask(
      `query ($id: ID!) { provider(id: $id) { schedule { standardWorkHours${args} { nodes { weekday startAtTime } totalCount } } } }`,
      { id: providerId },
    )
    const { nodes, totalCount } = provider.schedule.standardWorkHours
    assert.equal(totalCount, nodes.length)
    return (nodes as { weekday: string; startAtTime: string }[]).map((each) => Object.values(each).join(' '))
  }
  const [sunday, monday, evening, ...others] = await weekdays('')
  assert.deepEqual([sunday, monday, evening], ['SUNDAY 08:00', 'MONDAY 08:00', 'MONDAY 18:30'])
  assert.equal(others.length, 5)
  assert.deepEqual(await weekdays('(anyWeekdays: [MONDAY, SUNDAY])'), [sunday, monday, evening])
  assert.deepEqual(await weekdays('(anyWeekdays: [])'), [])
  assert.deepEqual(await weekdays(`(anyLocationIds: ["${clinics[1].locationId}"])`), [evening])
  assert.deepEqual(await weekdays(`(anyLocationIds: ["${locationId}"], anyWeekdays: [MONDAY])`), [monday])
})

test('a service is named in the language of the request, else as it was named without one', async () => {
  const localized = (value: string) => [
    { locale: 'ENGLISH', value: `${value} in English` },
    { locale: 'FRENCH', value: `${value} en français` },
  ]
  const names = ['localizedName', 'localizedShortDescription', 'localizedLongDescription']
  const { service } = await change(
    stack.north,
    'createService',
    { name: 'Plain', slotLength: 15, ...Object.fromEntries(names.map((name) => [name, localized(name)])) },
    `service { id ${names.map((name) => `${name} { locale value }`).join(' ')} }`,
  )
  const { id, ...stored } = service as { id: string }
  assert.deepEqual(stored, Object.fromEntries(names.map((name) => [name, localized(name)])))
  const read = async (serviceId: string, language: string) =>
    (
      await ask(
        'query ($id: ID!) { service(id: $id) { name shortDescription longDescription } }',
        { id: serviceId },
        { language },
      )
    ).service
  for (const [language, ending] of [
    ['en', 'in English'],
    ['fr', 'en français'],
  ] as const)
    assert.deepEqual(await read(id, language), {
      name: `localizedName ${ending}`,
      shortDescription: `localizedShortDescription ${ending}`,
      longDescription: `localizedLongDescription ${ending}`,
    })
  assert.equal((await read(clinics[0].serviceId, 'fr')).name, 'Visit')
})
