import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { toInstant } from '@commonchart/clinic-time'
import { writeSetting } from '@commonchart/subgraph'
import { createSupportIdentity } from '@commonchart/testing'
import { sql } from 'kysely'
import { book, bookingInput, change, codeOf, dayAhead, openTestClinic, rulesOf } from './test-clinic.ts'
import type { TestClinic } from './test-clinic.ts'
import { insertHours, insertOffTime, type TestHours } from './test-hours.ts'
import { openTestSubgraph, type Answer, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
})
after(() => subgraph.close())

/** Whoever stands in the way by what the answer says. */
function blockersOf({ errors, extensions }: Answer): string[] {
  const told = (errors?.[0]?.extensions.violations ?? extensions?.warnings ?? []) as {
    blockedBy?: { type: string; id: string }[]
  }[]
  return told.flatMap(({ blockedBy = [] }) => blockedBy.map(({ type, id }) => `${type} ${id}`))
}

const codeAndRules = (answer: Answer) => [codeOf(answer), ...rulesOf(answer)]

function addPatient(id: string): string {
  subgraph.patients?.set(`1/${id}`, { id, state: 'ACTIVE', mergedInto: null, version: 1 })
  return id
}

async function createService(input: object): Promise<string> {
  const { createService } = await subgraph.get(
    createSupportIdentity(),
    'mutation ($input: CreateServiceInput!) { createService(input: $input) { service { id } } }',
    { input: { name: 'Ruled', slotLength: 30, ...input } },
  )
  return createService.service.id as string
}

/** A provider of their own, who works as it is said; gives what a booking of them needs. */
async function openProvider(hours: Partial<TestHours>[]): Promise<{ providerId: string; id: number }> {
  const { createProvider } = await subgraph.get(
    createSupportIdentity(),
    'mutation ($input: CreateProviderInput!) { createProvider(input: $input) { provider { id } } }',
    { input: { firstName: 'Eve', lastName: 'Hours', email: 'eve@clinic.test' } },
  )
  const id = Number(createProvider.provider.id)
  const usual = {
    ...{ providerId: id, locationId: Number(clinic.locationId), startMinute: 540, endMinute: 720 },
    ...{
      visitType: 'PHYSICAL_VISIT' as const,
      slot: 1,
      intervalMinutes: 30,
      stacking: false,
      serviceIds: [],
    },
  }
  await subgraph.inDomain(1, (trx) =>
    insertHours(
      trx,
      1,
      hours.map((each) => ({ ...usual, ...each })),
    ),
  )
  return { providerId: String(id), id }
}

const everyDay = { startDay: dayAhead(0), endDay: dayAhead(400) }
const at = (day: string, time: string) => toInstant(`${day}T${time}`, clinic.zone)

test('what begins beside the grid is refused as OFF_GRID', async () => {
  const day = dayAhead(0)
  assert.deepEqual(codeAndRules(await book(subgraph, clinic, day, '09:05')), [
    'VALIDATION_FAILED',
    'input.startAt OFF_GRID',
  ])
  assert.equal(codeOf(await book(subgraph, clinic, day, '09:15')), 'accepted')
})

test('dated hours are booked as weekly ones are, past midnight too', async () => {
  const { providerId } = await openProvider([
    { startDay: dayAhead(1), endDay: dayAhead(3), startMinute: 1320, endMinute: 120 },
  ])
  const outcome = async (day: number, time: string) =>
    codeAndRules(await book(subgraph, clinic, dayAhead(day), time, { providerId })).at(-1)
  assert.equal(await outcome(1, '23:30'), 'accepted')
  assert.equal(await outcome(2, '00:00'), 'accepted')
  assert.equal(await outcome(2, '01:30'), 'accepted')
  assert.equal(await outcome(2, '02:00'), 'input.startAt OUTSIDE_WORK_HOURS')
  assert.equal(await outcome(2, '21:45'), 'input.startAt OUTSIDE_WORK_HOURS')
  assert.equal(await outcome(3, '01:00'), 'accepted')
  assert.equal(await outcome(3, '22:00'), 'input.startAt OUTSIDE_WORK_HOURS')
})

