import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity, createSupportIdentity } from '@commonchart/testing'
import { book, codeOf, dayAhead, openTestClinic, rulesOf, type TestClinic } from './test-clinic.ts'
import { openGroupVisits, type TestGroupVisits } from './test-group-visits.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
let visits: TestGroupVisits
let secondId: string
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
  visits = openGroupVisits(subgraph, clinic)
  secondId = await createProvider('Grace')
})
after(() => subgraph.close())

const support = createSupportIdentity()

async function createProvider(firstName: string): Promise<string> {
  const { createProvider: made } = await subgraph.get(
    support,
    'mutation ($input: CreateProviderInput!) { createProvider(input: $input) { provider { id } } }',
    { input: { firstName, lastName: 'Hopper', email: `${firstName}@clinic.test` } },
  )
  return made.provider.id as string
}

/** Who holds time for a visit, as `provider lane`. */
async function claimsOf(id: string): Promise<string[]> {
  const rows = await subgraph.inDomain(1, (trx) =>
    trx
      .selectFrom('timeClaim')
      .select(['resource', 'lane'])
      .where('holderKind', '=', 'group_visit')
      .where('holderId', '=', id)
      .orderBy('resource')
      .execute(),
  )
  return rows.map(({ resource, lane }) => `${resource} ${lane}`)
}

const skipValidations = true
const change = (id: string, more: object) => visits.update({ id, ...more })

test('a visit keeps what it is made of, and holds the time of each of its providers once', async () => {
  const { data, errors } = await visits.create(dayAhead(0), '09:00', {
    ...{ name: ' Knees ', description: 'd', capacity: 6, status: 'CONFIRMED', visitType: 'VIRTUAL_VISIT' },
    ...{ allowEbooking: false, allowNewPatient: false, allowExistingPatient: false, serviceId: null },
    ...{ createdProviderUserId: clinic.providerId, providerUserIds: [secondId, clinic.providerId, secondId] },
  })
  assert.equal(errors, undefined)
  const { id, startAt, untilAt, ...made } = data.createGroupVisit.groupVisit
  assert.deepEqual(made, {
    ...{ name: 'Knees', description: 'd', status: 'CONFIRMED', visitType: 'VIRTUAL_VISIT', service: null },
    ...{ capacity: 6, availableSlots: 6, occupiedSlotsCount: 0, fullyBooked: false, deactivated: false },
    ...{ allowEbooking: false, allowNewPatient: false, allowExistingPatient: false, version: 1 },
    ...{ location: { id: clinic.locationId }, createdProviderUser: { id: clinic.providerId } },
    ...{ providerUsers: [{ id: secondId }, { id: clinic.providerId }], appointments: [] },
  })
  assert.equal(new Date(untilAt).getTime() - new Date(startAt).getTime(), 3_600_000)
  assert.deepEqual(await claimsOf(id), [`provider:${clinic.providerId} 0`, `provider:${secondId} 0`])
  assert.deepEqual(await visits.read(id), data.createGroupVisit.groupVisit)
})

test('without a capacity everybody may come, and a visit is never full', async () => {
  const id = await visits.createId(dayAhead(1), '09:00')
  for (const patientId of visits.patients(3)) await visits.addId(id, patientId)
  const { capacity, availableSlots, fullyBooked } = await visits.read(id)
  assert.deepEqual([capacity, availableSlots, fullyBooked], [null, null, false])
})

test('taken time is refused, and held over it only when that is asked for', async () => {
  assert.equal(codeOf(await book(subgraph, clinic, dayAhead(2), '09:30')), 'accepted')
  const claims = await subgraph.count(1, 'time_claim')
  const taken = await visits.create(dayAhead(2), '09:00', { providerUserIds: [secondId, clinic.providerId] })
  assert.deepEqual([codeOf(taken), rulesOf(taken)], ['SLOT_TAKEN', ['input.startAt SLOT_TAKEN']])
  assert.equal(await subgraph.count(1, 'time_claim'), claims)
  const both = { providerUserIds: [secondId, clinic.providerId], skipValidations }
  const id = await visits.createId(dayAhead(2), '09:00', both)
  assert.deepEqual(await claimsOf(id), [`provider:${secondId} 0`])
})

test('work hours do not bind a visit, and what they take at once does', async () => {
  await visits.createId(dayAhead(3), '22:00')
  assert.equal(codeOf(await visits.create(dayAhead(3), '22:30')), 'SLOT_TAKEN')
  const two = await openTestClinic(subgraph, 1, 2)
  const visitsOfTwo = openGroupVisits(subgraph, two)
  await visitsOfTwo.createId(dayAhead(3), '09:00')
  assert.equal(codeOf(await book(subgraph, two, dayAhead(3), '09:00')), 'accepted')
  assert.equal(codeOf(await book(subgraph, two, dayAhead(3), '09:00')), 'SLOT_TAKEN')
})

