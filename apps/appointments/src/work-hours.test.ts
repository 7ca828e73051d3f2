import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity, createSupportIdentity, forBothDomains } from '@commonchart/testing'
import { book, codeOf, dayAhead, openTestClinic, rulesOf, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  ;[clinic] = await forBothDomains(({ id }) => openTestClinic(subgraph, id))
})
after(() => subgraph.close())

const support = createSupportIdentity()
const fields = `id weekday startAtTime endAtTime visitType slot interval stacking showIntervalsOnSchedule color version
  location { id name } services { id name }`
const create = `mutation ($input: CreateStandardWorkHourInput!) {
  createStandardWorkHour(input: $input) { clientMutationId standardWorkHour { ${fields} } } }`
const update = `mutation ($input: UpdateStandardWorkHourInput!) {
  updateStandardWorkHour(input: $input) { standardWorkHour { ${fields} } } }`

async function newProvider(): Promise<string> {
  const query =
    'mutation { createProvider(input: { firstName: "N", lastName: "N", email: "n@n.test" }) { provider { id } } }'
  return (await subgraph.get(support, query)).createProvider.provider.id
}

const hours = (providerUserId: string, more: object = {}) => ({
  ...{ providerUserId, serviceIds: [], weekday: 'MONDAY', startAtTime: '18:00', endAtTime: '00:00' },
  ...{ visitType: 'VIRTUAL_VISIT', ...more },
})

test('work hours are stored whole, by a consumer as CHR allows', async () => {
  const given = {
    ...{ slot: 4, interval: 10, stacking: true, showIntervalsOnSchedule: true, color: { name: 'TEAL' } },
    ...{ serviceIds: [clinic.otherServiceId], locationId: clinic.locationId, clientMutationId: 'm' },
  }
  const providerId = await newProvider()
  const { createStandardWorkHour } = await subgraph.get(createIdentity(), create, {
    input: hours(providerId, given),
  })
  const { id, ...stored } = createStandardWorkHour.standardWorkHour
  assert.ok(id)
  assert.equal(createStandardWorkHour.clientMutationId, 'm')
  assert.deepEqual(stored, {
    ...{
      weekday: 'MONDAY',
      startAtTime: '18:00',
      endAtTime: '00:00',
      visitType: 'VIRTUAL_VISIT',
      slot: 4,
      interval: 10,
    },
    ...{ stacking: true, showIntervalsOnSchedule: true, color: '#00897b', version: 1 },
    ...{
      location: { id: clinic.locationId, name: 'Main' },
      services: [{ id: clinic.otherServiceId, name: 'Surgery' }],
    },
  })
  const everyField = {
    ...{
      id,
      weekday: 'SUNDAY',
      startAtTime: '01:00',
      endAtTime: '02:30',
      visitType: 'PHYSICAL_VISIT',
      slot: 2,
    },
    ...{ interval: 5, stacking: false, showIntervalsOnSchedule: false, serviceIds: [clinic.serviceId] },
  }
  const changed = await subgraph.get(support, update, { input: { ...everyField, color: { rgb: '#ABCDEF' } } })
  const { location, services, color, version, ...others } = changed.updateStandardWorkHour.standardWorkHour
  const { serviceIds, ...expected } = everyField
  assert.deepEqual([others, color, version, location.id], [expected, '#abcdef', 2, clinic.locationId])
  assert.deepEqual(
    services.map((service: { id: string }) => service.id),
    serviceIds,
  )
})

test('a provider has a schedule from their first work hours until the last have ended', async () => {
  const providerId = await newProvider()
  const look = async () => {
    const query = `{ provider(id: "${providerId}") { hasSchedule version schedule { standardWorkHours { totalCount nodes { id } } } } }`
    return (await subgraph.get(createIdentity(), query)).provider
  }
  assert.deepEqual(await look(), { hasSchedule: false, version: 1, schedule: null })
  const made = await subgraph.get(createIdentity(), create, { input: hours(providerId) })
  const { id } = made.createStandardWorkHour.standardWorkHour
  const schedule = { standardWorkHours: { totalCount: 1, nodes: [{ id }] } }
  assert.deepEqual(await look(), { hasSchedule: true, version: 2, schedule })
  const end =
    'mutation ($input: DeactivateStandardWorkHourInput!) { deactivateStandardWorkHour(input: $input) { standardWorkHour { deactivated } } }'
  const ended = await subgraph.get(support, end, { input: { id, expectedVersion: 1 } })
  assert.equal(ended.deactivateStandardWorkHour.standardWorkHour.deactivated, true)
  assert.deepEqual(await look(), { hasSchedule: false, version: 3, schedule: null })
})

test('work hours are listed by weekday and time, filtered by both, page by page', async () => {
  const list = async (args: string) => {
    const query = `{ provider(id: "${clinic.providerId}") { schedule { standardWorkHours(${args}) { nodes { weekday } pageInfo { endCursor hasNextPage } } } } }`
    return (await subgraph.get(createIdentity(), query)).provider.schedule.standardWorkHours
  }
  const days = (page: { nodes: { weekday: string }[] }) => page.nodes.map((node) => node.weekday)
  const first = await list('first: 2')
  assert.deepEqual(days(first), ['SUNDAY', 'MONDAY'])
  assert.deepEqual(days(await list(`first: 2, after: "${first.pageInfo.endCursor}"`)), [
    'TUESDAY',
    'WEDNESDAY',
  ])
  assert.deepEqual(days(await list('anyWeekdays: [FRIDAY, MONDAY]')), ['MONDAY', 'FRIDAY'])
  assert.equal(days(await list(`anyLocationIds: ["${clinic.locationId}"]`)).length, 7)
  assert.deepEqual(days(await list('anyLocationIds: ["999"]')), [])
})

test('hours that end before they begin, take nobody or refer to nothing are refused', async () => {
  const refuse = (more: object) => subgraph.ask(support, create, { input: hours(clinic.providerId, more) })
  assert.deepEqual(
    rulesOf(await refuse({ endAtTime: '17:00', slot: 0, color: { rgb: 'blue' } })).toSorted(),
    [...['input.color.rgb COLOR', 'input.endAtTime TIMES_OUT_OF_ORDER', 'input.slot OUT_OF_RANGE']],
  )
  const missing = await refuse({ locationId: '99', serviceIds: [clinic.serviceId, '99'] })
  assert.deepEqual(missing.errors?.[0]?.extensions.paths, ['input.locationId', 'input.serviceIds.1'])
  assert.equal(codeOf(await refuse({ providerUserId: '999' })), 'NOT_FOUND')
})

test('hours that end at midnight take an appointment up to it, of any service when none is named', async () => {
  const providerId = await newProvider()
  await subgraph.get(createIdentity(), create, { input: hours(providerId) })
  const late = await book(subgraph, clinic, dayAhead(0), '23:30', {
    providerId,
    serviceId: clinic.otherServiceId,
  })
  assert.equal(codeOf(late), 'accepted')
  assert.equal(late.data.createAppointment.visitType, 'VIRTUAL_VISIT')
  assert.equal(
    codeOf(await book(subgraph, clinic, dayAhead(0), '23:45', { providerId })),
    'VALIDATION_FAILED',
  )
})
