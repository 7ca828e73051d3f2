import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { change, createClinic, type Clinic } from '../clinic.ts'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'
import { until } from '../until.ts'

const create = `mutation ($input: CreateAppointmentInput!, $options: CreateAppointmentOptions) {
  createAppointment(input: $input, options: $options) {
    id status startAt untilAt visitType note reason overbooked version checkedInAt deactivated date
    patient { id } provider { id } location { id } service { id }
  }
}`
const update = `mutation ($input: UpdateAppointmentInput!) {
  updateAppointment(input: $input) {
    clientMutationId
    appointment {
      id status startAt untilAt visitType note reason overbooked version checkedInAt
      provider { id } location { id } service { id }
    }
  }
}`

let stack: Stack
let clinic: Clinic
let patientId: string
before(async () => {
  stack = await openStack()
  clinic = await createClinic(stack.north)
  patientId = (await createPatient(stack.north)).id
})
after(() => stack.stop())

/** A time a number of days ahead, at that hour on the clock of Vancouver in winter. */
function at(days: number, hour: number, minute = 0): string {
  const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  return `${day}T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00-08:00`
}

function slot(days: number, hour: number, changes: object = {}) {
  return { ...clinic, patientId, startAt: at(days, hour), untilAt: at(days, hour, 30), ...changes }
}

const codeOf = (answer: { body: { errors?: { extensions: Record<string, unknown> }[] } }): unknown =>
  answer.body.errors?.[0]?.extensions.code

test('an appointment is booked with all that was sent, and answered itself', async () => {
  const { body, text } = await stack.north.ask(create, {
    input: slot(10, 10, {
      note: 'bring the results',
      reason: 'check-up',
      status: 'CONFIRMED',
      visitType: 'PHYSICAL_VISIT',
      notifyBy: 'NONE',
      allowNotification: false,
      allowPractitionerNotification: false,
      skipValidations: false,
    }),
  })
  assert.equal(body.errors, undefined, text)
  const appointment = body.data?.createAppointment
  assert.equal(appointment.note, 'bring the results')
  assert.equal(appointment.reason, 'check-up')
  assert.equal(appointment.status, 'CONFIRMED')
  assert.equal(appointment.overbooked, false)
  assert.equal(appointment.patient.id, patientId)
  assert.equal(appointment.provider.id, clinic.providerId)
  assert.equal(appointment.location.id, clinic.locationId)
  assert.equal(appointment.service.id, clinic.serviceId)
  assert.equal(new Date(appointment.startAt).getTime(), new Date(at(10, 10)).getTime())
})

test('of twenty programs at once one gets the slot and the others are told why', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => stack.north.ask(create, { input: slot(11, 10) })),
  )
  const booked = answers.filter(({ body }) => body.data?.createAppointment)
  assert.equal(booked.length, 1)
  for (const answer of answers)
    if (answer !== booked[0]) assert.equal(codeOf(answer), 'SLOT_TAKEN', answer.text)
})

test('a retry under one Idempotency-Key books once, also when twenty retry at once', async () => {
  const key = randomUUID()
  const input = slot(12, 10)
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => stack.north.ask(create, { input }, { 'idempotency-key': key })),
  )
  const ids = new Set(answers.map(({ body, text }) => body.data?.createAppointment?.id ?? text))
  assert.equal(ids.size, 1, [...ids].join('\n'))
  assert.equal(answers.filter(({ body }) => body.extensions?.idempotency === 'REPLAYED').length, 19)
  const reused = await stack.north.ask(create, { input: slot(12, 11) }, { 'idempotency-key': key })
  assert.equal(codeOf(reused), 'IDEMPOTENCY_KEY_REUSED')
})

test('outside work hours nothing is booked, and the rule is named', async () => {
  const answer = await stack.north.ask(create, { input: slot(13, 20) })
  assert.equal(codeOf(answer), 'VALIDATION_FAILED', answer.text)
  const violations = answer.body.errors?.[0]?.extensions.violations as { path: string; rule: string }[]
  assert.ok(violations.length > 0 && violations.every(({ path, rule }) => path && rule), answer.text)
})

