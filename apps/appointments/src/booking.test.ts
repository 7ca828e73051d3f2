import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity, forBothDomains } from '@commonchart/testing'
import {
  book,
  bookingInput,
  change,
  codeOf,
  createAppointmentMutation,
  dayAhead,
  openTestClinic,
  rulesOf,
} from './test-clinic.ts'
import type { TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinics: [TestClinic, TestClinic]
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  clinics = await forBothDomains(({ id }) => openTestClinic(subgraph, id))
  ;[clinic] = clinics
})
after(() => subgraph.close())

test('a booking is stored whole, on the clock of its location', async () => {
  for (const each of clinics) {
    const { data, errors } = await book(subgraph, each, dayAhead(0), '09:00', {
      note: ' fragile ',
      reason: 'cough',
    })
    assert.equal(errors, undefined)
    const { id, createdAt, updatedAt, ...stored } = data.createAppointment
    assert.match(id, /^\d+$/)
    assert.equal(createdAt, updatedAt)
    const input = bookingInput(each, dayAhead(0), '09:00')
    assert.deepEqual(stored, {
      ...{ date: dayAhead(0), startAt: input.startAt.toISOString(), untilAt: input.untilAt.toISOString() },
      ...{
        status: 'BOOKED',
        visitType: 'PHYSICAL_VISIT',
        note: 'fragile',
        reason: 'cough',
        checkedInAt: null,
      },
      ...{ deactivated: false, overbooked: false, version: 1, patient: { id: each.patientId } },
      location: { id: each.locationId, name: 'Main' },
      provider: { id: each.providerId, fullName: `Ada Byron ${each.domainId}` },
      service: { id: each.serviceId, name: 'Visit' },
    })
  }
})

test('a slot that is taken is refused, and taken by nobody of another domain', async () => {
  assert.equal(codeOf(await book(subgraph, clinic, dayAhead(1), '10:00')), 'accepted')
  const again = await book(subgraph, clinic, dayAhead(1), '10:15')
  assert.equal(codeOf(again), 'SLOT_TAKEN')
  assert.deepEqual(rulesOf(again), ['input.startAt SLOT_TAKEN'])
  assert.equal(codeOf(await book(subgraph, clinic, dayAhead(1), '10:30')), 'accepted')
  assert.equal(codeOf(await book(subgraph, clinics[1], dayAhead(1), '10:00')), 'accepted')
})

test('each rule that a booking breaks is named with its path', async () => {
  const day = dayAhead(2)
  const refused = async (time: string, more: object = {}) =>
    rulesOf(await book(subgraph, clinic, day, time, more))
  assert.deepEqual(await refused('08:45'), ['input.startAt OUTSIDE_WORK_HOURS'])
  assert.deepEqual(await refused('16:45'), ['input.startAt OUTSIDE_WORK_HOURS'])
  const { otherServiceId: serviceId } = clinic
  assert.deepEqual(await refused('11:00', { serviceId }), ['input.serviceId SERVICE_NOT_ALLOWED'])
  assert.deepEqual(await refused('11:00', { visitType: 'VIRTUAL_VISIT' }), [
    'input.visitType VISIT_TYPE_NOT_ALLOWED',
  ])
  assert.deepEqual(await refused('11:00', { serviceId, visitType: 'VIRTUAL_VISIT' }), [
    'input.serviceId SERVICE_NOT_ALLOWED',
    'input.visitType VISIT_TYPE_NOT_ALLOWED',
  ])
  const backwards = { untilAt: bookingInput(clinic, day, '10:00').startAt, patientId: null }
  assert.deepEqual(await refused('11:00', backwards), [
    'input.patientId REQUIRED',
    'input.untilAt TIMES_OUT_OF_ORDER',
  ])
  assert.equal(await subgraph.count(1, 'time_claim'), await subgraph.count(1, 'appointment'))
})

