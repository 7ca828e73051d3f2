import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { toInstant, toWall } from '@commonchart/clinic-time'
import { createIdentity, createSupportIdentity } from '@commonchart/testing'
import { sql } from 'kysely'
import { book, bookingInput, codeOf, dayAhead, openTestClinic, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
})
after(() => subgraph.close())

const support = createSupportIdentity()
const selection = `nodes { appointment { id patient { id } } wallTime zone previousStartAt previousUntilAt startAt untilAt overbooked }
  endProviderId hasNextPage zoneData`

const list = async (args = '') =>
  (await subgraph.get(support, `{ shiftedAppointmentTimes${args} { ${selection} } }`)).shiftedAppointmentTimes
const apply = async (input = '{}') =>
  (
    await subgraph.get(
      support,
      `mutation { reresolveAppointmentTimes(input: ${input}) { clientMutationId shifted { ${selection} } } }`,
    )
  ).reresolveAppointmentTimes

async function booked(days: number, time: string, more: object = {}): Promise<string> {
  const answer = await book(subgraph, clinic, dayAhead(days), time, more)
  assert.equal(codeOf(answer), 'accepted', JSON.stringify(answer.errors))
  return answer.data.createAppointment.id
}

/** Leaves an appointment as an older release of the zone data would have: an hour too early for the time on its wall. */
async function shift(...ids: string[]): Promise<void> {
  await subgraph.inDomain(1, async (trx) => {
    await sql`UPDATE appointment SET starts_at = starts_at - interval '1 hour', ends_at = ends_at - interval '1 hour'
      WHERE domain_id = 1 AND id IN (${sql.join(ids)})`.execute(trx)
    for (const id of ids)
      await sql`UPDATE time_claim SET during = tstzrange(lower(during) - interval '1 hour', upper(during) - interval '1 hour')
        WHERE domain_id = 1 AND holder_kind = 'appointment' AND holder_id = ${id}`.execute(trx)
  })
}

async function stored(id: string) {
  return subgraph.inDomain(1, async (trx) => {
    const row = await trx.selectFrom('appointment').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    const claims = await sql<{
      startsAt: Date
      endsAt: Date
    }>`SELECT lower(during) AS starts_at, upper(during) AS ends_at
      FROM time_claim WHERE holder_kind = 'appointment' AND holder_id = ${id}`.execute(trx)
    return { row, claims: claims.rows }
  })
}

test('an appointment whose instant shows another time than it was booked for is listed, moved and recorded', async () => {
  const id = await booked(0, '10:00')
  const right = bookingInput(clinic, dayAhead(0), '10:00')
  await booked(0, '14:00')
  assert.deepEqual((await list()).nodes, [])
  await shift(id)
  const wrong = (at: Date) => new Date(at.getTime() - 3_600_000).toISOString()
  const shifted = {
    ...{ appointment: { id, patient: { id: clinic.patientId } }, zone: clinic.zone, overbooked: false },
    wallTime: `${dayAhead(0)}T10:00:00`,
    ...{ previousStartAt: wrong(right.startAt), previousUntilAt: wrong(right.untilAt) },
    ...{ startAt: right.startAt.toISOString(), untilAt: right.untilAt.toISOString() },
  }
  const listed = await list()
  assert.deepEqual(listed.nodes, [shifted])
  assert.match(listed.zoneData, /^20\d\d[a-z]$/)
  assert.equal((await stored(id)).row.version, 1, 'a list moves nothing')
  const { shifted: moved } = await apply()
  assert.deepEqual(moved.nodes, [shifted])
  const { row, claims } = await stored(id)
  assert.deepEqual([row.startsAt, row.endsAt, row.version], [right.startAt, right.untilAt, 2])
  assert.equal(row.startWall, `${dayAhead(0)}T10:00:00`)
  assert.deepEqual(claims, [{ startsAt: right.startAt, endsAt: right.untilAt }])
  assert.deepEqual((await list()).nodes, [])
  const [event] = await subgraph.inDomain(1, (trx) =>
    trx.selectFrom('auditEvent').selectAll().where('recordId', '=', id).orderBy('id', 'desc').execute(),
  )
  assert.deepEqual(
    [event?.action, event?.principal.name, event?.patientId, event?.before?.startsAt, event?.after?.startsAt],
    ['appointment.updated', 'Support', clinic.patientId, wrong(right.startAt), right.startAt.toISOString()],
  )
  const { appointment } = await subgraph.get(
    createIdentity(),
    `{ appointment(id: "${id}") { reschedules { previousStartAt startAt } } }`,
  )
  assert.deepEqual(appointment.reschedules, [
    { previousStartAt: wrong(right.startAt), startAt: right.startAt.toISOString() },
  ])
})