test('a visit that moves takes its claims and its attendees along, each recorded', async () => {
  const id = await visits.createId(dayAhead(4), '09:00')
  const [one = '', gone = ''] = visits.patients(2)
  const appointment = await visits.addId(id, one)
  await visits.addId(id, gone)
  await visits.remove(id, gone)
  const { startAt, untilAt } = visits.input(dayAhead(5), '10:00')
  const moved = await change(id, {
    startAt,
    untilAt,
    providerUserIds: [secondId],
    serviceId: null,
    visitType: 'VIRTUAL_VISIT',
  })
  assert.equal(moved.errors, undefined)
  assert.deepEqual(await claimsOf(id), [`provider:${secondId} 0`])
  const { appointment: now } = await subgraph.get(
    createIdentity(),
    `{ appointment(id: "${appointment}") { startAt untilAt date visitType version provider { id } service { id } } }`,
  )
  assert.deepEqual(now, {
    ...{ startAt: (startAt as Date).toISOString(), untilAt: (untilAt as Date).toISOString() },
    ...{
      date: dayAhead(5),
      visitType: 'VIRTUAL_VISIT',
      version: 2,
      provider: { id: secondId },
      service: null,
    },
  })
  assert.equal(codeOf(await book(subgraph, clinic, dayAhead(4), '09:00')), 'accepted')
  const rows = await subgraph.inDomain(1, (trx) =>
    trx
      .selectFrom('auditEvent')
      .select(['patientId', 'fields'])
      .where('action', '=', 'appointment.updated')
      .where('recordId', '=', appointment)
      .execute(),
  )
  assert.equal(rows[0]?.patientId, one)
  assert.ok(rows[0]?.fields.includes('startsAt'))
})

test('an attendee stays with their provider as long as that one leads the visit', async () => {
  const id = await visits.createId(dayAhead(6), '09:00')
  const [one = ''] = visits.patients(1)
  await visits.addId(id, one)
  await change(id, { providerUserIds: [secondId, clinic.providerId] })
  const read = async () =>
    (await subgraph.get(createIdentity(), `{ groupVisit(id: "${id}") { appointments { provider { id } } } }`))
      .groupVisit.appointments[0].provider.id as string
  assert.equal(await read(), clinic.providerId)
  await change(id, { providerUserIds: [secondId] })
  assert.equal(await read(), secondId)
})

test('a visit is not moved where there is no room, unless that is asked for', async () => {
  await visits.createId(dayAhead(7), '09:00')
  const id = await visits.createId(dayAhead(7), '11:00')
  const { startAt, untilAt } = visits.input(dayAhead(7), '09:30')
  assert.equal(codeOf(await change(id, { startAt, untilAt })), 'SLOT_TAKEN')
  assert.deepEqual(await claimsOf(id), [`provider:${clinic.providerId} 0`])
  assert.equal(codeOf(await change(id, { startAt, untilAt, skipValidations })), 'accepted')
  assert.deepEqual(await claimsOf(id), [])
  const within = visits.input(dayAhead(8), '11:00')
  await change(id, { startAt: within.startAt, untilAt: within.untilAt })
  const half = new Date((within.startAt as Date).getTime() + 30 * 60_000)
  assert.equal(codeOf(await change(id, { startAt: half })), 'accepted', 'its own time is not in its way')
})

for (const [what, end] of [
  ['cancelled', (id: string) => change(id, { status: 'CANCELLED' })],
  ['deactivated', (id: string) => visits.deactivate({ id })],
] as const)
  test(`a visit that is ${what} gives up its time and cancels what of it has not begun`, async () => {
    const day = dayAhead(what === 'cancelled' ? 9 : 10)
    const id = await visits.createId(day, '09:00', { capacity: 2 })
    const [one = '', begun = ''] = visits.patients(2)
    const appointment = await visits.addId(id, one)
    const attended = await visits.addId(id, begun)
    await subgraph.admin(
      `UPDATE appointment SET starts_at = now() - interval '1 hour' WHERE id = ${attended}`,
    )
    const { data } = await end(id)
    const ended = (data.updateGroupVisit ?? data.deactivateGroupVisit).groupVisit
    assert.deepEqual(ended.appointments, [
      { id: appointment, status: 'CANCELLED', patient: { id: one } },
      { id: attended, status: 'BOOKED', patient: { id: begun } },
    ])
    assert.deepEqual([ended.occupiedSlotsCount, ended.deactivated], [1, what === 'deactivated'])
    assert.deepEqual(await claimsOf(id), [])
    assert.equal(codeOf(await book(subgraph, clinic, day, '09:00')), 'accepted')
  })

test('a cancelled visit that comes back takes its time again, or is refused', async () => {
  const id = await visits.createId(dayAhead(11), '09:00', { status: 'CANCELLED' })
  assert.deepEqual(await claimsOf(id), [])
  assert.equal(codeOf(await change(id, { status: 'BOOKED' })), 'accepted')
  assert.deepEqual(await claimsOf(id), [`provider:${clinic.providerId} 0`])
  await change(id, { status: 'CANCELLED' })
  await book(subgraph, clinic, dayAhead(11), '09:00')
  assert.equal(codeOf(await change(id, { status: 'BOOKED' })), 'SLOT_TAKEN')
})