test('where the provider is away is IN_OFF_TIME, and the off-time is named', async () => {
  const { providerId, id } = await openProvider([everyDay])
  const day = dayAhead(4)
  const away = { id: 77, providerId: id, startsAt: at(day, '09:45'), endsAt: at(day, '10:30') }
  await subgraph.inDomain(1, (trx) => insertOffTime(trx, 1, away))
  for (const time of ['09:30', '10:00']) {
    const refused = await book(subgraph, clinic, day, time, { providerId })
    assert.deepEqual(codeAndRules(refused), ['VALIDATION_FAILED', 'input.startAt IN_OFF_TIME'])
    assert.deepEqual(blockersOf(refused), ['Offtime 77'])
  }
  for (const time of ['09:00', '10:30'])
    assert.equal(codeOf(await book(subgraph, clinic, day, time, { providerId })), 'accepted')
})

test('stacking lets an appointment begin where another ends, and only there beside the grid', async () => {
  const { providerId } = await openProvider([{ ...everyDay, stacking: true }])
  const day = dayAhead(5)
  const outcome = async (time: string, minutes: number) => {
    const startAt = at(day, time)
    const untilAt = new Date(startAt.getTime() + minutes * 60_000)
    return codeAndRules(await book(subgraph, clinic, day, time, { providerId, startAt, untilAt })).at(-1)
  }
  assert.equal(await outcome('09:20', 10), 'input.startAt OFF_GRID')
  assert.equal(await outcome('09:00', 20), 'accepted')
  assert.equal(await outcome('09:25', 5), 'input.startAt OFF_GRID')
  assert.equal(await outcome('09:20', 30), 'accepted')
  assert.equal(await outcome('09:50', 10), 'accepted')
})

test('a slot that is taken names the appointment, the draft and the group visit that are in the way', async () => {
  const { providerId, id } = await openProvider([{ ...everyDay, slot: 3 }])
  const day = dayAhead(6)
  const booked = await book(subgraph, clinic, day, '09:00', { providerId })
  const span = sql`${at(day, '09:00')}, ${at(day, '10:00')}`
  const place = sql`${Number(clinic.locationId)}, ${id}`
  const stamps = sql`1, now(), now()`
  await subgraph.inDomain(1, async (trx) => {
    await sql`INSERT INTO draft_appointment (domain_id, id, location_id, provider_id, starts_at, ends_at, start_wall, end_wall,
        zone, expires_at, created_by_kind, created_by_id, version, created_at, updated_at)
      VALUES (1, 500, ${place}, ${span}, '', '', 'UTC', now() + interval '1 hour', 'CONSUMER', '1', ${stamps}),
        (1, 501, ${place}, ${span}, '', '', 'UTC', now() - interval '1 hour', 'CONSUMER', '1', ${stamps})`.execute(
      trx,
    )
    await sql`INSERT INTO group_visit (domain_id, id, name_key, location_id, starts_at, ends_at, start_wall, end_wall, zone,
        status, occupied, allow_ebooking, allow_new_patient, allow_existing_patient, deactivated, version, created_at, updated_at)
      VALUES (1, 600, '', ${Number(clinic.locationId)}, ${span}, '', '', 'UTC', 'BOOKED', 0, true, true, true, false, ${stamps})`.execute(
      trx,
    )
    await sql`INSERT INTO group_visit_provider VALUES (1, 600, ${id}, 0, ${span}, true)`.execute(trx)
  })
  const refused = await book(subgraph, clinic, day, '09:00', { providerId })
  assert.deepEqual(codeAndRules(refused), ['SLOT_TAKEN', 'input.startAt SLOT_TAKEN'])
  assert.equal(refused.errors?.[0]?.extensions.path, 'input.startAt')
  const appointment = `Appointment ${booked.data.createAppointment.id}`
  assert.deepEqual(blockersOf(refused).toSorted(), [appointment, 'DraftAppointment 500', 'GroupVisit 600'])
  assert.equal(codeOf(await book(subgraph, clinic, day, '09:30', { providerId })), 'accepted')
})