test('a whole morning moves together, none in the way of another', async () => {
  const ids = [
    await booked(1, '10:00'),
    await booked(1, '10:30'),
    await booked(1, '11:00'),
    await booked(1, '11:30'),
  ]
  await shift(...ids)
  const { nodes } = (await apply()).shifted
  assert.deepEqual(
    nodes.map((one: { appointment: { id: string }; overbooked: boolean }) => [
      one.appointment.id,
      one.overbooked,
    ]),
    ids.map((id) => [id, false]),
  )
  assert.equal(codeOf(await book(subgraph, clinic, dayAhead(1), '11:00')), 'SLOT_TAKEN')
  assert.equal(codeOf(await book(subgraph, clinic, dayAhead(1), '09:00')), 'accepted')
})

test('one whose new time is taken is moved over the capacity, and it is said', async () => {
  const id = await booked(2, '10:00')
  await shift(id)
  const other = await booked(2, '10:00')
  const { nodes } = (await apply()).shifted
  assert.deepEqual(
    nodes.map((one: { appointment: { id: string }; overbooked: boolean }) => [
      one.appointment.id,
      one.overbooked,
    ]),
    [[id, true]],
  )
  const [moved, kept] = [await stored(id), await stored(other)]
  assert.deepEqual([moved.row.overbooked, moved.claims.length], [true, 0])
  assert.deepEqual([kept.row.overbooked, kept.claims.length], [false, 1])
})

test('what is cancelled moves without taking time, and what is past stays as it was', async () => {
  const cancelled = await booked(3, '10:00', { status: 'CANCELLED' })
  const past = await booked(3, '11:00')
  await shift(cancelled, past)
  await subgraph.inDomain(1, (trx) =>
    trx
      .updateTable('appointment')
      .set({ startsAt: new Date('2024-01-01T10:00Z'), endsAt: new Date('2024-01-01T10:30Z') })
      .set({ startWall: '2024-01-01T01:00:00', endWall: '2024-01-01T01:30:00' })
      .where('domainId', '=', 1)
      .where('id', '=', past)
      .execute(),
  )
  const { nodes } = (await apply()).shifted
  assert.deepEqual(
    nodes.map((one: { appointment: { id: string } }) => one.appointment.id),
    [cancelled],
  )
  assert.deepEqual((await stored(cancelled)).claims, [])
})

test('the second of two times that the clock shows twice is left as it is', async () => {
  // Clocks go back at 02:00 in Toronto on 2030-11-03: 01:30 comes twice.
  const zone = 'America/Toronto'
  const { location } = (
    await subgraph.get(
      support,
      `mutation { createLocation(input: { name: "East", timezoneIanaName: "${zone}" }) { location { id } } }`,
    )
  ).createLocation
  const first = toInstant('2030-11-03T01:30', zone)
  const again = new Date(first.getTime() + 3_600_000)
  assert.equal(toWall(again, zone), toWall(first, zone))
  await booked(4, '10:00', {
    locationId: location.id,
    ...{ startAt: again, untilAt: new Date(again.getTime() + 1_800_000), skipValidations: true },
  })
  assert.deepEqual((await list()).nodes, [])
})

test('providers are gone through page by page, and only people of the console do', async () => {
  for (const name of ['B', 'C'])
    await subgraph.get(
      support,
      `mutation { createProvider(input: { firstName: "P", lastName: "${name}", email: "${name}@x.test" }) { provider { id } } }`,
    )
  const first = await list('(first: 2)')
  assert.deepEqual([first.endProviderId, first.hasNextPage], ['2', true])
  const second = await list(`(first: 2, after: "${first.endProviderId}")`)
  assert.deepEqual([second.endProviderId, second.hasNextPage], ['3', false])
  const none = await list('(after: "3")')
  assert.deepEqual([none.endProviderId, none.hasNextPage], [null, false])
  for (const query of [
    '{ shiftedAppointmentTimes { hasNextPage } }',
    'mutation { reresolveAppointmentTimes(input: {}) { shifted { hasNextPage } } }',
  ])
    assert.equal(codeOf(await subgraph.ask(createIdentity(), query)), 'FORBIDDEN')
})