test('work hours follow the daylight saving of the location', async () => {
  // Toronto: EST on 2030-03-04, EDT on 2030-03-11; 09:00 is 14:00Z, then 13:00Z.
  for (const [startAt, code] of [
    ['2030-03-04T14:00:00Z', 'accepted'],
    ['2030-03-04T13:00:00Z', 'VALIDATION_FAILED'],
    ['2030-03-11T13:00:00Z', 'accepted'],
    ['2030-03-11T21:00:00Z', 'VALIDATION_FAILED'],
  ] as const) {
    const untilAt = new Date(Date.parse(startAt) + 1_800_000)
    const answer = await book(subgraph, clinics[1], dayAhead(0), '09:00', { startAt, untilAt })
    assert.equal(codeOf(answer), code, startAt)
  }
})

test('skipValidations books against every rule and marks what is over capacity', async () => {
  const day = dayAhead(3)
  const skip = { skipValidations: true }
  const outside = await book(subgraph, clinic, day, '07:00', { ...skip, serviceId: clinic.otherServiceId })
  assert.equal(outside.data.createAppointment.overbooked, false)
  const over = await book(subgraph, clinic, day, '07:00', skip)
  assert.equal(over.data.createAppointment.overbooked, true)
})

test('an overbooked appointment takes its part of the capacity', async () => {
  const day = dayAhead(4)
  const first = await book(subgraph, clinic, day, '09:00')
  await book(subgraph, clinic, day, '09:00', { skipValidations: true })
  await change(subgraph, clinic, { id: first.data.createAppointment.id, status: 'CANCELLED' })
  assert.equal(codeOf(await book(subgraph, clinic, day, '09:00')), 'SLOT_TAKEN')
})

test('references to nothing are refused, each with its path, and nothing of another domain is something', async () => {
  const nothing = { locationId: '999', providerId: 'x', serviceId: '99999999999999999999' }
  const answer = await book(subgraph, clinic, dayAhead(5), '09:00', nothing)
  assert.equal(codeOf(answer), 'NOT_FOUND')
  const facts = answer.errors?.[0]?.extensions
  assert.deepEqual(facts?.paths, ['input.locationId', 'input.providerId', 'input.serviceId'])
  const stranger = await book(subgraph, clinic, dayAhead(5), '09:00', { patientId: clinics[1].patientId })
  assert.deepEqual(
    [codeOf(stranger), stranger.errors?.[0]?.extensions.path],
    ['NOT_FOUND', 'input.patientId'],
  )
})

test('the status is that of the service, or REQUESTED where somebody must confirm, unless one is given', async () => {
  const day = dayAhead(6)
  const statusOf = async (time: string, more: object, options?: object) =>
    (await book(subgraph, clinic, day, time, more, options)).data.createAppointment.status
  assert.equal(await statusOf('09:00', {}, { requireConfirmation: false }), 'BOOKED')
  assert.equal(await statusOf('10:00', {}, { requireConfirmation: true }), 'REQUESTED')
  assert.equal(await statusOf('11:00', { status: 'CONFIRMED' }, { requireConfirmation: true }), 'CONFIRMED')
})

test('a wish that somebody be notified is accepted and truthfully answered', async () => {
  const day = dayAhead(7)
  const warned = async (time: string, more: object) => {
    const { extensions } = await book(subgraph, clinic, day, time, more)
    const warnings = (extensions?.warnings ?? []) as { code: string; recipients: string[] }[]
    return warnings.map(({ code, recipients }) => `${code} ${recipients.join()}`)
  }
  assert.deepEqual(await warned('09:00', { notifyBy: 'SMS' }), ['NOTIFICATION_NOT_SENT patient'])
  const both = { allowNotification: true, allowPractitionerNotification: true }
  assert.deepEqual(await warned('10:00', both), ['NOTIFICATION_NOT_SENT patient,provider'])
  assert.deepEqual(await warned('11:00', { notifyBy: 'NONE', allowNotification: false }), [])
})

test('a time that is past or has no offset is refused', async () => {
  for (const startAt of ['2020-01-01T10:00:00Z', '2030-05-06T10:00:00'])
    assert.equal(codeOf(await book(subgraph, clinic, dayAhead(8), '09:00', { startAt })), 'BAD_USER_INPUT')
})

test('an auditor may not book', async () => {
  const auditor = createIdentity({ kind: 'person', role: 'auditor' })
  const input = bookingInput(clinic, dayAhead(8), '09:00')
  assert.equal(codeOf(await subgraph.ask(auditor, createAppointmentMutation, { input })), 'FORBIDDEN')
})
