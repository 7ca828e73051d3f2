import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { toInstant } from '@commonchart/clinic-time'
import { writeSetting } from '@commonchart/subgraph'
import { createIdentity, createSupportIdentity } from '@commonchart/testing'
import { sql } from 'kysely'
import { book, codeOf, dayAhead, openTestClinic, type TestClinic } from './test-clinic.ts'
import { insertHours } from './test-hours.ts'
import { openTestSubgraph, type Answer, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
  await openTestClinic(subgraph, 2)
})
after(() => subgraph.close())

const fields = 'startAt untilAt visitType provider { id } location { id }'
const at = (day: string, time: string) => toInstant(`${day}T${time}`, clinic.zone)

function ask(
  args: object,
  { name = 'availabilities', selection = fields, domainId = 1 } = {},
): Promise<Answer> {
  const variables: Record<string, unknown> = { serviceId: clinic.serviceId, ...args }
  const types: Record<string, string> = {
    ...{
      serviceId: 'ID!',
      from: 'DateTimeWithTimezone',
      to: 'DateTimeWithTimezone',
      after: 'DateTimeWithTimezone',
    },
    ...{
      locations: '[ID!]',
      providers: '[ID!]',
      userGroupId: 'ID',
      visitType: 'VisitTypeEnum',
      first: 'Int',
    },
    ...{ exclusiveAvailability: 'Boolean', forPatientId: 'ID' },
  }
  const given = Object.keys(variables)
  const query = `query (${given.map((each) => `$${each}: ${types[each]}`).join()}) {
    ${name}(${given.map((each) => `${each}: $${each}`).join()}) { ${selection} } }`
  return subgraph.ask(createIdentity({ domainId }), query, variables)
}

/** The times on the clock of the clinic that are shown. */
async function timesOf(args: object, name = 'availabilities'): Promise<string[]> {
  const { data, errors } = await ask(args, { name })
  assert.equal(errors, undefined)
  return (data[name] as { startAt: string }[]).map(({ startAt }) => wallOf(startAt))
}

function wallOf(instant: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: clinic.zone,
    dateStyle: 'short',
    timeStyle: 'short',
  })
  return format.format(new Date(instant))
}

const day = (days: number) => ({ from: at(dayAhead(days), '00:00'), to: at(dayAhead(days + 1), '00:00') })

