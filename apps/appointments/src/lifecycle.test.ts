import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity } from '@commonchart/testing'
import { book, bookingInput, change, codeOf, dayAhead, openTestClinic, rulesOf } from './test-clinic.ts'
import type { TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
})
after(() => subgraph.close())

async function booked(day: string, time: string, more: object = {}): Promise<string> {
  const answer = await book(subgraph, clinic, day, time, more)
  assert.equal(codeOf(answer), 'accepted')
  return answer.data.createAppointment.id
}

async function updated(input: object) {
  const answer = await change(subgraph, clinic, input)
  assert.equal(codeOf(answer), 'accepted', JSON.stringify(answer.errors))
  return answer.data.updateAppointment.appointment
}

for (const status of ['CANCELLED', 'REJECTED', 'NO_SHOW'])
  test(`${status} frees the slot, and coming back to life takes it again or is refused`, async () => {
    const day = dayAhead(['CANCELLED', 'REJECTED', 'NO_SHOW'].indexOf(status))
    const first = await booked(day, '09:00')
    await updated({ id: first, status })
    const second = await booked(day, '09:00')
    assert.equal(codeOf(await change(subgraph, clinic, { id: first, status: 'BOOKED' })), 'SLOT_TAKEN')
    await updated({ id: second, status })
    assert.equal((await updated({ id: first, status: 'BOOKED' })).status, 'BOOKED')
    assert.equal(codeOf(await book(subgraph, clinic, day, '09:00')), 'SLOT_TAKEN')
  })

test('a refused change leaves the appointment its time', async () => {
  const day = dayAhead(3)
  const id = await booked(day, '09:00')
  await booked(day, '10:00')
  const { startAt, untilAt } = bookingInput(clinic, day, '10:00')
  assert.equal(codeOf(await change(subgraph, clinic, { id, startAt, untilAt })), 'SLOT_TAKEN')
  assert.equal(codeOf(await book(subgraph, clinic, day, '09:00')), 'SLOT_TAKEN')
})

test('rescheduling moves the time, and may overlap what the appointment had', async () => {
  const day = dayAhead(4)
  const id = await booked(day, '09:00')
  const { startAt, untilAt } = bookingInput(clinic, day, '09:15')
  const moved = await updated({ id, startAt, untilAt })
  assert.deepEqual(
    [moved.startAt, moved.untilAt, moved.version],
    [startAt.toISOString(), untilAt.toISOString(), 2],
  )
  assert.equal(codeOf(await book(subgraph, clinic, day, '09:30')), 'SLOT_TAKEN')
  await booked(day, '09:45')
  const late = bookingInput(clinic, day, '16:45')
  assert.deepEqual(
    rulesOf(await change(subgraph, clinic, { id, startAt: late.startAt, untilAt: late.untilAt })),
    ['input.startAt OUTSIDE_WORK_HOURS'],
  )
})

test('absent stays, null clears what may be empty and is refused for what may not', async () => {
  const id = await booked(dayAhead(5), '09:00', { note: 'n', reason: 'r' })
  const changed = await updated({ id, note: null })
  assert.deepEqual([changed.note, changed.reason], [null, 'r'])
  const cleared = { id, status: null, startAt: null, providerId: null, visitType: null }
  assert.deepEqual(rulesOf(await change(subgraph, clinic, cleared)).toSorted(), [
    'input.providerId REQUIRED',
    'input.startAt REQUIRED',
    'input.status REQUIRED',
    'input.visitType REQUIRED',
  ])
})

test('expectedVersion refuses a change that was overtaken, and a change of nothing moves no version', async () => {
  const id = await booked(dayAhead(6), '09:00')
  assert.equal((await updated({ id, note: 'a', expectedVersion: 1 })).version, 2)
  const late = await change(subgraph, clinic, { id, note: 'b', expectedVersion: 1 })
  assert.deepEqual([codeOf(late), late.errors?.[0]?.extensions.version], ['CONFLICT', 2])
  assert.equal((await updated({ id, note: 'a' })).version, 2)
})

test('checkedInAt is the first arrival', async () => {
  const id = await booked(dayAhead(7), '09:00')
  const { checkedInAt } = await updated({ id, status: 'ARRIVED' })
  assert.ok(checkedInAt)
  await updated({ id, status: 'BOOKED' })
  assert.equal((await updated({ id, status: 'ARRIVED' })).checkedInAt, checkedInAt)
})

test('any status may follow any, outside work hours too, while the time stays', async () => {
  const id = await booked(dayAhead(8), '20:00', { skipValidations: true })
  for (const status of ['IN_ROOM', 'REQUESTED', 'NOTE_SIGNED', 'SYSTEM_DELAY', 'NONE', 'VISIT_COMPLETED'])
    assert.equal((await updated({ id, status })).status, status)
})

test('an override of a taken time is overbooked, and no longer once it moves to a free one', async () => {
  const day = dayAhead(9)
  await booked(day, '09:00')
  const id = await booked(day, '10:00')
  const taken = bookingInput(clinic, day, '09:00')
  const over = await updated({ id, startAt: taken.startAt, untilAt: taken.untilAt, skipValidations: true })
  assert.equal(over.overbooked, true)
  const free = bookingInput(clinic, day, '11:00')
  assert.equal((await updated({ id, startAt: free.startAt, untilAt: free.untilAt })).overbooked, false)
})

test('two appointments that change places at once end in one piece', async () => {
  const day = dayAhead(10)
  const [one, other] = [await booked(day, '09:00'), await booked(day, '10:00')]
  const [nine, ten] = [bookingInput(clinic, day, '09:00'), bookingInput(clinic, day, '10:00')]
  const answers = await Promise.all([
    change(subgraph, clinic, { id: one, startAt: ten.startAt, untilAt: ten.untilAt }),
    change(subgraph, clinic, { id: other, startAt: nine.startAt, untilAt: nine.untilAt }),
  ])
  for (const answer of answers) assert.match(codeOf(answer), /^(accepted|SLOT_TAKEN)$/)
})

test('every booking and change is on the audit log, with the patient and the names of what changed', async () => {
  const id = await booked(dayAhead(11), '09:00')
  await updated({ id, note: 'secret' })
  const rows = await subgraph.inDomain(1, (trx) =>
    trx.selectFrom('auditEvent').selectAll().where('recordId', '=', id).orderBy('recordVersion').execute(),
  )
  const appointments = rows.filter((row) => row.recordType === 'Appointment')
  assert.deepEqual(
    appointments.map(({ action, patientId }) => [action, patientId]),
    [
      ['appointment.created', clinic.patientId],
      ['appointment.updated', clinic.patientId],
    ],
  )
  assert.deepEqual(appointments[1]?.fields, ['note'])
})

test('nothing of another domain can be changed', async () => {
  const id = await booked(dayAhead(12), '09:00')
  const answer = await change(subgraph, { ...clinic, domainId: 2 }, { id, status: 'CANCELLED' })
  assert.deepEqual([codeOf(answer), answer.errors?.[0]?.extensions.path], ['NOT_FOUND', 'input.id'])
  const seen = await subgraph.get(createIdentity({ domainId: 2 }), `{ appointment(id: "${id}") { id } }`)
  assert.equal(seen.appointment, null)
})
