import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { chooseLength, createIdentity } from '@commonchart/testing'
import { sql } from 'kysely'
import {
  book,
  bookingInput,
  change,
  codeOf,
  createAppointmentMutation,
  dayAhead,
  openTestClinic,
} from './test-clinic.ts'
import { openTestSubgraph, type Answer, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
before(async () => {
  subgraph = await openTestSubgraph({ max: 50 })
})
after(() => subgraph.close())

function tally(answers: Answer[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(answers, codeOf)].map(([code, each]) => [code, each.length]))
}

const clients = chooseLength({ usual: 40, soak: 48 })
const slots = chooseLength({ usual: 2, soak: 100 })

/** Day and time of a slot: sixteen half hours a day, from 09:00 on. */
function slotAt(index: number): [string, string] {
  const minute = 9 * 60 + (index % 16) * 30
  const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
  return [dayAhead(Math.floor(index / 16)), time]
}

for (const [domainId, capacity] of [
  [1, 1],
  [2, 3],
] as const)
  test(`of ${clients} bookings at once of a slot of capacity ${capacity} exactly ${capacity} win`, async () => {
    const clinic = await openTestClinic(subgraph, domainId, capacity)
    for (let index = 0; index < slots; index++) {
      const answers = await Promise.all(
        Array.from({ length: clients }, () => book(subgraph, clinic, ...slotAt(index))),
      )
      assert.deepEqual(tally(answers), { accepted: capacity, SLOT_TAKEN: clients - capacity })
    }
    assert.equal(await subgraph.count(domainId, 'appointment'), slots * capacity)
    assert.equal(await subgraph.count(domainId, 'time_claim'), slots * capacity)
  })

test('mixed bookings, cancellations and returns at once never sell more than there is', async () => {
  const clinic = await openTestClinic(subgraph, 1, 3)
  const [day, time] = [dayAhead(7), '14:00']
  const first = await Promise.all(Array.from({ length: 3 }, () => book(subgraph, clinic, day, time)))
  const ids = first.map(({ data }) => data.createAppointment.id as string)
  const answers = await Promise.all([
    ...ids.map((id) => change(subgraph, clinic, { id, status: 'CANCELLED' })),
    ...Array.from({ length: 20 }, () => book(subgraph, clinic, day, time)),
    ...ids.map((id) => change(subgraph, clinic, { id, status: 'CONFIRMED' })),
    ...Array.from({ length: 5 }, () => book(subgraph, clinic, day, time)),
  ])
  for (const answer of answers) assert.match(codeOf(answer), /^(accepted|SLOT_TAKEN)$/)
  const live = await subgraph.inDomain(1, (trx) =>
    trx
      .selectFrom('appointment')
      .select(['id', 'overbooked'])
      .where('startsAt', '=', bookingInput(clinic, day, time).startAt)
      .where('providerId', '=', Number(clinic.providerId))
      .where('status', '<>', 'CANCELLED')
      .execute(),
  )
  assert.ok(live.length <= 3, `${live.length} live`)
  assert.deepEqual(new Set(live.map((row) => row.overbooked)), new Set([false]))
})

test('twenty retries of one booking at once under one Idempotency-Key book once', async () => {
  const clinic = await openTestClinic(subgraph, 2, 5)
  const before = await subgraph.count(2, 'appointment')
  const mutations = [{ key: 'retry', fingerprint: 'f', path: 'createAppointment' }]
  const identity = createIdentity({ domainId: 2, mutations })
  const input = bookingInput(clinic, dayAhead(8), '09:00')
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => subgraph.ask(identity, createAppointmentMutation, { input })),
  )
  const ids = new Set(answers.map(({ data }) => data?.createAppointment.id))
  assert.equal(ids.size, 1)
  assert.equal(await subgraph.count(2, 'appointment'), before + 1)
})

test('bookings and changes of work hours at once never deadlock', async () => {
  const clinic = await openTestClinic(subgraph, 1, 2)
  const support = createIdentity({ kind: 'person', role: 'support' })
  const { rows } = await subgraph.inDomain(1, (trx) =>
    sql<{
      id: number
    }>`SELECT id FROM standard_work_hour WHERE provider_id = ${Number(clinic.providerId)}`.execute(trx),
  )
  const edit = (id: number, slot: number) =>
    subgraph.ask(
      support,
      'mutation ($input: UpdateStandardWorkHourInput!) { updateStandardWorkHour(input: $input) { standardWorkHour { slot } } }',
      { input: { id: String(id), slot } },
    )
  const answers = await Promise.all([
    ...Array.from({ length: 15 }, (_, at) => book(subgraph, clinic, dayAhead(at % 3), '12:00')),
    ...rows.flatMap(({ id }) => [edit(id, 3), edit(id, 2)]),
  ])
  for (const answer of answers) assert.match(codeOf(answer), /^(accepted|SLOT_TAKEN)$/)
})
