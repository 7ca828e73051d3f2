import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity, createSupportIdentity } from '@commonchart/testing'
import { book, change, codeOf, dayAhead, openTestClinic, rulesOf, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type Answer, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
})
after(() => subgraph.close())

async function booked(days: number, more: object = {}): Promise<string> {
  const answer = await book(subgraph, clinic, dayAhead(days), '09:00', more)
  assert.equal(codeOf(answer), 'accepted', JSON.stringify(answer.errors))
  return answer.data.createAppointment.id
}

async function read(id: string) {
  const { appointment } = await subgraph.get(
    createIdentity(),
    `{ appointment(id: "${id}") { status deactivated cancelReason cancelledAt version
      cancelledBy { __typename ... on EnterpriseApiConsumer { id } ... on InternalApiConsumer { name } } } }`,
  )
  return appointment
}

function deactivate(input: object, identity = createSupportIdentity()): Promise<Answer> {
  return subgraph.ask(
    identity,
    `mutation ($input: DeactivateAppointmentInput!) { deactivateAppointment(input: $input) {
      clientMutationId appointment { id deactivated cancelReason version } } }`,
    { input },
  )
}

async function actionsOf(id: string): Promise<string[]> {
  const rows = await subgraph.inDomain(1, (trx) =>
    trx
      .selectFrom('auditEvent')
      .select(['action'])
      .where('recordType', '=', 'Appointment')
      .where('recordId', '=', id)
      .orderBy('id')
      .execute(),
  )
  return rows.map(({ action }) => action)
}

test('a cancellation tells why, when and by whom, and is forgotten when the appointment comes back', async () => {
  const id = await booked(0)
  assert.deepEqual((await read(id)).cancelledBy, null)
  await change(subgraph, clinic, { id, status: 'CANCELLED', cancelReason: ' moved away ' })
  const { cancelledAt, ...cancelled } = await read(id)
  assert.deepEqual(cancelled, {
    ...{ status: 'CANCELLED', deactivated: false, version: 2, cancelReason: 'moved away' },
    cancelledBy: { __typename: 'EnterpriseApiConsumer', id: '1' },
  })
  assert.ok(Math.abs(Date.parse(cancelledAt) - Date.now()) < 60_000)
  await change(subgraph, clinic, { id, cancelReason: 'found another clinic' })
  const corrected = await read(id)
  assert.deepEqual([corrected.cancelReason, corrected.cancelledAt], ['found another clinic', cancelledAt])
  await change(subgraph, clinic, { id, status: 'BOOKED' })
  const revived = await read(id)
  assert.deepEqual([revived.cancelReason, revived.cancelledAt, revived.cancelledBy], [null, null, null])
  assert.deepEqual(await actionsOf(id), [
    ...['appointment.created', 'appointment.canceled', 'appointment.updated', 'appointment.updated'],
  ])
})

test('a person who cancels is an internal consumer', async () => {
  const id = await booked(1)
  const query = `mutation { updateAppointment(input: { id: "${id}", status: CANCELLED }) { appointment { id } } }`
  await subgraph.get(createSupportIdentity(), query)
  assert.deepEqual((await read(id)).cancelledBy, { __typename: 'InternalApiConsumer', name: 'Support' })
})

test('a reason for a cancellation that there is not is refused', async () => {
  const id = await booked(2)
  for (const more of [{}, { status: 'CONFIRMED' }])
    assert.deepEqual(rulesOf(await change(subgraph, clinic, { id, cancelReason: 'x', ...more })), [
      'input.cancelReason NOT_CANCELLED',
    ])
  assert.equal(codeOf(await change(subgraph, clinic, { id, cancelReason: null })), 'accepted')
})

test('what is deactivated frees its time, is hidden from lists and says by whom it was', async () => {
  const id = await booked(3)
  const { data } = await deactivate({ id, expectedVersion: 1, reason: 'a test', clientMutationId: 'd' })
  assert.deepEqual(data.deactivateAppointment, {
    clientMutationId: 'd',
    appointment: { id, deactivated: true, cancelReason: 'a test', version: 2 },
  })
  assert.deepEqual((await read(id)).cancelledBy, { __typename: 'InternalApiConsumer', name: 'Support' })
  const listed = async (includeDeactivated: boolean) => {
    const query = `{ appointments(includeDeactivated: ${includeDeactivated}, first: 100) { nodes { id } } }`
    const { appointments } = await subgraph.get(createIdentity(), query)
    return (appointments.nodes as { id: string }[]).some((one) => one.id === id)
  }
  assert.deepEqual([await listed(false), await listed(true)], [false, true])
  await booked(3)
  assert.equal((await deactivate({ id })).data.deactivateAppointment.appointment.version, 2)
  assert.deepEqual(await actionsOf(id), ['appointment.created', 'appointment.deactivated'])
})

test('a cancelled appointment keeps what it says of that when it is deactivated without a reason', async () => {
  const id = await booked(4)
  await change(subgraph, clinic, { id, status: 'CANCELLED', cancelReason: 'ill' })
  await deactivate({ id })
  const { cancelReason, cancelledBy } = await read(id)
  assert.deepEqual([cancelReason, cancelledBy.__typename], ['ill', 'EnterpriseApiConsumer'])
})

test('only the support account deactivates, on the version that it has seen, and in its own domain', async () => {
  const id = await booked(5)
  const code = async (input: object, identity?: Parameters<typeof deactivate>[1]) =>
    codeOf(await deactivate(input, identity))
  assert.equal(await code({ id }, createIdentity()), 'FORBIDDEN')
  assert.equal(await code({ id, expectedVersion: 9 }), 'CONFLICT')
  assert.equal(await code({ id }, createSupportIdentity({ domainId: 2 })), 'NOT_FOUND')
  assert.equal((await read(id)).deactivated, false)
})

test('why the rules were overridden is kept, and is on the audit log with who overrode them', async () => {
  const id = await booked(6)
  const input = { skipValidations: true, overrideReason: 'emergency' }
  const over = await booked(6, input)
  const moved = await change(subgraph, clinic, { id, visitType: 'VIRTUAL_VISIT', ...input })
  assert.equal(codeOf(moved), 'accepted')
  for (const each of [id, over]) {
    const { appointment } = await subgraph.get(
      createIdentity(),
      `{ appointment(id: "${each}") { overrideReason } }`,
    )
    assert.equal(appointment.overrideReason, 'emergency')
    const rows = await subgraph.inDomain(1, (trx) =>
      trx.selectFrom('auditEvent').selectAll().where('recordId', '=', each).orderBy('id', 'desc').execute(),
    )
    assert.deepEqual([rows[0]?.after?.overrideReason, rows[0]?.after?.skipValidations], ['emergency', true])
    assert.equal(rows[0]?.principal.name, 'Test Consumer')
    assert.ok(rows[0]?.fields.includes('overrideReason') && rows[0].fields.includes('skipValidations'))
  }
  const refused = await change(subgraph, clinic, { id, overrideReason: 'just so' })
  assert.deepEqual(rulesOf(refused), ['input.overrideReason NO_OVERRIDE'])
  const booking = await book(subgraph, clinic, dayAhead(7), '09:00', { overrideReason: 'just so' })
  assert.deepEqual(rulesOf(booking), ['input.overrideReason NO_OVERRIDE'])
})
