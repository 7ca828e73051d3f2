import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity, createSupportIdentity, forBothDomains } from '@commonchart/testing'
import { codeOf, openTestClinic, rulesOf, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  ;[clinic] = await forBothDomains(({ id }) => openTestClinic(subgraph, id))
})
after(() => subgraph.close())

const support = createSupportIdentity()
const fields = `id startAtDate startAtTime endAtDate endAtTime visitType slot interval stacking color version deactivated
  location { id name } services { id name }`
const mutation = (action: string, selection = fields) => `mutation ($input: ${action}FlexibleWorkHourInput!) {
  ${action.charAt(0).toLowerCase()}${action.slice(1)}FlexibleWorkHour(input: $input) { clientMutationId flexibleWorkHour { ${selection} } } }`
const [create, update, end] = [mutation('Create'), mutation('Update'), mutation('Deactivate')]
const createStandard = `mutation ($input: CreateStandardWorkHourInput!) {
  createStandardWorkHour(input: $input) { standardWorkHour { id } } }`
const updateStandard = `mutation ($input: UpdateStandardWorkHourInput!) {
  updateStandardWorkHour(input: $input) { standardWorkHour { id } } }`

async function newProvider(): Promise<string> {
  const query =
    'mutation { createProvider(input: { firstName: "N", lastName: "N", email: "n@n.test" }) { provider { id } } }'
  return (await subgraph.get(support, query)).createProvider.provider.id
}

async function newLocation(timezoneIanaName: string): Promise<string> {
  const query =
    'mutation ($input: CreateLocationInput!) { createLocation(input: $input) { location { id } } }'
  const made = await subgraph.get(support, query, { input: { name: 'Far', timezoneIanaName } })
  return made.createLocation.location.id
}

/** Hours of the first days of December 2030; the first is a Sunday. */
const hours = (providerUserId: string, more: object = {}) => ({
  ...{ providerUserId, serviceIds: [], startAtDate: '2030-12-01', endAtDate: '2030-12-05' },
  ...{ startAtTime: '18:00', endAtTime: '20:00', visitType: 'VIRTUAL_VISIT', ...more },
})
const weekly = (providerUserId: string, more: object = {}) => ({
  ...{ providerUserId, serviceIds: [], weekday: 'MONDAY', startAtTime: '19:00', endAtTime: '21:00' },
  ...{ visitType: 'VIRTUAL_VISIT', ...more },
})

async function made(input: object): Promise<{ id: string; version: number }> {
  return (await subgraph.get(createIdentity(), create, { input })).createFlexibleWorkHour.flexibleWorkHour
}
const rulesOfCreating = async (input: object) =>
  rulesOf(await subgraph.ask(createIdentity(), create, { input }))

test('dated hours are stored whole, by a consumer as CHR allows, and changed by the support account', async () => {
  const given = {
    ...{ slot: 4, interval: 10, stacking: true, color: { name: 'TEAL' }, clientMutationId: 'm' },
    ...{ serviceIds: [clinic.otherServiceId], locationId: clinic.locationId, endAtTime: '00:00' },
  }
  const input = hours(await newProvider(), given)
  const { createFlexibleWorkHour } = await subgraph.get(createIdentity(), create, { input })
  const { id, ...stored } = createFlexibleWorkHour.flexibleWorkHour
  assert.equal(createFlexibleWorkHour.clientMutationId, 'm')
  assert.deepEqual(stored, {
    ...{ startAtDate: '2030-12-01', endAtDate: '2030-12-05', startAtTime: '18:00', endAtTime: '00:00' },
    ...{ visitType: 'VIRTUAL_VISIT', slot: 4, interval: 10, stacking: true, color: '#00897b' },
    ...{ version: 1, deactivated: false, location: { id: clinic.locationId, name: 'Main' } },
    services: [{ id: clinic.otherServiceId, name: 'Surgery' }],
  })
  const everything = {
    ...{ id, startAtDate: '2030-12-02', endAtDate: '2030-12-03', startAtTime: '22:00', endAtTime: '06:00' },
    ...{ visitType: 'PHYSICAL_VISIT', slot: 2, interval: 5, stacking: false },
  }
  const sent = { ...everything, serviceIds: [clinic.serviceId], color: { rgb: '#ABCDEF' } }
  const { updateFlexibleWorkHour } = await subgraph.get(support, update, { input: sent })
  assert.deepEqual(updateFlexibleWorkHour.flexibleWorkHour, {
    ...{ ...everything, color: '#abcdef', version: 2, deactivated: false },
    ...{
      location: { id: clinic.locationId, name: 'Main' },
      services: [{ id: clinic.serviceId, name: 'Visit' }],
    },
  })
  const cleared = await subgraph.get(support, update, { input: { id, serviceIds: null, color: null } })
  const { services, color, version, slot } = cleared.updateFlexibleWorkHour.flexibleWorkHour
  assert.deepEqual([services, color, version, slot], [[], null, 3, 2])
  assert.equal(codeOf(await subgraph.ask(createIdentity(), update, { input: { id } })), 'FORBIDDEN')
})