test('what is booked is not shown, and everything else of the day is, whole', async () => {
  await book(subgraph, clinic, dayAhead(0), '10:00')
  const { data } = await ask(day(0))
  const shown = data.availabilities as { startAt: string }[]
  const times = shown.map(({ startAt }) => wallOf(startAt).slice(11))
  const grid = Array.from({ length: 31 }, (_, step) => 540 + step * 15).map(
    (minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
  )
  assert.deepEqual(
    times,
    grid.filter((time) => !['09:45', '10:00', '10:15'].includes(time)),
  )
  assert.deepEqual(shown[0], {
    startAt: at(dayAhead(0), '09:00').toISOString(),
    untilAt: at(dayAhead(0), '09:30').toISOString(),
    visitType: 'PHYSICAL_VISIT',
    provider: { id: clinic.providerId },
    location: { id: clinic.locationId },
  })
})

test('nothing is shown of other services, visit types, places, providers and domains', async () => {
  const none = async (args: object) => assert.deepEqual(await timesOf({ ...day(1), ...args }), [])
  await none({ serviceId: clinic.otherServiceId })
  await none({ visitType: 'VIRTUAL_VISIT' })
  await none({ locations: ['999'] })
  await none({ locations: [] })
  await none({ providers: ['999', 'x'] })
  await none({ from: at(dayAhead(1), '12:00'), to: at(dayAhead(1), '11:00') })
  const all = { locations: [clinic.locationId], providers: [clinic.providerId], visitType: 'PHYSICAL_VISIT' }
  assert.equal((await timesOf({ ...day(1), ...all })).length, 31)
  const stranger = await ask(day(1), { domainId: 2 })
  assert.equal(
    JSON.stringify(stranger.data).includes(`"id":"${clinic.providerId}"`),
    true,
    'ids repeat in domains',
  )
  const service = await ask({ ...day(1), serviceId: '999' })
  assert.deepEqual([codeOf(service), service.errors?.[0]?.extensions.path], ['NOT_FOUND', 'serviceId'])
  const group = await ask({ ...day(1), userGroupId: '999' })
  assert.deepEqual([codeOf(group), group.errors?.[0]?.extensions.path], ['NOT_FOUND', 'userGroupId'])
})

test('exclusiveAvailability shows only hours that name the service', async () => {
  const hours = {
    ...{
      providerId: Number(clinic.providerId),
      locationId: Number(clinic.locationId),
      slot: 1,
      intervalMinutes: 30,
    },
    ...{
      startMinute: 1080,
      endMinute: 1140,
      visitType: 'VIRTUAL_VISIT' as const,
      stacking: false,
      serviceIds: [],
    },
  }
  const dated = { startDay: dayAhead(2), endDay: dayAhead(2) }
  await subgraph.inDomain(1, (trx) => insertHours(trx, 1, [{ ...hours, ...dated }]))
  const evening = { from: at(dayAhead(2), '17:00'), to: at(dayAhead(2), '20:00') }
  assert.deepEqual(await timesOf(evening), [`${dayAhead(2)} 18:00`, `${dayAhead(2)} 18:30`])
  assert.deepEqual(await timesOf({ ...evening, exclusiveAvailability: true }), [])
  assert.equal((await timesOf({ ...day(2), exclusiveAvailability: true })).length, 31)
  assert.equal((await timesOf({ ...day(2), exclusiveAvailability: false })).length, 33)
})

test('without a range the next seven days are shown, and no range is longer than 92 days', async () => {
  const shown = (await ask({})).data.availabilities as { startAt: string }[]
  const times = shown.map(({ startAt }) => Date.parse(startAt) - Date.now())
  assert.ok(times.every((ms) => ms > 0 && ms < 7 * 86_400_000))
  assert.ok((times.at(-1) ?? 0) > 5 * 86_400_000)
  const from = at(dayAhead(20), '00:00')
  const long = await ask({ from, to: new Date(from.getTime() + 200 * 86_400_000) })
  const starts = (long.data.availabilities as { startAt: string }[]).map(({ startAt }) => Date.parse(startAt))
  assert.ok(Math.max(...starts) < from.getTime() + 92 * 86_400_000)
  assert.equal(starts.length, 92 * 31)
  const [warning] = long.extensions?.warnings as { code: string; to: string }[]
  assert.deepEqual(
    [warning?.code, warning?.to],
    ['RANGE_CLAMPED', new Date(from.getTime() + 92 * 86_400_000).toISOString()],
  )
  assert.deepEqual(
    starts,
    starts.toSorted((one, other) => one - other),
  )
})

test('providers and locations are shown with whatever is asked of them, each read once', async () => {
  const selection = 'provider { id fullName } location { name timezoneIanaName }'
  subgraph.statements.length = 0
  const { data } = await ask(day(3), { selection })
  assert.deepEqual(data.availabilities[0], {
    provider: { id: clinic.providerId, fullName: 'Ada Byron 1' },
    location: { name: 'Main', timezoneIanaName: clinic.zone },
  })
  assert.ok(subgraph.statements.length <= 14, subgraph.statements.join('\n'))
})

test('nextAvailabilities gives the first ones, as far ahead as the service may be booked', async () => {
  const after = at(dayAhead(30), '16:00')
  const expected = ['16:00', '16:15', '16:30'].map((time) => `${dayAhead(30)} ${time}`)
  const three = await timesOf({ after, first: 5 }, 'nextAvailabilities')
  assert.deepEqual(three, [...expected, `${dayAhead(31)} 09:00`, `${dayAhead(31)} 09:15`])
  assert.equal((await timesOf({ after }, 'nextAvailabilities')).length, 10)
  const many = await ask({ after, first: 500 }, { name: 'nextAvailabilities' })
  assert.equal(many.data.nextAvailabilities.length, 100)
  assert.equal((many.extensions?.warnings as { code: string }[])[0]?.code, 'PAGE_CLAMPED')
  assert.deepEqual(await timesOf({ after, first: 0 }, 'nextAvailabilities'), [])
  const gone = { after: at(dayAhead(9000), '00:00'), providers: ['999'] }
  assert.deepEqual(await timesOf(gone, 'nextAvailabilities'), [])
})

test('for a patient only what they may book is shown, and the record names them', async () => {
  const make = 'mutation ($input: CreateServiceInput!) { createService(input: $input) { service { id } } }'
  const input = { name: 'Follow-up', slotLength: 30, allowNewPatient: false }
  const { createService } = await subgraph.get(createSupportIdentity(), make, { input })
  const serviceId = createService.service.id as string
  await subgraph.inDomain(1, (trx) =>
    sql`DELETE FROM standard_work_hour_service WHERE domain_id = 1`.execute(trx),
  )
  const options = { name: 'nextAvailabilities' }
  const [known, stranger] = [clinic.patientId, '41']
  subgraph.patients?.set(`1/${stranger}`, { id: stranger, state: 'ACTIVE', mergedInto: null, version: 1 })
  const search = { serviceId, first: 3, after: at(dayAhead(40), '09:00') }
  const shown = async (forPatientId: string) => {
    const { data, extensions } = await ask({ ...search, forPatientId }, options)
    const times = (data.nextAvailabilities as { startAt: string }[]).map(({ startAt }) =>
      wallOf(startAt).slice(11),
    )
    return [times, (extensions?.recorder as { reads: unknown } | undefined)?.reads]
  }
  assert.deepEqual(await shown(stranger), [[], undefined])
  assert.equal((await timesOf(search, 'nextAvailabilities')).length, 3)
  await book(subgraph, clinic, dayAhead(41), '09:00')
  await subgraph.inDomain(1, (trx) =>
    sql`UPDATE appointment SET starts_at = now() - interval '1 day', ends_at = now() - interval '1 hour'
      WHERE domain_id = 1 AND starts_at = ${at(dayAhead(41), '09:00')}`.execute(trx),
  )
  const reads = [{ patientId: known, types: {} }]
  assert.deepEqual(await shown(known), [['09:00', '09:15', '09:30'], reads])
  const other = await subgraph.get(
    createSupportIdentity(),
    'mutation { createProvider(input: { firstName: "Eve", lastName: "Other", email: "eve@x.test" }) { provider { id } } }',
  )
  const providerId = other.createProvider.provider.id as string
  const elsewhere = { providerId, skipValidations: true }
  assert.equal(codeOf(await book(subgraph, clinic, dayAhead(40), '09:15', elsewhere)), 'accepted')
  assert.deepEqual(await shown(known), [['09:00', '09:15', '09:30'], reads])
  await subgraph.inDomain(1, (trx) => writeSetting(trx, 1, 'patientOverlap', 'REFUSE'))
  assert.deepEqual(await shown(known), [['09:45', '10:00', '10:15'], reads])
  assert.equal(codeOf(await ask({ ...search, forPatientId: 'x' }, options)), 'NOT_FOUND')
})
