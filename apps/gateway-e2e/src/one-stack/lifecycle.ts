import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createClinic, type Clinic } from '../clinic.ts'
import { assertGuardsVersion, attempt, codeOf, perform, type AskGraph } from '../mutations.ts'
import { query as queryDatabase } from '../record-check.ts'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'
import { until } from '../until.ts'

let stack: Stack
let clinic: Clinic
let other: Clinic
let patientId: string
before(async () => {
  stack = await openStack()
  clinic = await createClinic(stack.north, { slot: 100 })
  other = await createClinic(stack.north, { slot: 100, name: 'Other' })
  patientId = (await createPatient(stack.north)).id
})
after(() => stack.stop())

const ask: AskGraph = (query, variables) => stack.north.ask(query, variables)
const askSettings: AskGraph = (query, variables) => stack.north.askSettings(query, variables)

/** Half an hour, so many days ahead, from that hour on the clock of Vancouver in winter. */
function times(days: number, hour: number) {
  const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  const time = `${day}T${String(hour).padStart(2, '0')}`
  return { startAt: `${time}:00:00-08:00`, untilAt: `${time}:30:00-08:00` }
}

const actor = `__typename ... on EnterpriseApiConsumer { consumerId: id } ... on InternalApiConsumer { id called: name createdAt updatedAt }`
const read = `id version status deactivated cancelReason cancelledAt cancelledBy { ${actor} } overrideReason overbooked
  reschedules { rescheduledAt actor { kind id name } previousStartAt previousUntilAt previousProvider { id } previousLocation { id }
    startAt untilAt provider { id } location { id } }`

async function book(input: object = {}) {
  const { body, text } = await ask(
    `mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { ${read} } }`,
    { input: { ...clinic, patientId, ...times(20, 10), skipValidations: true, ...input } },
  )
  assert.ok(body.data?.createAppointment, text)
  return { ...body.data.createAppointment, warnings: body.extensions?.warnings } as Record<string, never> & {
    id: string
  }
}

const update = async (input: object) =>
  (await perform(ask, 'updateAppointment', input, `appointment { ${read} }`)).appointment

async function find(id: string) {
  const { body, text } = await askSettings(`query ($id: ID!) { appointment(id: $id) { ${read} } }`, { id })
  assert.ok(body.data?.appointment, text)
  return body.data.appointment
}

test('a cancellation tells why, when and by whom, an override why, and both are on the record', async () => {
  const { id } = await book()
  assert.equal((await find(id)).overrideReason, null)
  const { id: overridden } = await book({ overrideReason: 'an emergency' })
  assert.equal((await find(overridden)).overrideReason, 'an emergency')
  const again = await update({ id, note: 'x', skipValidations: true, overrideReason: 'asked by phone' })
  assert.equal(again.overrideReason, 'asked by phone')
  const cancelled = await update({ id, status: 'CANCELLED', cancelReason: 'moved away' })
  assert.deepEqual(
    [cancelled.cancelReason, cancelled.cancelledBy],
    ['moved away', { __typename: 'EnterpriseApiConsumer', consumerId: stack.north.consumerId }],
  )
  assert.ok(Math.abs(Date.parse(cancelled.cancelledAt) - Date.now()) < 60_000)
  const revived = await update({ id, status: 'BOOKED' })
  assert.deepEqual([revived.cancelReason, revived.cancelledAt, revived.cancelledBy], [null, null, null])
  await until(async () => {
    const log = await askSettings(
      'query ($id: ID!) { auditLog(patientId: $id, first: 100) { nodes { action recordId } } }',
      { id: patientId },
    )
    const nodes = (log.body.data?.auditLog?.nodes ?? []) as { action: string; recordId: string }[]
    return nodes.some(({ action, recordId }) => action === 'appointment.canceled' && recordId === id)
  }, 'the audit log tells of the cancellation')
})

test('a draft becomes an appointment against the rules, and keeps why', async () => {
  const { startAt, untilAt } = times(22, 10)
  const { locationId, providerId, serviceId } = clinic
  const { draftAppointment } = await perform(
    ask,
    'createDraftAppointment',
    { locationId, providerId, serviceId, startAt, untilAt },
    'draftAppointment { id }',
  )
  const { appointment } = await perform(
    ask,
    'convertDraftAppointment',
    { id: draftAppointment.id, patientId, skipValidations: true, overrideReason: 'a favour' },
    `appointment { ${read} }`,
  )
  assert.equal(appointment.overrideReason, 'a favour')
})

test('people deactivate an appointment on the version that they have seen, with a reason', async () => {
  const { id } = await book()
  await assertGuardsVersion(
    (expectedVersion) =>
      attempt(
        askSettings,
        'deactivateAppointment',
        { id, expectedVersion, reason: 'a double', clientMutationId: 'd' },
        'clientMutationId appointment { id version deactivated cancelReason }',
      ),
    () => find(id) as Promise<{ version: number }>,
  )
  const gone = await find(id)
  assert.deepEqual([gone.deactivated, gone.cancelReason], [true, 'a double'])
  assert.equal(gone.cancelledBy.__typename, 'InternalApiConsumer')
  for (const field of ['id', 'called', 'createdAt', 'updatedAt']) assert.ok(gone.cancelledBy[field], field)
  const { id: unexplained } = await book()
  const long = { id: unexplained, clientMutationId: 'e', reason: 'x'.repeat(10_001) }
  const refused = await attempt(
    askSettings,
    'deactivateAppointment',
    long,
    'clientMutationId appointment { id cancelReason }',
  )
  assert.equal(codeOf(refused), 'VALIDATION_FAILED')
  const payload = await perform(
    askSettings,
    'deactivateAppointment',
    { id: unexplained, clientMutationId: 'e' },
    'clientMutationId appointment { id cancelReason }',
  )
  assert.deepEqual(payload, {
    clientMutationId: 'e',
    appointment: { id: unexplained, cancelReason: null },
  })
})

