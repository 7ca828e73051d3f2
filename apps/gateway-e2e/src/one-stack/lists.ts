import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { change, createClinic, type Clinic } from '../clinic.ts'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

let stack: Stack
let main: Clinic
let other: Clinic
let template: { id: string }
let tag: { id: string }
const patientIds: string[] = []

before(async () => {
  stack = await openStack()
  const { north } = stack
  main = await createClinic(north)
  other = await createClinic(north)
  tag = (await change(north, 'createStatusTag', { name: 'Diabetes' }, 'statusTag { id }')).statusTag as {
    id: string
  }
  template = (
    await change(north, 'createIdentificationTemplate', { name: 'Card' }, 'identificationTemplate { id }')
  ).identificationTemplate as { id: string }
  await change(north, 'updateLocation', { id: other.locationId, name: 'Annex' }, 'location { id }')
  await change(north, 'updateProvider', { id: other.providerId, lastName: 'Zimmer' }, 'provider { id }')
  patientIds.push((await createPatient(north, { firstName: 'Anna', lastName: 'Åström' })).id)
  const special = await createPatient(north, {
    firstName: 'Zoë',
    lastName: 'Müller',
    dateOfBirth: '1999-12-31',
    gender: 'FEMALE',
    email: 'Zoe@Example.test',
    homePhone: '(604) 555-0199',
    primaryLocationId: Number(other.locationId),
    primaryPractitionerId: Number(other.providerId),
    statusTagIds: [tag.id],
    identifications: [{ templateId: Number(template.id), value: 'Q-77' }],
  })
  patientIds.push(special.id)
  const archived = await createPatient(north, {
    firstName: 'Gone',
    lastName: 'Away',
    primaryLocationId: Number(main.locationId),
  })
  await change(north, 'archivePatient', { id: archived.id }, 'patient { archived }')
  patientIds.push(archived.id)
  await change(
    north,
    'importAppointments',
    [0, 1, 2, 3].map((at) => {
      const clinic = at % 2 ? other : main
      return {
        externalId: { system: 'test', value: `a${at}` },
        patientId: patientIds[at % 2],
        providerId: clinic.providerId,
        locationId: clinic.locationId,
        serviceId: clinic.serviceId,
        startAt: `2026-0${at + 1}-10T18:00:00Z`,
        untilAt: `2026-0${at + 1}-10T18:30:00Z`,
        status: 'VISIT_COMPLETED',
        visitType: at === 3 ? 'VIRTUAL_VISIT' : 'PHYSICAL_VISIT',
        deactivated: at === 2,
      }
    }),
    'results { outcome id violations { path rule message } }',
  )
})
after(() => stack.stop())

/** Asks for the ids of a list, with arguments as they stand in a query. */
async function ids(list: string, args: string): Promise<string[]> {
  const { body, text } = await stack.north.ask(`{ ${list}${args && `(${args})`} { nodes { id } } }`)
  assert.equal(body.errors, undefined, text)
  return (body.data?.[list] as { nodes: { id: string }[] }).nodes.map((node) => node.id)
}

const patientFilters: [string, () => string][] = [
  ['dateOfBirth', () => '"1999-12-31"'],
  ['email', () => '" ZOE@ex"'],
  ['firstName', () => '"zoe"'],
  ['lastName', () => '"MULL"'],
  ['gender', () => 'FEMALE'],
  ['identificationValue', () => '"q-77"'],
  ['identificationTemplateId', () => `"${template.id}"`],
  ['locationId', () => `"${other.locationId}"`],
  ['phone', () => '"604 555 0199"'],
  ['primaryPractitionerId', () => `"${other.providerId}"`],
  ['statusTagId', () => `"${tag.id}"`],
]

for (const [name, value] of patientFilters)
  test(`patients(${name}:) gives those who fit and nobody else`, async () => {
    assert.equal((await ids('patients', '')).length, 2)
    assert.deepEqual(await ids('patients', `${name}: ${value()}`), [patientIds[1]])
  })

test('filters of patients are ANDed', async () => {
  assert.deepEqual(await ids('patients', 'firstName: "zoe", gender: MALE'), [])
})

test('archived patients are hidden from lists and still answered by id', async () => {
  assert.ok(!(await ids('patients', '')).includes(patientIds[2] ?? ''))
  assert.ok((await ids('patients', 'includeArchived: true')).includes(patientIds[2] ?? ''))
  const { body } = await stack.north.ask(
    'query ($id: ID!) { patient(id: $id) { archived archivedAt fullName } }',
    {
      id: patientIds[2],
    },
  )
  assert.equal(body.data?.patient.archived, true)
  assert.match(body.data?.patient.archivedAt, /^\d{4}-\d\d-\d\d$/)
})

for (const field of ['ID', 'CREATED_AT', 'UPDATED_AT', 'FIRST_NAME', 'LAST_NAME', 'DATE_OF_BIRTH'])
  test(`patients in the order of ${field} turn around with the direction`, async () => {
    const forwards = await ids('patients', `orderBy: [{ field: ${field}, direction: ASC }]`)
    const backwards = await ids('patients', `orderBy: [{ field: ${field}, direction: DESC }]`)
    assert.equal(forwards.length, 2)
    assert.deepEqual(backwards, [...forwards].reverse())
  })

for (const field of ['PRIMARY_LOCATION', 'PRIMARY_PRACTITIONER'])
  test(`patients in the order of ${field} come by its name, those without one last`, async () => {
    for (const direction of ['ASC', 'DESC'])
      assert.deepEqual(await ids('patients', `orderBy: [{ field: ${field}, direction: ${direction} }]`), [
        patientIds[1],
        patientIds[0],
      ])
  })