test('what CHR has defaults for has them, given as null too', async () => {
  const provider = await newProvider()
  for (const [at, more] of [{}, { slot: null, interval: null, stacking: null, color: null }].entries()) {
    const input = hours(provider, { ...more, startAtTime: `1${at}:00`, endAtTime: `1${at}:30` })
    const { createFlexibleWorkHour } = await subgraph.get(createIdentity(), create, { input })
    const { slot, interval, stacking, color } = createFlexibleWorkHour.flexibleWorkHour
    assert.deepEqual([slot, interval, stacking, color], [1, 15, false, null])
  }
})

test('a provider who has dated hours only has a schedule until they are ended', async () => {
  const providerId = await newProvider()
  const look = async () => {
    const query = `{ provider(id: "${providerId}") { hasSchedule version schedule {
      standardWorkHours { totalCount } flexibleWorkHours { totalCount nodes { id } } } } }`
    return (await subgraph.get(createIdentity(), query)).provider
  }
  assert.deepEqual(await look(), { hasSchedule: false, version: 1, schedule: null })
  const { id } = await made(hours(providerId))
  assert.deepEqual(await look(), {
    ...{ hasSchedule: true, version: 2 },
    schedule: { standardWorkHours: { totalCount: 0 }, flexibleWorkHours: { totalCount: 1, nodes: [{ id }] } },
  })
  const conflict = await subgraph.ask(support, end, { input: { id, expectedVersion: 7 } })
  assert.equal(codeOf(conflict), 'CONFLICT')
  const ended = await subgraph.get(support, end, { input: { id, expectedVersion: 1, clientMutationId: 'e' } })
  assert.equal(ended.deactivateFlexibleWorkHour.clientMutationId, 'e')
  assert.equal(ended.deactivateFlexibleWorkHour.flexibleWorkHour.deactivated, true)
  assert.deepEqual(await look(), { hasSchedule: false, version: 3, schedule: null })
})

test('a provider with hours of both kinds keeps the schedule when those of one kind have ended', async () => {
  const provider = await newProvider()
  const { id } = await made(hours(provider))
  await subgraph.get(createIdentity(), createStandard, { input: weekly(provider, { startAtTime: '20:00' }) })
  await subgraph.get(support, end, { input: { id } })
  const found = await subgraph.get(createIdentity(), `{ provider(id: "${provider}") { hasSchedule } }`)
  assert.equal(found.provider.hasSchedule, true)
})

test('dated hours are listed by first day and time, filtered by days and locations, page by page', async () => {
  const provider = await newProvider()
  const elsewhere = await newLocation('America/Winnipeg')
  const days = (first: number, last: number) => ({
    startAtDate: `2031-01-0${first}`,
    endAtDate: `2031-01-0${last}`,
  })
  const [late, early, first] = [
    await made(hours(provider, { ...days(4, 8), startAtTime: '19:00', locationId: elsewhere })),
    await made(hours(provider, { ...days(4, 4), startAtTime: '08:00', endAtTime: '09:00' })),
    await made(hours(provider, { ...days(1, 3) })),
  ].map(({ id }) => id)
  const list = async (args = '') => {
    const query = `{ provider(id: "${provider}") { schedule { flexibleWorkHours${args} { nodes { id } totalCount pageInfo { endCursor } } } } }`
    const found = (await subgraph.get(createIdentity(), query)).provider.schedule.flexibleWorkHours
    return { ids: found.nodes.map(({ id }: { id: string }) => id), ...found }
  }
  const all = await list()
  assert.deepEqual([all.ids, all.totalCount], [[first, early, late], 3])
  const { pageInfo } = await list('(first: 1)')
  assert.deepEqual((await list(`(first: 1, after: "${pageInfo.endCursor}")`)).ids, [early])
  assert.deepEqual((await list('(from: "2031-01-04")')).ids, [early, late])
  assert.deepEqual((await list('(from: "2031-01-05")')).ids, [late])
  assert.deepEqual((await list('(to: "2031-01-03")')).ids, [first])
  assert.deepEqual((await list('(from: "2031-01-09")')).ids, [])
  assert.deepEqual((await list(`(anyLocationIds: ["${elsewhere}"])`)).ids, [late])
  assert.deepEqual((await list('(anyLocationIds: [])')).ids, [])
})

test('hours that end before they begin, take nobody or refer to nothing are refused, each rule named', async () => {
  const provider = await newProvider()
  const broken = { endAtDate: '2030-11-30', slot: 0, color: { rgb: 'blue' } }
  assert.deepEqual((await rulesOfCreating(hours(provider, broken))).toSorted(), [
    ...['input.color.rgb COLOR', 'input.endAtDate TIMES_OUT_OF_ORDER', 'input.slot OUT_OF_RANGE'],
  ])
  const oneDay = hours(provider, { endAtDate: '2030-12-01', endAtTime: '17:00' })
  assert.deepEqual(await rulesOfCreating(oneDay), ['input.endAtTime TIMES_OUT_OF_ORDER'])
  const missing = await subgraph.ask(support, create, {
    input: hours(provider, { locationId: '99', serviceIds: ['99'] }),
  })
  assert.deepEqual(missing.errors?.[0]?.extensions.paths, ['input.locationId', 'input.serviceIds.0'])
  assert.equal(codeOf(await subgraph.ask(support, create, { input: hours('999') })), 'NOT_FOUND')
  const { id } = await made(hours(provider))
  const nulls = { id, startAtDate: null, endAtTime: null, visitType: null, locationId: null }
  assert.deepEqual(rulesOf(await subgraph.ask(support, update, { input: nulls })).toSorted(), [
    ...['input.endAtTime REQUIRED', 'input.locationId REQUIRED', 'input.startAtDate REQUIRED'],
    'input.visitType REQUIRED',
  ])
  assert.equal(codeOf(await subgraph.ask(support, update, { input: { id: '999' } })), 'NOT_FOUND')
})

