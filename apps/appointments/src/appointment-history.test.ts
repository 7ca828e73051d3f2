import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity, createSupportIdentity } from '@commonchart/testing'
import { book, bookingInput, change, dayAhead, openTestClinic, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
})
after(() => subgraph.close())

const consumer = createIdentity()

interface Field {
  field: string
  before: string | null
  after: string | null
}

async function historyOf(id: string, args = '', domainId = 1) {
  const answer = await subgraph.ask(
    createIdentity({ domainId }),
    `{ appointmentHistory(id: "${id}"${args}) { totalCount pageInfo { endCursor hasNextPage }
      nodes { id appointmentId patientId action occurredAt version redacted actor { kind id name }
        fields { field before after } } } }`,
  )
  assert.deepEqual(answer.errors ?? [], [])
  return answer
}

test('the history of an appointment tells who changed what when, the newest first, under the names of the graph', async () => {
  const { data } = await book(subgraph, clinic, dayAhead(0), '09:00')
  const { id, startAt } = data.createAppointment
  const later = bookingInput(clinic, dayAhead(0), '10:00')
  await change(subgraph, clinic, { id, startAt: later.startAt, untilAt: later.untilAt, note: 'later' })
  await change(subgraph, clinic, { id, status: 'CANCELLED', cancelReason: 'ill' })
  const answer = await historyOf(id)
  const { nodes, totalCount } = answer.data.appointmentHistory
  assert.equal(totalCount, 3)
  assert.deepEqual(
    nodes.map((node: Record<string, unknown>) => [node.action, node.version, node.patientId, node.redacted]),
    [
      ['appointment.canceled', 3, clinic.patientId, false],
      ['appointment.updated', 2, clinic.patientId, false],
      ['appointment.created', 1, clinic.patientId, false],
    ],
  )
  assert.deepEqual(nodes[0].actor, { kind: 'consumer', id: '1', name: 'Test Consumer' })
  const fieldsOf = (at: number) =>
    new Map((nodes[at].fields as Field[]).map(({ field, before, after: now }) => [field, [before, now]]))
  assert.deepEqual(fieldsOf(0).get('cancelReason'), [null, 'ill'])
  assert.deepEqual([...fieldsOf(1).keys()].sort(), ['note', 'startAt', 'untilAt'])
  assert.deepEqual(fieldsOf(1).get('startAt'), [startAt, later.startAt.toISOString()])
  assert.deepEqual((answer.extensions?.recorder as { reads: unknown }).reads, [
    { patientId: clinic.patientId, types: {} },
  ])
})

test('the history is read in pages, is empty for what is not there, and shows nothing of another domain', async () => {
  const { data } = await book(subgraph, clinic, dayAhead(1), '09:00')
  const { id } = data.createAppointment
  for (const note of ['a', 'b']) await change(subgraph, clinic, { id, note })
  const first = (await historyOf(id, ', first: 2')).data.appointmentHistory
  assert.equal(first.pageInfo.hasNextPage, true)
  const rest = (await historyOf(id, `, first: 2, after: "${first.pageInfo.endCursor}"`)).data
    .appointmentHistory
  const versions = [...first.nodes, ...rest.nodes].map((node: { version: number }) => node.version)
  assert.deepEqual(versions, [3, 2, 1])
  for (const [nobodys, domainId] of [
    ['999999', 1],
    ['x', 1],
    [id, 2],
  ] as const) {
    const { nodes, totalCount } = (await historyOf(nobodys, '', domainId)).data.appointmentHistory
    assert.deepEqual([nodes, totalCount], [[], 0])
  }
})

test('an appointment keeps where it was before each move, and a change of anything else is none', async () => {
  const day = dayAhead(2)
  const { data } = await book(subgraph, clinic, day, '09:00')
  const { id } = data.createAppointment
  const { provider } = (
    await subgraph.get(
      createSupportIdentity(),
      'mutation { createProvider(input: { firstName: "Eve", lastName: "Other", email: "e@x.test" }) { provider { id } } }',
    )
  ).createProvider
  const ten = bookingInput(clinic, day, '10:00')
  await change(subgraph, clinic, { id, note: 'stays', status: 'CONFIRMED' })
  await change(subgraph, clinic, { id, startAt: ten.startAt, untilAt: ten.untilAt })
  const skipValidations = true
  await change(subgraph, clinic, { id, providerId: provider.id, skipValidations })
  const read = `{ appointment(id: "${id}") { reschedules { rescheduledAt actor { kind name } previousStartAt previousUntilAt
    startAt untilAt previousProvider { id } provider { id lastName } previousLocation { id } location { id name } } } }`
  const { reschedules } = (await subgraph.get(consumer, read)).appointment
  const nine = bookingInput(clinic, day, '09:00')
  const [times, places] = reschedules
  assert.equal(reschedules.length, 2)
  assert.deepEqual(
    [times.previousStartAt, times.previousUntilAt, times.startAt, times.untilAt],
    [nine.startAt, nine.untilAt, ten.startAt, ten.untilAt].map((at) => at.toISOString()),
  )
  assert.deepEqual([times.previousProvider.id, times.provider.id], [clinic.providerId, clinic.providerId])
  assert.deepEqual([places.previousProvider.id, places.provider.id], [clinic.providerId, provider.id])
  assert.deepEqual([places.previousStartAt, places.startAt], [times.startAt, times.startAt])
  assert.deepEqual([places.previousLocation.id, places.location.id], [clinic.locationId, clinic.locationId])
  assert.deepEqual(places.actor, { kind: 'consumer', name: 'Test Consumer' })
})
