import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { change, createClinic, type Clinic } from './clinic.ts'
import { assertGuardsVersion, attempt, codeOf, type AskGraph } from './mutations.ts'
import { createPatient } from './records.ts'
import { startStack, type Stack } from './stack.ts'
import { until } from './until.ts'

const clientCount = 16
const dead = ['CANCELLED', 'REJECTED', 'NO_SHOW']

let stack: Stack
let clinic: Clinic
before(async () => {
  const limits = {
    LIMIT_REQUESTS_PER_MINUTE_PER_CONSUMER: '10000000',
    LIMIT_REQUESTS_PER_MINUTE_PER_ADDRESS: '10000000',
  }
  stack = await startStack({ gateway: limits })
  clinic = await createClinic(stack.north, { slot: 1000 })
})
after(() => stack.stop())

const ask: AskGraph = (query, variables) => stack.north.ask(query, variables)
const askSettings: AskGraph = (query, variables) => stack.north.askSettings(query, variables)

const archived = `patient { id version archived archivedAt archivedBy { __typename
  ... on EnterpriseApiConsumer { id name } ... on InternalApiConsumer { id called: name createdAt updatedAt } } }`

function booking(patientId: string, days: number): object {
  const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  const [startAt, untilAt] = [`${day}T10:00:00-08:00`, `${day}T10:30:00-08:00`]
  return { ...clinic, patientId, startAt, untilAt, reason: 'check-up', note: 'kept', skipValidations: true }
}

function book(patientId: string, days = 20) {
  return ask(
    `mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { id version status } }`,
    { input: booking(patientId, days) },
  )
}

interface Seen {
  id: string
  status: string
  startAt: string
  version: number
}

async function appointmentsOf(patientId: string): Promise<Seen[]> {
  const { body, text } = await ask(
    `query ($id: ID!) { appointments(patientId: $id, first: 100, orderBy: [{ field: ID, direction: DESC }]) {
      nodes { id status startAt version reason note } } }`,
    { id: patientId },
  )
  assert.ok(body.data?.appointments, text)
  return body.data.appointments.nodes as Seen[]
}

async function hasNoLiveOne(patientId: string): Promise<boolean> {
  return (await appointmentsOf(patientId)).every(
    ({ status, startAt }) => dead.includes(status) || Date.parse(startAt) < Date.now(),
  )
}

test('archiving hides a patient, says by whom, and cancels what is to come, and nothing else', async () => {
  const { id, version } = await createPatient(stack.north)
  const future = (await book(id)).body.data?.createAppointment
  const gone = (await book(id, 21)).body.data?.createAppointment
  await change(stack.north, 'updateAppointment', { id: gone.id, status: 'NO_SHOW' }, 'appointment { id }')
  const { results } = await change(
    stack.north,
    'importAppointments',
    [
      {
        externalId: { system: 'archive', value: 'past' },
        ...{ ...clinic, patientId: id, status: 'VISIT_COMPLETED' },
        ...{ startAt: '2026-01-10T18:00:00Z', untilAt: '2026-01-10T18:30:00Z' },
      },
    ],
    'results { id outcome }',
  )
  const past = (results as { id: string }[])[0]?.id
  const answer = await attempt(
    ask,
    'archivePatient',
    { id, expectedVersion: version, notify: true, clientMutationId: 'a' },
    `clientMutationId ${archived}`,
  )
  const { patient, clientMutationId } = answer.body.data?.archivePatient ?? {}
  assert.equal(clientMutationId, 'a', answer.text)
  assert.deepEqual([patient.archived, patient.version], [true, version + 1])
  assert.match(patient.archivedAt, /^\d{4}-\d\d-\d\d$/)
  assert.deepEqual(patient.archivedBy, {
    __typename: 'EnterpriseApiConsumer',
    id: stack.north.consumerId,
    name: 'portal of north',
  })
  const warnings = answer.body.extensions?.warnings as { code: string }[]
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['NOTIFICATION_NOT_SENT'],
  )
  await until(() => hasNoLiveOne(id), 'the appointment is cancelled')
  const after = new Map((await appointmentsOf(id)).map((one) => [one.id, one]))
  assert.deepEqual(
    [after.get(future.id)?.status, after.get(gone.id)?.status, after.get(past ?? '')?.status],
    ['CANCELLED', 'NO_SHOW', 'VISIT_COMPLETED'],
  )
  assert.equal(after.get(future.id)?.version, future.version + 1)
  const { body } = await ask('{ patients(first: 100) { nodes { id } } }')
  assert.ok(!body.data?.patients.nodes.some((one: { id: string }) => one.id === id))
  const again = await attempt(ask, 'archivePatient', { id }, archived)
  assert.deepEqual(again.body.data?.archivePatient.patient, patient, 'an archived patient stays as it is')
  assert.equal(again.body.extensions?.warnings, undefined)
  await until(async () => {
    const log = await askSettings(
      `query ($id: ID!) { auditLog(patientId: $id, first: 100) { nodes { action recordId actor { kind id } } } }`,
      { id },
    )
    const nodes = (log.body.data?.auditLog?.nodes ?? []) as {
      action: string
      recordId: string
      actor: { id: string }
    }[]
    const told = nodes.filter(({ action }) => action === 'appointment.canceled')
    return (
      told.length === 1 && told[0]?.recordId === future.id && told[0]?.actor.id === stack.north.consumerId
    )
  }, 'the audit log tells of the cancelled appointment')
})