const overlap = ['input.startAtTime WORK_HOURS_OVERLAP']

test('dated hours overlap neither other dated hours nor weekly ones, at whatever location', async () => {
  const provider = await newProvider()
  const { id } = await made(hours(provider))
  const elsewhere = await newLocation('America/Halifax')
  assert.deepEqual(await rulesOfCreating(hours(provider, { startAtTime: '19:30' })), overlap)
  // Six in the evening of any clinic west of it falls into this night.
  const far = { locationId: elsewhere, startAtTime: '21:00', endAtTime: '04:00' }
  assert.deepEqual(await rulesOfCreating(hours(provider, far)), overlap)
  const next = await made(hours(provider, { startAtTime: '20:00', endAtTime: '21:00' }))
  const moved = await subgraph.ask(support, update, { input: { id: next.id, startAtTime: '19:45' } })
  assert.deepEqual(rulesOf(moved), overlap)
  const [{ blockedBy } = {}] = moved.errors?.[0]?.extensions.violations as { blockedBy?: object }[]
  assert.deepEqual(blockedBy, [{ type: 'FlexibleWorkHour', id }])
  // The hours do not stand in their own way, and a change of something else is not judged.
  await subgraph.get(support, update, { input: { id: next.id, startAtTime: '20:15', slot: 2 } })
  await subgraph.get(support, end, { input: { id } })
  await subgraph.get(support, update, { input: { id: next.id, startAtTime: '19:45' } })
})

test('weekly hours do not overlap dated ones that are to come, neither when made nor when changed', async () => {
  const provider = await newProvider()
  await made(hours(provider))
  await made(
    hours(provider, {
      startAtDate: '2020-01-01',
      endAtDate: '2020-12-31',
      startAtTime: '08:00',
      endAtTime: '09:00',
    }),
  )
  const ask = (input: object) => subgraph.ask(createIdentity(), createStandard, { input })
  assert.deepEqual(rulesOf(await ask(weekly(provider))), overlap)
  const friday = await ask(weekly(provider, { weekday: 'FRIDAY' }))
  assert.equal(codeOf(friday), 'accepted')
  assert.equal(codeOf(await ask(weekly(provider, { startAtTime: '08:00', endAtTime: '09:00' }))), 'accepted')
  const { id } = friday.data.createStandardWorkHour.standardWorkHour
  const move = (input: object) => subgraph.ask(support, updateStandard, { input: { id, ...input } })
  assert.deepEqual(rulesOf(await move({ weekday: 'TUESDAY' })), overlap)
  assert.equal(codeOf(await move({ weekday: 'TUESDAY', startAtTime: '20:00' })), 'accepted')
  assert.deepEqual(
    await rulesOfCreating(hours(provider, { startAtTime: '20:30', endAtTime: '20:45' })),
    overlap,
  )
})

test('an import of weekly hours that would overlap dated ones is refused, item by item', async () => {
  const provider = await newProvider()
  await made(hours(provider))
  const { providerUserId, ...item } = weekly(provider)
  const input = ['MONDAY', 'SATURDAY'].map((weekday) => ({
    ...{ ...item, weekday, providerId: providerUserId, locationId: clinic.locationId },
    externalId: { system: 'overlap', value: weekday },
  }))
  const { importStandardWorkHours } = await subgraph.get(
    support,
    `mutation ($input: [ImportStandardWorkHourInput!]!) {
      importStandardWorkHours(input: $input) { results { outcome violations { path rule } } } }`,
    { input },
  )
  assert.deepEqual(importStandardWorkHours.results, [
    { outcome: 'REFUSED', violations: [{ path: 'input.0.startAtTime', rule: 'WORK_HOURS_OVERLAP' }] },
    { outcome: 'CREATED', violations: [] },
  ])
})

test('of many who give a provider the same hours at once one does', async () => {
  const provider = await newProvider()
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => subgraph.ask(createIdentity(), create, { input: hours(provider) })),
  )
  assert.deepEqual(answers.map(codeOf).toSorted(), [
    ...Array<string>(7).fill('VALIDATION_FAILED'),
    'accepted',
  ])
})

test('hours of one domain are nowhere to be seen or changed from another', async () => {
  const { id } = await made(hours(await newProvider()))
  const other = createSupportIdentity({ domainId: 2 })
  for (const query of [update, end])
    assert.equal(codeOf(await subgraph.ask(other, query, { input: { id } })), 'NOT_FOUND')
})
