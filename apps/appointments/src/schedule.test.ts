import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity, createSupportIdentity, forBothDomains } from '@commonchart/testing'
import { openTestClinic, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type Answer, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinics: TestClinic[]
let elsewhere: string
/** Works on Sundays in Toronto, from the 3rd to the 4th of March in Winnipeg at night, and is away then. */
let provider: string
let ids: { weekly: string; dated: string; off: string }

const support = createSupportIdentity()
const make = async (name: string, record: string, input: object): Promise<string> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${record} { id } } }`
  return (await subgraph.get(support, query, { input }))[name][record].id
}
before(async () => {
  subgraph = await openTestSubgraph()
  clinics = await forBothDomains(({ id }) => openTestClinic(subgraph, id))
  const [{ locationId, serviceId }] = clinics as [TestClinic]
  await make('updateLocation', 'location', { id: locationId, timezoneIanaName: 'America/Toronto' })
  elsewhere = await make('createLocation', 'location', { name: 'Far', timezoneIanaName: 'America/Winnipeg' })
  provider = await make('createProvider', 'provider', { firstName: 'S', lastName: 'C', email: 's@c.test' })
  ids = {
    weekly: await make('createStandardWorkHour', 'standardWorkHour', {
      ...{
        providerUserId: provider,
        locationId,
        serviceIds: [],
        weekday: 'SUNDAY',
        visitType: 'PHYSICAL_VISIT',
      },
      ...{ startAtTime: '01:30', endAtTime: '03:30', slot: 3, interval: 20, stacking: true },
    }),
    dated: await make('createFlexibleWorkHour', 'flexibleWorkHour', {
      ...{
        providerUserId: provider,
        locationId: elsewhere,
        serviceIds: [serviceId],
        visitType: 'VIRTUAL_VISIT',
      },
      ...{ startAtDate: '2026-03-03', endAtDate: '2026-03-04', startAtTime: '22:00', endAtTime: '02:00' },
      color: { rgb: '#123456' },
    }),
    off: await make('createProviderOffTime', 'offTime', {
      ...{ providerUserId: provider, startAtDate: '2026-03-03', endAtDate: '2026-03-04' },
      ...{ startAtTime: '12:00', endAtTime: '12:00' },
    }),
  }
})
after(() => subgraph.close())

const query = `query ($from: DateTimeWithTimezone!, $to: DateTimeWithTimezone, $providers: [ID!]!, $locations: [ID!], $visitType: VisitTypeEnum) {
  schedule(from: $from, to: $to, providers: $providers, locations: $locations, visitType: $visitType) {
    worktime { id startAt untilAt slots interval stacking visitType color createdAt updatedAt
      provider { id fullName } location { id name } services { id name } }
    offtime { id startAt untilAt provider { id } } } }`

async function ask(variables: object, domainId = 1): Promise<Answer> {
  const whole = { from: '2026-03-01T00:00:00-05:00', to: '2026-03-15T00:00:00-04:00', providers: [provider] }
  const answer = await subgraph.ask(createIdentity({ domainId }), query, { ...whole, ...variables })
  assert.deepEqual(answer.errors ?? [], [])
  return answer
}
const idsOf = ({ data }: Answer) => {
  const of = (list: { id: string }[]) => list.map(({ id }) => id)
  return [of(data.schedule.worktime), of(data.schedule.offtime)]
}

test('work hours of both kinds are told on each of their days as instants, on the clock of their location', async () => {
  const { worktime, offtime } = (await ask({})).data.schedule
  const [{ locationId, serviceId }] = clinics as [TestClinic]
  const when = worktime.map((each: Record<string, unknown>) => [each.id, each.startAt, each.untilAt])
  assert.deepEqual(when, [
    [`120260301${ids.weekly}`, '2026-03-01T06:30:00.000Z', '2026-03-01T08:30:00.000Z'],
    [`220260303${ids.dated}`, '2026-03-04T04:00:00.000Z', '2026-03-04T08:00:00.000Z'],
    // The clock jumps at two: from half past one to half past three is one hour.
    [`120260308${ids.weekly}`, '2026-03-08T06:30:00.000Z', '2026-03-08T07:30:00.000Z'],
  ])
  const [{ id: _, startAt: __, untilAt: ___, createdAt, updatedAt, ...weekly }, dated] = worktime
  assert.ok(createdAt && updatedAt)
  assert.deepEqual(weekly, {
    ...{ slots: 3, interval: 20, stacking: true, visitType: 'PHYSICAL_VISIT', color: null, services: [] },
    ...{ provider: { id: provider, fullName: 'S C' }, location: { id: locationId, name: 'Main' } },
  })
  assert.deepEqual(
    [
      dated.slots,
      dated.interval,
      dated.stacking,
      dated.visitType,
      dated.color,
      dated.location,
      dated.services,
    ],
    [
      1,
      15,
      false,
      'VIRTUAL_VISIT',
      '#123456',
      { id: elsewhere, name: 'Far' },
      [{ id: serviceId, name: 'Visit' }],
    ],
  )
  assert.deepEqual(offtime, [
    {
      ...{ id: ids.off, provider: { id: provider } },
      ...{ startAt: '2026-03-03T17:00:00.000Z', untilAt: '2026-03-04T17:00:00.000Z' },
    },
  ])
})

test('work is chosen by location and visit type, time off counts everywhere', async () => {
  const dated = [[`220260303${ids.dated}`], [ids.off]]
  const weekly = [['120260301', '120260308'].map((start) => `${start}${ids.weekly}`), [ids.off]]
  assert.deepEqual(idsOf(await ask({ locations: [elsewhere] })), dated)
  assert.deepEqual(idsOf(await ask({ visitType: 'VIRTUAL_VISIT' })), dated)
  assert.deepEqual(idsOf(await ask({ visitType: 'PHYSICAL_VISIT' })), weekly)
  assert.deepEqual(idsOf(await ask({ locations: [] })), [[], [ids.off]])
  assert.deepEqual(idsOf(await ask({ locations: null, providers: [] })), [[], []])
  assert.deepEqual(idsOf(await ask({ providers: ['999', 'x'] })), [[], []])
})

test('of several providers each one’s time is there once, in order of time', async () => {
  const { providerId } = clinics[0] as TestClinic
  const span = { from: '2026-03-01T00:00:00-05:00', to: '2026-03-02T00:00:00-05:00' }
  const { data } = await ask({ ...span, providers: [providerId, provider, provider] })
  assert.deepEqual(
    data.schedule.worktime.map((each: { provider: { id: string } }) => each.provider.id),
    [provider, providerId],
  )
})

test('what only touches the span is there, whole; what ends as it begins is not', async () => {
  const during = { from: '2026-03-04T07:59:00Z', to: '2026-03-04T08:30:00Z' }
  assert.deepEqual(idsOf(await ask(during)), [[`220260303${ids.dated}`], [ids.off]])
  assert.deepEqual(idsOf(await ask({ ...during, from: '2026-03-04T08:00:00Z' })), [[], [ids.off]])
  assert.deepEqual(idsOf(await ask({ from: during.to, to: during.from })), [[], []])
})

test('without an end 31 days are told, and more than 3 100 days of providers are cut with a warning', async () => {
  const [worktime] = idsOf(await ask({ from: '2026-03-01T00:00:00-05:00', to: null }))
  assert.equal(worktime?.length, 6)
  const providers = [provider, ...Array.from({ length: 999 }, (_, at) => String(10_000 + at))]
  const cut = await ask({ to: '2027-03-01T00:00:00-05:00', providers })
  assert.deepEqual(idsOf(cut)[0]?.length, 2)
  const [warning] = cut.extensions?.warnings as { code: string; to: string }[]
  assert.deepEqual([warning?.code, warning?.to], ['SPAN_CUT', '2026-03-04T05:00:00.000Z'])
  assert.equal((await ask({})).extensions?.warnings, undefined)
  assert.deepEqual(idsOf(await ask({ from: '9999-12-30T00:00:00Z', to: null }))[1], [])
})

test('a span at either end of the calendar is answered', async () => {
  const ends = [
    { from: '0001-01-01T00:00:00Z', to: '0001-01-02T00:00:00+00:00' },
    { from: '9999-12-01T00:00:00Z', to: '9999-12-31T23:59:59.999Z' },
  ]
  for (const span of ends) assert.deepEqual(idsOf(await ask(span))[1], [])
})

test('hours and time off of one domain are not told in another, whatever ids it asks for', async () => {
  await ask({}, 2)
  assert.deepEqual(idsOf(await ask({ providers: [provider], locations: [elsewhere] }, 2)), [[], []])
})