test('who asks for the patient to be told is warned that nobody is', async () => {
  const { id } = await createPatient(stack.north)
  const warned = async (notify: boolean) =>
    (await attempt(ask, 'archivePatient', { id, notify }, 'patient { archived }')).body.extensions?.warnings
  await warned(false)
  const [warning] = (await warned(true)) as { code: string; recipients: string[] }[]
  assert.deepEqual([warning?.code, warning?.recipients], ['NOTIFICATION_NOT_SENT', ['patient']])
  assert.equal(await warned(false), undefined)
  assert.ok(await warned(true))
})

test('people who archive appear as internal consumers, and a restored patient can be booked again', async () => {
  const { id } = await createPatient(stack.north)
  const made = (await book(id)).body.data?.createAppointment
  const { patient } = await change(stack.north, 'archivePatient', { id }, archived)
  assert.equal(patient.archivedBy.__typename, 'InternalApiConsumer')
  for (const field of ['id', 'called', 'createdAt', 'updatedAt']) assert.ok(patient.archivedBy[field], field)
  assert.equal(codeOf(await book(id)), 'PATIENT_ARCHIVED')
  const { restorePatient } = (
    await attempt(ask, 'restorePatient', { id, clientMutationId: 'r' }, `clientMutationId ${archived}`)
  ).body.data as Record<string, { clientMutationId: string; patient: object }>
  assert.deepEqual(restorePatient, {
    clientMutationId: 'r',
    patient: { id, version: patient.version + 1, archived: false, archivedAt: null, archivedBy: null },
  })
  const again = await book(id)
  assert.equal(codeOf(again), 'accepted', again.text)
  const seen = await appointmentsOf(id)
  assert.deepEqual(
    [made.id, again.body.data?.createAppointment.id].map(
      (one) => seen.find((each) => each.id === one)?.status,
    ),
    ['CANCELLED', again.body.data?.createAppointment.status],
  )
  await change(stack.north, 'archivePatient', { id }, archived)
  const revived = await attempt(
    ask,
    'updateAppointment',
    { id: made.id, status: 'CONFIRMED' },
    'appointment { id }',
  )
  assert.equal(codeOf(revived), 'PATIENT_ARCHIVED')
  const [refused] = (
    await change(
      stack.north,
      'importAppointments',
      [{ ...booking(id, 9), externalId: { system: 'archive', value: 'late' }, status: 'BOOKED' }].map(
        ({ skipValidations: _skipped, ...item }: Record<string, unknown>) => item,
      ),
      'results { outcome violations { path rule } }',
    )
  ).results as { outcome: string; violations: object[] }[]
  assert.deepEqual(refused, {
    outcome: 'REFUSED',
    violations: [{ path: 'input.0.patientId', rule: 'PATIENT_ARCHIVED' }],
  })
})

test('no patient is archived or restored on a version that has passed, nor one that is not there', async () => {
  const { id } = await createPatient(stack.north)
  const read = async () =>
    (await ask('query ($id: ID!) { patient(id: $id) { version archived } }', { id })).body.data?.patient
  for (const mutation of ['archivePatient', 'restorePatient']) {
    await assertGuardsVersion(
      (expectedVersion) => attempt(ask, mutation, { id, expectedVersion }, 'patient { id }'),
      read,
    )
    assert.equal(codeOf(await attempt(ask, mutation, { id: '999999' }, 'patient { id }')), 'NOT_FOUND')
  }
})

