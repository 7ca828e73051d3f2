import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isEnumType } from 'graphql'
import { change, createClinic, type Clinic } from '../clinic.ts'
import { perform, type AskGraph } from '../mutations.ts'
import { createPatient } from '../records.ts'
import { readSettingsSchema } from '../schema.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

const schema = readSettingsSchema()
let stack: Stack
let clinic: Clinic
let other: Clinic
let tagId: string
let templateId: string
before(async () => {
  stack = await openStack()
  clinic = await createClinic(stack.north)
  other = await createClinic(stack.north)
  tagId = (await change(stack.north, 'createStatusTag', { name: 'Diabetes' }, 'statusTag { id }')).statusTag
    .id as string
  const selection = 'identificationTemplate { id }'
  const made = await change(stack.north, 'createIdentificationTemplate', { name: 'Card' }, selection)
  templateId = made.identificationTemplate.id as string
})
after(() => stack.stop())

const ask: AskGraph = (query, variables) => stack.north.ask(query, variables)

test('respondents takes every filter, order and page of patients, and answers the same', async () => {
  const own = {
    email: 'unique@example.test',
    phone: '604 555 0199',
    gender: 'FEMALE',
    dateOfBirth: '1971-02-03',
  }
  const links = {
    primaryLocationId: Number(clinic.locationId),
    primaryPractitionerId: Number(clinic.providerId),
  }
  const { id } = await createPatient(stack.north, {
    ...{ ...own, ...links, firstName: 'Zora', lastName: 'Unique' },
    identifications: [{ value: 'unique-1', templateId: Number(templateId) }],
    statusTagIds: [tagId],
  })
  const gone = await createPatient(stack.north, { firstName: 'Zora', lastName: 'Gone' })
  for (const lastName of ['One', 'Two', 'Three']) await createPatient(stack.north, { lastName })
  await perform(ask, 'archivePatient', { id: gone.id }, 'patient { id }')
  const shown =
    'edges { cursor node { id fullName } } nodes { id } totalCount pageInfo { startCursor endCursor hasNextPage hasPreviousPage }'
  const list = async (args: string) => {
    const { body, text } = await ask(`{ respondents${args} { ${shown} } patients${args} { ${shown} } }`)
    assert.equal(body.errors, undefined, text)
    assert.deepEqual(body.data?.respondents, body.data?.patients, args)
    return body.data?.respondents
  }
  for (const filter of [
    ...[
      'dateOfBirth: "1971-02-03"',
      'email: "unique@"',
      'firstName: "zor"',
      'lastName: "uniq"',
      'phone: "6045550199"',
    ],
    ...['gender: FEMALE', 'identificationValue: "unique-1"', `identificationTemplateId: "${templateId}"`],
    ...[
      `locationId: "${clinic.locationId}"`,
      `primaryPractitionerId: "${clinic.providerId}"`,
      `statusTagId: "${tagId}"`,
    ],
  ]) {
    const found = await list(`(${filter})`)
    assert.ok(
      found.nodes.some((one: { id: string }) => one.id === id),
      filter,
    )
    assert.ok(found.totalCount < (await list('')).totalCount, filter)
  }
  assert.equal((await list('(firstName: "zora")')).totalCount, 1)
  assert.equal((await list('(firstName: "zora", includeArchived: true)')).totalCount, 2)
  const orders = schema.getType('PatientOrderByEnum')
  assert.ok(isEnumType(orders))
  for (const { name } of orders.getValues())
    for (const direction of ['ASC', 'DESC'])
      await list(`(orderBy: [{ field: ${name}, direction: ${direction} }])`)
  const first = await list('(first: 2)')
  await list('(last: 2)')
  const next = await list(`(first: 2, after: "${first.pageInfo.endCursor}")`)
  assert.equal(next.pageInfo.hasPreviousPage, true)
  assert.deepEqual((await list(`(last: 2, before: "${next.pageInfo.startCursor}")`)).nodes, first.nodes)
})

test('the appointments of a respondent are those of the patient, by every filter, order and page', async () => {
  const { id } = await createPatient(stack.north)
  await change(
    stack.north,
    'importAppointments',
    [0, 1, 2, 3].map((at) => ({
      externalId: { system: 'test', value: `r${at}` },
      patientId: id,
      ...(at % 2 ? other : clinic),
      ...{ startAt: `2026-0${at + 1}-10T18:00:00Z`, untilAt: `2026-0${at + 1}-10T18:30:00Z` },
      ...{ status: 'VISIT_COMPLETED', visitType: at === 3 ? 'VIRTUAL_VISIT' : 'PHYSICAL_VISIT' },
      deactivated: at === 2,
    })),
    'results { id outcome }',
  )
  const shown =
    'edges { cursor node { id } } nodes { id } totalCount pageInfo { startCursor endCursor hasNextPage hasPreviousPage }'
  const list = async (args: string) => {
    const { body, text } = await ask(
      `query ($id: ID!) { respondent(id: $id) { appointments${args} { ${shown} } } patient(id: $id) { appointments${args} { ${shown} } } }`,
      { id },
    )
    assert.equal(body.errors, undefined, text)
    assert.deepEqual(body.data?.respondent, body.data?.patient, args)
    return body.data?.respondent.appointments
  }
  for (const filter of [
    ...['from: "2026-02-01T00:00:00Z"', 'to: "2026-02-01T00:00:00Z"', 'visitType: VIRTUAL_VISIT'],
    ...[
      `locationId: "${other.locationId}"`,
      `providerId: "${other.providerId}"`,
      `serviceId: "${other.serviceId}"`,
    ],
    ...['includeDeactivated: true', 'orderBy: [{ field: START_AT, direction: DESC }]', 'first: 2', 'last: 2'],
  ])
    assert.notDeepEqual((await list(`(${filter})`)).nodes, (await list('')).nodes, filter)
  const first = await list('(first: 2)')
  const next = await list(`(first: 2, after: "${first.pageInfo.endCursor}")`)
  await list('(last: 2)')
  assert.deepEqual((await list(`(last: 2, before: "${next.pageInfo.startCursor}")`)).nodes, first.nodes)
})
