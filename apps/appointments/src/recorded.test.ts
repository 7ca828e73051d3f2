import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AuditChange } from '@commonchart/audit'
import { createSupportIdentity } from '@commonchart/testing'
import { book, bookingInput, change, dayAhead, openTestClinic, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type Answer, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
})
after(() => subgraph.close())

const support = createSupportIdentity()

function changesOf({ extensions }: Answer): AuditChange[] {
  return (extensions?.recorder as { changes: AuditChange[] } | undefined)?.changes ?? []
}

/** The changes that wait in the outbox for the audit log; the outbox is emptied. */
async function takeTold(): Promise<AuditChange[]> {
  const { rows } = await subgraph.admin<{ payload: { type: string; payload: { changes: AuditChange[] } } }>(
    'DELETE FROM graphile_worker._private_jobs RETURNING payload',
  )
  return rows.flatMap(({ payload }) => (payload.type === 'audit.recorded' ? payload.payload.changes : []))
}

/** What is kept here of the last change that an answer tells. */
async function keptOf(answer: Answer) {
  const told = changesOf(answer).at(-1)
  const row = await subgraph.inDomain(1, (trx) =>
    trx.selectFrom('auditEvent').selectAll().where('id', '=', String(told?.id)).executeTakeFirstOrThrow(),
  )
  assert.equal(row.detailHash, told?.detailHash)
  return row
}

test('a booking is told to the gateway and to the audit log under one id, with its patient', async () => {
  await takeTold()
  const answer = await book(subgraph, clinic, dayAhead(0), '09:00')
  const [told, ...more] = changesOf(answer)
  assert.deepEqual(more, [])
  assert.deepEqual(
    [told?.action, told?.recordId, told?.patientId],
    ['appointment.created', answer.data.createAppointment.id, clinic.patientId],
  )
  assert.deepEqual(await takeTold(), [told])
})

test('a booking that finds no room tells nothing', async () => {
  await takeTold()
  const answer = await book(subgraph, clinic, dayAhead(0), '09:00')
  assert.ok(answer.errors)
  assert.deepEqual([...changesOf(answer), ...(await takeTold())], [])
})

test('of twenty who want one slot the one who gets it tells so, and nobody else', async () => {
  await takeTold()
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => book(subgraph, clinic, dayAhead(1), '10:00')),
  )
  const told = answers.flatMap(changesOf)
  assert.equal(told.length, 1)
  assert.deepEqual(await takeTold(), told)
})

test('a change of an appointment keeps its values here and tells none', async () => {
  const { data } = await book(subgraph, clinic, dayAhead(2), '09:00', { note: 'first words' })
  const { startAt, untilAt } = bookingInput(clinic, dayAhead(2), '10:00')
  const { id } = data.createAppointment
  const answer = await change(subgraph, clinic, {
    id,
    startAt,
    untilAt,
    note: 'other words',
    status: 'BOOKED',
  })
  const { before, after, fields } = await keptOf(answer)
  assert.deepEqual(fields.toSorted(), ['endWall', 'endsAt', 'note', 'startWall', 'startsAt'])
  assert.deepEqual([before?.note, after?.note], ['first words', 'other words'])
  assert.deepEqual(
    [before?.startsAt, after?.startsAt],
    [bookingInput(clinic, dayAhead(2), '09:00').startAt.toISOString(), startAt.toISOString()],
  )
  assert.doesNotMatch(JSON.stringify(answer.extensions), /words/)
})

test('changes of the clinic keep what was before, and no search keys', async () => {
  const edit = (query: string) => subgraph.ask(support, `mutation { ${query} }`)
  const location = await keptOf(
    await edit(`updateLocation(input: { id: "${clinic.locationId}", name: "New" }) { location { id } }`),
  )
  assert.deepEqual([location.before, location.after], [{ name: 'Main' }, { name: 'New' }])
  const provider = await keptOf(
    await edit(`updateProvider(input: { id: "${clinic.providerId}", firstName: "Eve" }) { provider { id } }`),
  )
  assert.deepEqual([provider.before, provider.after], [{ firstName: 'Ada' }, { firstName: 'Eve' }])
  const service = await keptOf(
    await edit(`updateService(input: { id: "${clinic.serviceId}", slotLength: 45 }) { service { id } }`),
  )
  assert.deepEqual([service.before, service.after], [{ slotLength: 30 }, { slotLength: 45 }])
  const hours = await keptOf(
    await edit(
      `updateStandardWorkHour(input: { id: "1", slot: 2, serviceIds: ["${clinic.otherServiceId}"] }) { standardWorkHour { id } }`,
    ),
  )
  const services = (id: string) => ({ serviceIds: [Number(id)] })
  assert.deepEqual(hours.before, { slot: 1, ...services(clinic.serviceId) })
  assert.deepEqual(hours.after, { slot: 2, ...services(clinic.otherServiceId) })
})

test('an import of 500 appointments tells 500 changes, and again none', async () => {
  await takeTold()
  const { patientId, providerId, locationId, serviceId } = clinic
  const input = Array.from({ length: 500 }, (_, at) => ({
    ...{ externalId: { system: 's', value: String(at) }, patientId, providerId, locationId, serviceId },
    ...{ startAt: '2020-01-01T10:00:00Z', untilAt: '2020-01-01T10:30:00Z', status: 'VISIT_COMPLETED' },
  }))
  const send = () =>
    subgraph.ask(
      support,
      'mutation ($input: [ImportAppointmentInput!]!) { importAppointments(input: $input) { results { id } } }',
      { input },
    )
  const answer = await send()
  const changes = changesOf(answer)
  assert.deepEqual(
    changes.map((told) => told.recordId),
    answer.data.importAppointments.results.map((result: { id: string }) => result.id),
  )
  assert.equal(new Set(changes.map((told) => told.id)).size, 500)
  assert.deepEqual(await takeTold(), changes)
  assert.deepEqual(changesOf(await send()), [])
  assert.deepEqual(await takeTold(), [])
})