/** Books a patient from many clients until told to stop, and counts what became of it. */
function startBooking(patientId: string) {
  const counts = new Map<string, number>()
  let archivedAt = Infinity
  let late = 0
  let booked = 0
  let isOver = false
  const run = async (): Promise<void> => {
    while (!isOver) {
      const sentAt = performance.now()
      const code = String(codeOf(await book(patientId, 25 + ((booked += 1) % 300))))
      if (code === 'accepted' && sentAt > archivedAt) late += 1
      counts.set(code, (counts.get(code) ?? 0) + 1)
    }
  }
  const clients = Array.from({ length: clientCount }, run)
  return {
    count: (code: string) => counts.get(code) ?? 0,
    /** From now on no request may be accepted. */
    isArchived: () => void (archivedAt = performance.now()),
    async stop() {
      isOver = true
      await Promise.all(clients)
      return { late, counts }
    },
  }
}

test('while 16 clients book, an archived patient has no live appointment to come, and nothing is booked after', async () => {
  for (let round = 0; round < 3; round += 1) {
    const { id } = await createPatient(stack.north)
    const clients = startBooking(id)
    await until(() => Promise.resolve(clients.count('accepted') > clientCount), 'bookings are under way')
    // A crowded machine may refuse it once; nothing was changed then.
    const archive = async () => codeOf(await attempt(ask, 'archivePatient', { id }, 'patient { id }'))
    await until(async () => (await archive()) === 'accepted', 'the patient is archived')
    clients.isArchived()
    await until(
      () => Promise.resolve(clients.count('PATIENT_ARCHIVED') > clientCount),
      'bookings are refused',
    )
    const { late, counts } = await clients.stop()
    assert.equal(late, 0, 'none was booked for the archived patient in between')
    assert.deepEqual([...counts.keys()].sort(), ['PATIENT_ARCHIVED', 'accepted'])
    await until(() => hasNoLiveOne(id), 'every appointment is cancelled')
    const seen = await appointmentsOf(id)
    assert.ok(seen.length > clientCount)
    assert.ok(
      seen.every(({ version }) => version === 2),
      'each was cancelled once',
    )
  }
})

test('while appointments cannot be reached nobody is archived or restored, and nothing is changed', async () => {
  const open = (await createPatient(stack.north)).id
  const closed = (await createPatient(stack.north)).id
  await change(stack.north, 'archivePatient', { id: closed }, 'patient { id }')
  const read = async () =>
    (
      await ask(
        `{ a: patient(id: "${open}") { version archived } b: patient(id: "${closed}") { version archived } }`,
      )
    ).body.data
  const before = await read()
  await stack.services.appointments?.stop('SIGKILL')
  for (const [mutation, id] of [
    ['archivePatient', open],
    ['restorePatient', closed],
  ] as const) {
    const refused = await attempt(ask, mutation, { id }, 'patient { id }')
    assert.equal(codeOf(refused), 'SUBGRAPH_UNAVAILABLE', refused.text)
  }
  assert.deepEqual(await read(), before)
  await stack.restart('appointments')
})

test('appointments that is killed at an archiving cancels what is to come when it is back, and books nobody before', async () => {
  for (let round = 0; round < 3; round += 1) {
    const { id } = await createPatient(stack.north)
    await book(id, 20)
    await book(id, 21)
    const killed = stack.services.appointments?.stop('SIGKILL')
    const answer = attempt(ask, 'archivePatient', { id }, 'patient { archived }')
    if (round > 0) await answer
    await killed
    await stack.restart('appointments')
    await until(
      async () => codeOf(await attempt(ask, 'archivePatient', { id }, 'patient { id }')) === 'accepted',
      'the patient is archived',
    )
    assert.equal(codeOf(await book(id, 22)), 'PATIENT_ARCHIVED')
    await until(() => hasNoLiveOne(id), 'every appointment is cancelled')
    assert.deepEqual(
      (await appointmentsOf(id)).map(({ status, version }) => [status, version]),
      [
        ['CANCELLED', 2],
        ['CANCELLED', 2],
      ],
    )
  }
})