test('the shortest and the longest notice of a service are kept to the minute and to the day', async () => {
  const { providerId } = await openProvider([
    { startDay: '2020-01-01', endDay: dayAhead(9999), startMinute: 0, endMinute: 1440, intervalMinutes: 1 },
  ])
  const outcome = async (serviceId: string, startMs: number) => {
    const times = { startAt: new Date(startMs), untilAt: new Date(startMs + 60_000) }
    return codeAndRules(
      await book(subgraph, clinic, dayAhead(0), '09:00', { providerId, serviceId, ...times }),
    ).at(-1)
  }
  const minute = Math.ceil(Date.now() / 60_000) * 60_000
  for (const [minRequestableIntervalType, unit] of [
    ['minutes', 1],
    ['hours', 60],
    ['days', 1440],
    ['weeks', 10_080],
  ] as const) {
    const serviceId = await createService({ minRequestableInterval: 2, minRequestableIntervalType })
    const firstMs = minute + 2 * unit * 60_000
    assert.equal(await outcome(serviceId, firstMs - 120_000), 'input.startAt TOO_SOON')
    assert.equal(await outcome(serviceId, firstMs + 60_000), 'accepted')
  }
  const serviceId = await createService({ maxRequestableDays: 3 })
  const today = new Date(Date.now() - 8 * 3_600_000).toISOString().slice(0, 10)
  const dayIn = (days: number) => new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10)
  assert.equal(await outcome(serviceId, at(dayIn(3), '22:58').getTime()), 'accepted')
  assert.equal(await outcome(serviceId, at(dayIn(5), '00:00').getTime()), 'input.startAt TOO_FAR_AHEAD')
})

test('a change that keeps the start is not judged by notice again, one that moves it is', async () => {
  const { data } = await book(subgraph, clinic, dayAhead(7), '09:00')
  const { id } = data.createAppointment
  const input = { id: clinic.serviceId, maxRequestableDays: 2 }
  const update = 'mutation ($input: UpdateServiceInput!) { updateService(input: $input) { service { id } } }'
  await subgraph.get(createSupportIdentity(), update, { input })
  const { untilAt } = bookingInput(clinic, dayAhead(7), '09:15')
  assert.equal(codeOf(await change(subgraph, clinic, { id, untilAt })), 'accepted')
  const { startAt } = bookingInput(clinic, dayAhead(7), '09:15')
  assert.deepEqual(codeAndRules(await change(subgraph, clinic, { id, startAt })), [
    'VALIDATION_FAILED',
    'input.startAt TOO_FAR_AHEAD',
  ])
  await subgraph.get(createSupportIdentity(), update, { input: { ...input, maxRequestableDays: null } })
})

test('a service for new or for existing patients only refuses the others', async () => {
  const [forNew, forExisting] = [
    await createService({ allowExistingPatient: false }),
    await createService({ allowNewPatient: false }),
  ]
  const { providerId } = await openProvider([everyDay])
  const patientId = addPatient('31')
  const outcome = async (serviceId: string, time: string) =>
    codeAndRules(await book(subgraph, clinic, dayAhead(8), time, { providerId, patientId, serviceId })).at(-1)
  assert.equal(await outcome(forExisting, '09:00'), 'input.patientId NEW_PATIENT_NOT_ALLOWED')
  assert.equal(await outcome(forNew, '09:00'), 'accepted')
  assert.equal(
    await outcome(forNew, '09:30'),
    'accepted',
    'what is still to come makes nobody an existing patient',
  )
  await subgraph.inDomain(1, (trx) =>
    sql`UPDATE appointment SET starts_at = now() - interval '1 hour' WHERE domain_id = 1 AND patient_id = 31`.execute(
      trx,
    ),
  )
  assert.equal(await outcome(forNew, '10:00'), 'input.patientId EXISTING_PATIENT_NOT_ALLOWED')
  assert.equal(await outcome(forExisting, '10:00'), 'accepted')
})

test('what is not in use any more is refused by its own rule', async () => {
  const { providerId, id } = await openProvider([everyDay])
  const serviceId = await createService({})
  await subgraph.inDomain(1, async (trx) => {
    await sql`UPDATE provider SET deactivated = true WHERE domain_id = 1 AND id = ${id}`.execute(trx)
    await sql`UPDATE service SET deactivated = true WHERE domain_id = 1 AND id = ${Number(serviceId)}`.execute(
      trx,
    )
    await sql`UPDATE location SET deactivated = true WHERE domain_id = 1`.execute(trx)
  })
  const refused = await book(subgraph, clinic, dayAhead(9), '09:00', { providerId, serviceId })
  await subgraph.inDomain(1, (trx) =>
    sql`UPDATE location SET deactivated = false WHERE domain_id = 1`.execute(trx),
  )
  assert.deepEqual(rulesOf(refused), [
    'input.locationId LOCATION_DEACTIVATED',
    'input.providerId PROVIDER_DEACTIVATED',
    'input.serviceId SERVICE_DEACTIVATED',
  ])
})

