import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { chooseLength, createSupportIdentity } from '@commonchart/testing'
import { change, codeOf, dayAhead, openTestClinic, type TestClinic } from './test-clinic.ts'
import { openGroupVisits, type TestGroupVisits } from './test-group-visits.ts'
import { openTestSubgraph, type Answer, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
let visits: TestGroupVisits
before(async () => {
  subgraph = await openTestSubgraph({ max: 50 })
  clinic = await openTestClinic(subgraph, 1)
  visits = openGroupVisits(subgraph, clinic)
})
after(() => subgraph.close())

const clients = 48
const rounds = chooseLength({ usual: 2, soak: 50 })

function tally(answers: Answer[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(answers, codeOf)].map(([code, each]) => [code, each.length]))
}

/** How many live appointments a visit has beside how many seats it says are taken. */
async function seatsOf(id: string): Promise<[number, number]> {
  const visit = await visits.read(id)
  const free = ['CANCELLED', 'REJECTED', 'NO_SHOW']
  const live = visit.appointments.filter((each: { status: string }) => !free.includes(each.status))
  return [live.length, visit.occupiedSlotsCount]
}

test(`of ${clients} patients at once who want one of five seats exactly five get one`, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const id = await visits.createId(dayAhead(round), '09:00', { capacity: 5 })
    const answers = await Promise.all(visits.patients(clients).map((patientId) => visits.add(id, patientId)))
    assert.deepEqual(tally(answers), { accepted: 5, GROUP_VISIT_FULL: clients - 5 })
    assert.deepEqual(await seatsOf(id), [5, 5])
  }
})

test('a patient who asks twenty times at once has one seat', async () => {
  const id = await visits.createId(dayAhead(60), '09:00', { capacity: 5 })
  const [patientId = ''] = visits.patients(1)
  const answers = await Promise.all(Array.from({ length: 20 }, () => visits.add(id, patientId)))
  assert.deepEqual(tally(answers), { accepted: 1, VALIDATION_FAILED: 19 })
  assert.deepEqual(await seatsOf(id), [1, 1])
})

test('adding, removing, cancelling, returning and moving at once keeps the count of seats true', async () => {
  const id = await visits.createId(dayAhead(61), '09:00', { capacity: 8 })
  const patients = visits.patients(8)
  const appointments = await Promise.all(patients.map((patientId) => visits.addId(id, patientId)))
  const { startAt, untilAt } = visits.input(dayAhead(61), '11:00')
  const answers = await Promise.all([
    ...patients.slice(0, 3).map((patientId) => visits.remove(id, patientId)),
    ...appointments.slice(2, 6).map((each) => change(subgraph, clinic, { id: each, status: 'CANCELLED' })),
    ...visits.patients(12).map((patientId) => visits.add(id, patientId)),
    visits.update({ id, startAt, untilAt }),
    ...appointments.slice(2, 6).map((each) => change(subgraph, clinic, { id: each, status: 'CONFIRMED' })),
    visits.update({ id, name: 'moved' }),
  ])
  for (const answer of answers) assert.match(codeOf(answer), /^(accepted|GROUP_VISIT_FULL|NOT_FOUND)$/)
  const [live, occupied] = await seatsOf(id)
  assert.equal(live, occupied)
  assert.ok(live <= 8, `${live}`)
  const elsewhere = await subgraph.inDomain(1, (trx) =>
    trx
      .selectFrom('appointment')
      .select('id')
      .where('groupVisitId', '=', id)
      .where('status', 'not in', ['CANCELLED'])
      .where('startsAt', '<>', startAt as Date)
      .execute(),
  )
  assert.deepEqual(elsewhere, [])
})

test('of visits of the same two providers at once, named in either order, one is made and nobody deadlocks', async () => {
  const { data } = await subgraph.ask(
    createSupportIdentity(),
    `mutation { createProvider(input: { firstName: "Two", lastName: "Two", email: "two@clinic.test" }) { provider { id } } }`,
  )
  const pair = [clinic.providerId, data.createProvider.provider.id as string]
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      visits.create(dayAhead(62), '09:00', { providerUserIds: at % 2 ? pair : pair.toReversed() }),
    ),
  )
  assert.deepEqual(tally(answers), { accepted: 1, SLOT_TAKEN: 19 })
})