test('a patient, provider, location or service that does not exist is refused with its path', async () => {
  for (const name of ['patientId', 'providerId', 'locationId', 'serviceId']) {
    const answer = await stack.north.ask(create, { input: slot(15, 10, { [name]: '999999' }) })
    assert.equal(codeOf(answer), 'NOT_FOUND', answer.text)
    assert.equal(answer.body.errors?.[0]?.extensions.path, `input.${name}`)
  }
})

test('a patient who was just created elsewhere can be booked at once', async () => {
  const { id } = await createPatient(stack.north, { firstName: 'New' })
  const { body, text } = await stack.north.ask(create, { input: slot(16, 10, { patientId: id }) })
  assert.equal(body.data?.createAppointment?.patient.id, id, text)
})

test('an archived patient cannot be booked', async () => {
  const { id } = await createPatient(stack.north, { firstName: 'Gone' })
  await change(stack.north, 'archivePatient', { id }, 'patient { id }')
  const input = slot(16, 12, { patientId: id })
  await until(
    async () => codeOf(await stack.north.ask(create, { input })) === 'PATIENT_ARCHIVED',
    'the appointments have heard that the record is closed',
  )
})

test('a time in the past is refused by its type', async () => {
  const answer = await stack.north.ask(create, { input: slot(-3, 10) })
  assert.equal(codeOf(answer), 'BAD_USER_INPUT', answer.text)
})

test('an appointment is moved, cancelled and revived; the time it leaves is free for others', async () => {
  const made = await stack.north.ask(create, { input: slot(17, 10) })
  const { id, version } = made.body.data?.createAppointment
  const other = await createClinic(stack.north)
  const moved = await stack.north.ask(update, {
    input: {
      id,
      expectedVersion: version,
      clientMutationId: 'move',
      startAt: at(17, 14),
      untilAt: at(17, 14, 30),
      ...other,
      note: 'moved',
      reason: 'asked',
      visitType: 'PHYSICAL_VISIT',
      allowNotification: false,
      allowPractitionerNotification: false,
      notifyBy: 'NONE',
      skipValidations: false,
    },
  })
  assert.equal(moved.body.errors, undefined, moved.text)
  assert.equal(moved.body.data?.updateAppointment.clientMutationId, 'move')
  assert.equal(moved.body.data?.updateAppointment.appointment.provider.id, other.providerId)
  assert.ok(
    (await stack.north.ask(create, { input: slot(17, 10) })).body.data?.createAppointment,
    'the old time is free',
  )
  const stale = await stack.north.ask(update, { input: { id, expectedVersion: version, note: 'x' } })
  assert.equal(codeOf(stale), 'CONFLICT')
  await stack.north.ask(update, { input: { id, status: 'CANCELLED' } })
  const taken = await stack.north.ask(create, { input: { ...slot(17, 14), ...other } })
  assert.ok(taken.body.data?.createAppointment, taken.text)
  const revived = await stack.north.ask(update, { input: { id, status: 'CONFIRMED' } })
  assert.equal(codeOf(revived), 'SLOT_TAKEN', revived.text)
})

test('arriving notes the time, and every status may follow', async () => {
  const made = await stack.north.ask(create, { input: slot(18, 10) })
  const { id } = made.body.data?.createAppointment
  const statuses = [
    'ARRIVED',
    'IN_ROOM',
    'BEING_SEEN',
    'VISIT_COMPLETED',
    'NOTE_SIGNED',
    'REQUESTED',
    'PROVIDER_REQUESTED',
    'CONFIRMED',
    'ACTION_REQUIRED',
    'NO_SHOW',
    'CANCELLED',
    'REJECTED',
    'BOOKED',
    'RESCHEDULED',
    'NONE',
    'SYSTEM_DELAY',
  ]
  for (const status of statuses) {
    const { body, text } = await stack.north.ask(update, { input: { id, status } })
    assert.equal(body.data?.updateAppointment?.appointment.status, status, text)
    assert.ok(body.data?.updateAppointment.appointment.checkedInAt)
  }
})