test('each move is kept, and the history tells every change in pages', async () => {
  const { id } = await book()
  const [before, moved] = [times(20, 10), times(21, 11)]
  const { reschedules } = await update({ id, ...moved, ...other, skipValidations: true })
  const [{ rescheduledAt, actor: by, ...move }] = reschedules
  const instant = (at: string) => new Date(at).toISOString()
  assert.deepEqual(move, {
    ...{ previousStartAt: instant(before.startAt), previousUntilAt: instant(before.untilAt) },
    ...{ startAt: instant(moved.startAt), untilAt: instant(moved.untilAt) },
    ...{ previousProvider: { id: clinic.providerId }, previousLocation: { id: clinic.locationId } },
    ...{ provider: { id: other.providerId }, location: { id: other.locationId } },
  })
  assert.deepEqual(by, {
    kind: 'consumer',
    id: stack.north.consumerId,
    name: `portal of ${stack.north.name}`,
  })
  assert.ok(Math.abs(Date.parse(rescheduledAt) - Date.now()) < 60_000)
  for (const note of ['a', 'b']) await update({ id, note })
  const history = async (args: string, of = id) => {
    const { body, text } = await ask(
      `query ($id: ID!) { appointmentHistory(id: $id${args}) { totalCount
        pageInfo { startCursor endCursor hasNextPage hasPreviousPage } edges { cursor node { id } }
        nodes { id appointmentId patientId action occurredAt version redacted actor { kind id name }
          fields { field before after } } } }`,
      { id: of },
    )
    assert.equal(body.errors, undefined, text)
    return body.data?.appointmentHistory as {
      totalCount: number
      pageInfo: Record<'startCursor' | 'endCursor', string> &
        Record<'hasNextPage' | 'hasPreviousPage', boolean>
      edges: { cursor: string; node: { id: string } }[]
      nodes: (Record<'id' | 'appointmentId' | 'patientId' | 'action' | 'occurredAt', string> & {
        version: number
        redacted: boolean
        actor: object
        fields: { field: string; before: string | null; after: string | null }[]
      })[]
    }
  }
  const whole = await history('')
  assert.deepEqual(
    whole.nodes.map(({ version }) => version),
    [4, 3, 2, 1],
  )
  assert.deepEqual([whole.totalCount, whole.edges.length], [4, 4])
  assert.ok(whole.nodes.every((one) => one.appointmentId === id && one.patientId === patientId))
  assert.deepEqual(whole.nodes[0]?.fields, [{ field: 'note', before: 'a', after: 'b' }])
  const first = await history(', first: 2')
  const second = await history(`, first: 2, after: "${first.pageInfo.endCursor}"`)
  assert.deepEqual(
    [...first.nodes, ...second.nodes].map((one) => one.id),
    whole.nodes.map((one) => one.id),
  )
  assert.equal((await history(', last: 2')).pageInfo.hasPreviousPage, true)
  const back = await history(`, last: 2, before: "${second.pageInfo.startCursor}"`)
  assert.deepEqual(back.nodes, first.nodes)
  assert.equal((await history('', '999999')).totalCount, 0)
  await queryDatabase(
    stack,
    'appointments',
    `UPDATE audit_event SET before = NULL, after = NULL, salt = NULL
      WHERE record_type = 'Appointment' AND record_id = '${id}' AND record_version = 4`,
  )
  const [newest] = (await history('')).nodes
  assert.deepEqual([newest?.redacted, newest?.fields], [true, [{ field: 'note', before: null, after: null }]])
})

test('a domain switches its rules of appointments, and a status that may not follow is told what may', async () => {
  const { id } = await book({ status: 'NOTE_SIGNED' })
  const rules = 'appointmentRules { statusTransitions patientOverlap }'
  const set = (input: object) =>
    perform(askSettings, 'setAppointmentRules', input, `clientMutationId ${rules}`)
  for (const [statusTransitions, patientOverlap] of [
    ['ANY', 'REFUSE'],
    ['TABLE', 'WARN'],
  ]) {
    const wanted = { statusTransitions, patientOverlap }
    const payload = await set({ ...wanted, clientMutationId: 's' })
    assert.deepEqual(payload, { clientMutationId: 's', appointmentRules: wanted })
    assert.deepEqual((await askSettings(`{ ${rules} }`)).body.data?.appointmentRules, wanted)
  }
  const refused = await attempt(ask, 'updateAppointment', { id, status: 'BOOKED' }, 'appointment { id }')
  const [violation] = (refused.body.errors?.[0]?.extensions.violations ?? []) as object[]
  const { message: _message, ...told } = violation as Record<string, unknown>
  assert.deepEqual(told, { path: 'input.status', rule: 'STATUS_NOT_ALLOWED', allowed: ['VISIT_COMPLETED'] })
  await set({ statusTransitions: 'ANY' })
  assert.equal((await update({ id, status: 'BOOKED' })).status, 'BOOKED')
})