test('the capacity does not go below the seats that are taken, and cleared lets everybody come', async () => {
  const id = await visits.createId(dayAhead(12), '09:00', { capacity: 3 })
  for (const patientId of visits.patients(2)) await visits.addId(id, patientId)
  assert.deepEqual(rulesOf(await change(id, { capacity: 1 })), ['input.capacity BELOW_OCCUPIED'])
  const full = await change(id, { capacity: 2 })
  assert.equal(full.data.updateGroupVisit.groupVisit.fullyBooked, true)
  const open = await change(id, { capacity: null })
  assert.deepEqual(open.data.updateGroupVisit.groupVisit.availableSlots, null)
})

test('absent leaves, null clears, the same changes nothing, and who saw an older version is refused', async () => {
  const more = { name: 'n', description: 'd', createdProviderUserId: secondId }
  const id = await visits.createId(dayAhead(13), '09:00', more)
  const cleared = await change(id, { expectedVersion: 1, description: null, createdProviderUserId: null })
  const { name, description, createdProviderUser, version } = cleared.data.updateGroupVisit.groupVisit
  assert.deepEqual([name, description, createdProviderUser, version], ['n', null, null, 2])
  assert.equal((await change(id, { name: 'n' })).data.updateGroupVisit.groupVisit.version, 2)
  assert.equal(codeOf(await change(id, { expectedVersion: 1, name: 'x' })), 'CONFLICT')
  assert.equal(codeOf(await visits.deactivate({ id, expectedVersion: 1 })), 'CONFLICT')
  const [one = ''] = visits.patients(1)
  await visits.addId(id, one)
  assert.equal(codeOf(await change(id, { expectedVersion: 2, name: 'x' })), 'CONFLICT', 'attendees count')
})

test('what cannot be is refused with every rule and path', async () => {
  const { startAt } = visits.input(dayAhead(14), '09:00')
  const wrong = await visits.create(dayAhead(14), '09:00', {
    ...{ untilAt: startAt, providerUserIds: [], capacity: 0, name: 'x'.repeat(10_001) },
  })
  assert.deepEqual(rulesOf(wrong), [
    'input.name TOO_LONG',
    'input.capacity OUT_OF_RANGE',
    'input.untilAt TIMES_OUT_OF_ORDER',
    'input.providerUserIds REQUIRED',
  ])
  const unknown = await visits.create(dayAhead(14), '09:00', {
    ...{ locationId: '98', providerUserIds: [secondId, '99'], serviceId: '97', createdProviderUserId: '96' },
  })
  assert.deepEqual(unknown.errors?.[0]?.extensions.paths, [
    ...['input.locationId', 'input.providerUserIds.1', 'input.serviceId', 'input.createdProviderUserId'],
  ])
  const id = await visits.createId(dayAhead(14), '09:00')
  const cleared = await change(id, {
    startAt: null,
    untilAt: null,
    locationId: null,
    providerUserIds: null,
    status: null,
  })
  assert.deepEqual(rulesOf(cleared), [
    ...['input.startAt REQUIRED', 'input.untilAt REQUIRED', 'input.locationId REQUIRED'],
    ...['input.providerUserIds REQUIRED', 'input.status REQUIRED'],
  ])
  assert.equal(codeOf(await change('999', { name: 'x' })), 'NOT_FOUND')
})

test('what is out of use keeps a visit from being made or moved, not from being described', async () => {
  const providerId = await createProvider('Alan')
  const id = await visits.createId(dayAhead(15), '09:00', { providerUserIds: [providerId] })
  await subgraph.get(
    support,
    'mutation ($input: UpdateProviderInput!) { updateProvider(input: $input) { provider { id } } }',
    { input: { id: providerId, deactivated: true } },
  )
  assert.equal(codeOf(await change(id, { name: 'x' })), 'accepted')
  const { startAt, untilAt } = visits.input(dayAhead(15), '11:00')
  const refused = ['input.providerUserIds.0 PROVIDER_DEACTIVATED']
  assert.deepEqual(rulesOf(await change(id, { startAt, untilAt })), refused)
  assert.equal(codeOf(await change(id, { startAt, untilAt, skipValidations })), 'accepted')
  const made = await visits.create(dayAhead(15), '13:00', { providerUserIds: [providerId] })
  assert.deepEqual(rulesOf(made), refused)
})

test('only the support account makes, changes and deactivates visits', async () => {
  for (const mutation of ['createGroupVisit', 'updateGroupVisit', 'deactivateGroupVisit']) {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`
    const input = mutation === 'createGroupVisit' ? visits.input(dayAhead(16), '09:00') : { id: '1' }
    const query = `mutation ($input: ${type}) { ${mutation}(input: $input) { clientMutationId } }`
    assert.equal(codeOf(await subgraph.ask(createIdentity(), query, { input })), 'FORBIDDEN')
  }
})
