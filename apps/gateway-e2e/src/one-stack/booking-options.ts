import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Answer } from '../ask.ts'
import { change, createClinic, type Clinic } from '../clinic.ts'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

let stack: Stack
let clinic: Clinic
let patientId: string
before(async () => {
  stack = await openStack()
  clinic = await createClinic(stack.north)
  patientId = (await createPatient(stack.north)).id
})
after(() => stack.stop())

/** Half an hour, so many days ahead, from that hour on the clock of Vancouver in winter. */
function slot(days: number, hour: number, changes: object = {}) {
  const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  const time = `${day}T${String(hour).padStart(2, '0')}`
  return { ...clinic, patientId, startAt: `${time}:00:00-08:00`, untilAt: `${time}:30:00-08:00`, ...changes }
}

function book(input: object, options?: object): Promise<Answer> {
  return stack.north.ask(
    `mutation ($input: CreateAppointmentInput!, $options: CreateAppointmentOptions) {
      createAppointment(input: $input, options: $options) { status overbooked } }`,
    { input, options },
  )
}

function update(input: object): Promise<Answer> {
  return stack.north.ask(
    `mutation ($input: UpdateAppointmentInput!) {
      updateAppointment(input: $input) { appointment { id startAt version overbooked } } }`,
    { input },
  )
}

async function bookId(input: object): Promise<{ id: string; version: number }> {
  const { body, text } = await stack.north.ask(
    'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { id version } }',
    { input },
  )
  assert.ok(body.data?.createAppointment, text)
  return body.data.createAppointment as { id: string; version: number }
}

const codeOf = ({ body }: Answer): unknown => body.errors?.[0]?.extensions.code

/** Who was to be notified and was not, as the answer warns. */
function unnotified({ body, text }: Answer): unknown {
  assert.equal(body.errors, undefined, text)
  const warnings = (body.extensions?.warnings ?? []) as { code: string; recipients: string[] }[]
  return warnings.map(({ code, recipients }) => `${code} ${recipients.join()}`)
}

test('skipValidations books over capacity and outside work hours, and marks what is over', async () => {
  const outcome = async (input: object) => {
    const answer = await book(input)
    return codeOf(answer) ?? answer.body.data?.createAppointment.overbooked
  }
  assert.equal(await outcome(slot(14, 10)), false)
  assert.equal(await outcome(slot(14, 10)), 'SLOT_TAKEN')
  assert.equal(await outcome(slot(14, 10, { skipValidations: true })), true)
  assert.equal(await outcome(slot(14, 20)), 'VALIDATION_FAILED')
  assert.equal(await outcome(slot(14, 20, { skipValidations: true })), false)
})

test('an appointment is moved where there is no room only with skipValidations', async () => {
  await bookId(slot(15, 10))
  const { id } = await bookId(slot(15, 11))
  const { startAt, untilAt } = slot(15, 10)
  assert.equal(codeOf(await update({ id, startAt, untilAt })), 'SLOT_TAKEN')
  const moved = await update({ id, startAt, untilAt, skipValidations: true })
  assert.equal(moved.body.data?.updateAppointment.appointment.overbooked, true, moved.text)
})

test('an appointment that has changed since it was seen is not changed', async () => {
  const { id, version } = await bookId(slot(16, 10))
  const changed = await update({ id, note: 'seen', expectedVersion: version })
  assert.equal(changed.body.data?.updateAppointment.appointment.version, version + 1, changed.text)
  assert.equal(codeOf(await update({ id, note: 'unseen', expectedVersion: version })), 'CONFLICT')
  assert.equal(codeOf(await update({ id, note: 'unseen', expectedVersion: version + 1 })), undefined)
})

test('requireConfirmation makes a request of an appointment without a status of its own', async () => {
  const input = slot(17, 10, { skipValidations: true })
  const statusWith = async (options?: object, more: object = {}) => {
    const { body, text } = await book({ ...input, ...more }, options)
    assert.ok(body.data?.createAppointment, text)
    // Each is over the capacity of the one before it, but for the first.
    return body.data.createAppointment.status as string
  }
  for (const options of [undefined, { requireConfirmation: false }, { requireConfirmation: true }])
    assert.equal(await statusWith(options), options?.requireConfirmation ? 'REQUESTED' : 'BOOKED')
  assert.equal(await statusWith({ requireConfirmation: true }, { status: 'CONFIRMED' }), 'CONFIRMED')
})

test('what must be confirmed takes its time, also when its service would book it as over', async () => {
  const input = { name: 'Walk-in', slotLength: 30, providerDefaultStatus: 'NO_SHOW' }
  const { service } = await change(stack.north, 'createService', input, 'service { id }')
  const wish = slot(18, 20, { serviceId: service.id })
  assert.equal((await book(wish)).body.data?.createAppointment.status, 'NO_SHOW')
  assert.equal(codeOf(await book(wish, { requireConfirmation: true })), 'VALIDATION_FAILED')
})

/** What is said of notifications, and of whom it is then warned that they were not notified. */
const wishes: [wish: object, warned: string | null][] = [
  [{}, null],
  [{ notifyBy: 'NONE' }, null],
  ...['DEFAULT', 'BOTH', 'EMAIL', 'SMS'].map((notifyBy): [object, string] => [{ notifyBy }, 'patient']),
  [{ notifyBy: 'NONE', allowPractitionerNotification: false }, null],
  [{ notifyBy: 'EMAIL', allowNotification: false }, null],
  [{ allowNotification: true }, 'patient'],
  [{ allowNotification: false }, null],
  [{ allowPractitionerNotification: true }, 'provider'],
  [{ allowPractitionerNotification: false }, null],
  [{ allowNotification: true, allowPractitionerNotification: true }, 'patient,provider'],
  [{}, null],
]

test('nobody is led to believe that a notification was sent, of a booking or of a change', async () => {
  const { id } = await bookId(slot(20, 10))
  for (const [wish, warned] of wishes) {
    const expected = warned === null ? [] : [`NOTIFICATION_NOT_SENT ${warned}`]
    const cancelled = slot(20, 12, { status: 'CANCELLED', ...wish })
    assert.deepEqual(unnotified(await book(cancelled)), expected, JSON.stringify(wish))
    assert.deepEqual(unnotified(await update({ id, ...wish })), expected, JSON.stringify(wish))
  }
})
