import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSupportIdentity } from '@commonchart/testing'
import { book, codeOf, openTestClinic, rulesOf, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type Answer, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
/** Who has dated hours only: in the evenings of the first days of December 2030. */
let providerId: string

const support = createSupportIdentity()
const make = async (name: string, record: string, input: object): Promise<string> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${record} { id } } }`
  return (await subgraph.get(support, query, { input }))[name][record].id
}
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
  providerId = await make('createProvider', 'provider', { firstName: 'D', lastName: 'D', email: 'd@d.test' })
  await make('createFlexibleWorkHour', 'flexibleWorkHour', {
    ...{ providerUserId: providerId, locationId: clinic.locationId, serviceIds: [clinic.serviceId] },
    ...{ startAtDate: '2030-12-01', endAtDate: '2030-12-05', startAtTime: '18:00', endAtTime: '02:00' },
    visitType: 'VIRTUAL_VISIT',
  })
})
after(() => subgraph.close())

const bookAt = (day: string, time: string): Promise<Answer> =>
  book(subgraph, clinic, day, time, { providerId })

test('dated hours can be booked on each of their days, past midnight too, and on no other', async () => {
  const evening = await bookAt('2030-12-01', '18:00')
  assert.equal(codeOf(evening), 'accepted')
  assert.equal(evening.data.createAppointment.visitType, 'VIRTUAL_VISIT')
  assert.equal(codeOf(await bookAt('2030-12-01', '23:45')), 'accepted')
  assert.equal(codeOf(await bookAt('2030-12-05', '01:30')), 'accepted')
  for (const [day, time] of [
    ['2030-11-30', '18:00'],
    ['2030-12-01', '17:45'],
    ['2030-12-05', '01:45'],
    ['2030-12-05', '18:00'],
  ] as const)
    assert.deepEqual(rulesOf(await bookAt(day, time)), ['input.startAt OUTSIDE_WORK_HOURS'], `${day} ${time}`)
})

test('nothing can be booked in time off until it is taken back', async () => {
  const id = await make('createProviderOffTime', 'offTime', {
    ...{ providerUserId: providerId, startAtDate: '2030-12-02', endAtDate: '2030-12-03' },
    ...{ startAtTime: '18:00', endAtTime: '00:30' },
  })
  const refused = await bookAt('2030-12-03', '00:15')
  assert.deepEqual(rulesOf(refused), ['input.startAt IN_OFF_TIME'])
  const [{ blockedBy } = {}] = refused.errors?.[0]?.extensions.violations as { blockedBy?: object }[]
  assert.deepEqual(blockedBy, [{ type: 'Offtime', id }])
  assert.equal(codeOf(await bookAt('2030-12-03', '00:30')), 'accepted')
  await make('deactivateProviderOffTime', 'offTime', { id })
  assert.equal(codeOf(await bookAt('2030-12-02', '18:00')), 'accepted')
})