test('a patient’s own overlap is warned of, and refused where the domain says so', async () => {
  const { providerId } = await openProvider([everyDay])
  const [patientId, day] = [addPatient('32'), dayAhead(10)]
  const first = await book(subgraph, clinic, day, '09:00', { patientId })
  const other = await book(subgraph, clinic, day, '09:00', { patientId, providerId })
  assert.equal(codeOf(other), 'accepted')
  const named = [`Appointment ${first.data.createAppointment.id}`]
  assert.deepEqual(blockersOf(other), named)
  const { code } = (other.extensions?.warnings as { code: string }[])[0] ?? {}
  assert.equal(code, 'PATIENT_OVERLAP')
  await change(subgraph, clinic, { id: other.data.createAppointment.id, status: 'CANCELLED' })
  await subgraph.inDomain(1, (trx) => writeSetting(trx, 1, 'patientOverlap', 'REFUSE'))
  const refused = await book(subgraph, clinic, day, '09:00', { patientId, providerId })
  assert.deepEqual(codeAndRules(refused), ['VALIDATION_FAILED', 'input.startAt PATIENT_OVERLAP'])
  assert.deepEqual(blockersOf(refused), named)
  assert.equal(codeOf(await book(subgraph, clinic, day, '09:30', { patientId, providerId })), 'accepted')
  const skip = { patientId, providerId, skipValidations: true }
  assert.deepEqual(blockersOf(await book(subgraph, clinic, day, '09:00', skip)), named)
  await subgraph.inDomain(1, (trx) => writeSetting(trx, 1, 'patientOverlap', 'WARN'))
})

test('a refusal lists every rule that is broken at once, a taken slot among them, and skipValidations passes them', async () => {
  const { providerId, id } = await openProvider([{ ...everyDay, serviceIds: [Number(clinic.serviceId)] }])
  const day = dayAhead(11)
  await book(subgraph, clinic, day, '09:00', { providerId })
  const away = { id: 78, providerId: id, startsAt: at(day, '09:00'), endsAt: at(day, '10:00') }
  await subgraph.inDomain(1, (trx) => insertOffTime(trx, 1, away))
  const serviceId = await createService({ maxRequestableDays: 1, allowNewPatient: false })
  const wish = {
    ...{ providerId, serviceId, patientId: addPatient('33'), visitType: 'VIRTUAL_VISIT' },
    ...{ startAt: at(day, '09:10'), untilAt: at(day, '09:40') },
  }
  const refused = await book(subgraph, clinic, day, '09:00', wish)
  assert.equal(codeOf(refused), 'VALIDATION_FAILED')
  assert.deepEqual(rulesOf(refused), [
    'input.serviceId SERVICE_NOT_ALLOWED',
    'input.visitType VISIT_TYPE_NOT_ALLOWED',
    'input.startAt OFF_GRID',
    'input.startAt IN_OFF_TIME',
    'input.startAt TOO_FAR_AHEAD',
    'input.patientId NEW_PATIENT_NOT_ALLOWED',
    'input.startAt SLOT_TAKEN',
  ])
  const forced = await book(subgraph, clinic, day, '09:00', { ...wish, skipValidations: true })
  assert.equal(forced.data?.createAppointment.overbooked, true)
})

test('a change does not stand in its own way', async () => {
  const { providerId } = await openProvider([{ ...everyDay, intervalMinutes: 15 }])
  const day = dayAhead(12)
  const made = await book(subgraph, clinic, day, '09:00', { providerId })
  const { startAt, untilAt } = bookingInput(clinic, day, '09:15')
  const moved = await change(subgraph, clinic, { id: made.data.createAppointment.id, startAt, untilAt })
  assert.equal(codeOf(moved), 'accepted')
  assert.equal(moved.extensions?.warnings, undefined)
})

test('a time without end is judged as quickly as any other', async () => {
  const begun = performance.now()
  const untilAt = new Date('9999-12-31T00:00:00Z')
  const refused = await book(subgraph, clinic, dayAhead(13), '09:00', { untilAt })
  assert.deepEqual(rulesOf(refused), ['input.startAt OUTSIDE_WORK_HOURS'])
  assert.ok(performance.now() - begun < 2000)
})