const appointmentFilters: [string, () => string, number[]][] = [
  ['from', () => '"2026-02-01T00:00:00Z"', [1, 3]],
  ['to', () => '"2026-02-01T00:00:00Z"', [0]],
  ['locationId', () => `"${other.locationId}"`, [1, 3]],
  ['providerId', () => `"${other.providerId}"`, [1, 3]],
  ['serviceId', () => `"${other.serviceId}"`, [1, 3]],
  ['patientId', () => `"${patientIds[0]}"`, [0]],
  ['visitType', () => 'VIRTUAL_VISIT', [3]],
]

for (const [name, value, expected] of appointmentFilters)
  test(`appointments(${name}:) gives those that fit and no others`, async () => {
    const all = await ids('appointments', 'includeDeactivated: true')
    assert.equal(all.length, 4)
    assert.equal((await ids('appointments', '')).length, 3)
    assert.deepEqual(
      await ids('appointments', `${name}: ${value()}`),
      expected.map((at) => all[at]),
    )
  })

for (const field of [
  'ID',
  'START_AT',
  'CREATED_AT',
  'UPDATED_AT',
  'LOCATION',
  'PROVIDER',
  'VISIT_TYPE',
  'SERVICE',
])
  test(`appointments can be listed in the order of ${field}, both ways`, async () => {
    const forwards = await ids(
      'appointments',
      `orderBy: [{ field: ${field}, direction: ASC }, { field: ID, direction: ASC }]`,
    )
    const backwards = await ids(
      'appointments',
      `orderBy: [{ field: ${field}, direction: DESC }, { field: ID, direction: DESC }]`,
    )
    assert.equal(forwards.length, 3)
    assert.deepEqual(backwards, [...forwards].reverse())
  })

test('pages go forwards and backwards', async () => {
  for (const list of ['patients', 'appointments']) {
    const all = await ids(list, '')
    const page = async (args: string) => {
      const { body, text } = await stack.north.ask(
        `{ ${list}(${args}) { edges { cursor node { id } } nodes { id } totalCount pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }`,
      )
      assert.equal(body.errors, undefined, text)
      return body.data?.[list]
    }
    const first = await page('first: 1')
    assert.equal(first.nodes[0].id, all[0])
    assert.equal(first.totalCount, all.length)
    assert.equal(first.pageInfo.hasNextPage, true)
    assert.equal(first.pageInfo.hasPreviousPage, false)
    const second = await page(`first: 1, after: "${first.pageInfo.endCursor}"`)
    assert.equal(second.nodes[0].id, all[1])
    assert.equal(second.pageInfo.hasPreviousPage, true)
    const last = await page('last: 1')
    assert.equal(last.nodes[0].id, all.at(-1))
    const before = await page(`last: 1, before: "${last.pageInfo.startCursor}"`)
    assert.equal(before.nodes[0].id, all.at(-2))
    assert.deepEqual(await ids(list, `before: "${second.pageInfo.startCursor}"`), [all[0]])
    assert.deepEqual(await ids(list, `after: "${first.pageInfo.startCursor}"`), all.slice(1))
  }
})

test('a page of 500 is clamped as CHR does, and says so', async () => {
  const { body } = await stack.north.ask('{ patients(first: 500) { nodes { id } } }')
  assert.equal(body.errors, undefined)
  assert.deepEqual(
    (body.extensions?.warnings as { code: string }[]).map((warning) => warning.code),
    ['PAGE_CLAMPED'],
  )
})

test('entities join across the areas', async () => {
  const { body, text } = await stack.north.ask(
    `query ($id: ID!) {
      patient(id: $id) {
        fullName
        primaryLocation { name timezoneIanaName }
        primaryPractitioner { fullName }
        appointments(orderBy: [{ field: START_AT, direction: ASC }]) {
          nodes { date patient { fullName } provider { fullName } location { name } service { name } }
        }
      }
    }`,
    { id: patientIds[1] },
  )
  assert.equal(body.errors, undefined, text)
  assert.deepEqual(body.data?.patient, {
    fullName: 'Zoë Müller',
    primaryLocation: { name: 'Annex', timezoneIanaName: 'America/Vancouver' },
    primaryPractitioner: { fullName: 'Paula Zimmer' },
    appointments: {
      nodes: ['2026-02-10', '2026-04-10'].map((date) => ({
        date,
        patient: { fullName: 'Zoë Müller' },
        provider: { fullName: 'Paula Zimmer' },
        location: { name: 'Annex' },
        service: { name: 'Visit' },
      })),
    },
  })
})

test('providers and services are found by each of their filters', async () => {
  const { north } = stack
  await change(
    north,
    'createProvider',
    {
      firstName: 'Léa',
      lastName: 'Tremblay',
      email: 'lea@example.test',
      languages: ['French'],
      licenseNumber: 'L-1',
      billingNumber: 'B-1',
    },
    'provider { id }',
  )
  assert.equal((await ids('providers', '')).length, 3)
  for (const args of [
    'languages: ["french"]',
    'lastName: "tremb"',
    'firstName: "lea"',
    'licenseNumber: "l-1"',
    'billingNumber: "b-1"',
    'email: "LEA@example.test"',
    'hasSchedule: false',
  ])
    assert.equal((await ids('providers', args)).length, 1, args)
  const services = await north.ask(
    '{ services { id name } found: services(name: "vis") { id } none: services(name: "x") { id } }',
  )
  assert.equal(services.body.data?.services.length, 2)
  assert.equal(services.body.data?.found.length, 2)
  assert.equal(services.body.data?.none.length, 0)
})
