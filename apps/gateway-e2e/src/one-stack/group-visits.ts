import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { change, createClinic, type Clinic } from '../clinic.ts'
import { assertGuardsVersion, attempt, codeOf, perform, type Payload } from '../mutations.ts'
import { assertPages } from '../pages.ts'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

let stack: Stack
let clinic: Clinic
let secondId: string
before(async () => {
  stack = await openStack()
  clinic = await createClinic(stack.north)
  const second = { firstName: 'Sam', lastName: 'Second', email: 'sam@example.test' }
  secondId = (await change(stack.north, 'createProvider', second, 'provider { id }')).provider.id as string
})
after(() => stack.stop())

const visitFields = `id name description startAt untilAt status visitType capacity availableSlots occupiedSlotsCount fullyBooked
  allowEbooking allowNewPatient allowExistingPatient deactivated version createdAt updatedAt
  location { id } service { id } providerUsers { id } createdProviderUser { id }
  appointments { id status patient { id } }`

/** An hour, so many days ahead, from that hour on the clock of Vancouver in winter. */
function hour(days: number, from: number) {
  const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  const time = (at: number) => `${day}T${String(at).padStart(2, '0')}:00:00-08:00`
  return { startAt: time(from), untilAt: time(from + 1) }
}

const visit = (days: number, from: number, more: object = {}) => ({
  ...hour(days, from),
  ...{ locationId: clinic.locationId, providerUserIds: [clinic.providerId], ...more },
})

async function createVisit(days: number, from: number, more: object = {}): Promise<Payload> {
  const input = visit(days, from, more)
  return (await change(stack.north, 'createGroupVisit', input, `groupVisit { ${visitFields} }`))
    .groupVisit as Payload
}

const patient = async (): Promise<string> => (await createPatient(stack.north)).id
const appointmentFields = 'id status reason groupVisit { id } patient { id } provider { id }'
const add = (input: object, selection = `appointment { ${appointmentFields} }`) =>
  attempt(stack.north.ask, 'addGroupVisitAttendee', input, selection)
const remove = (input: object, selection = `appointments { ${appointmentFields} }`) =>
  attempt(stack.north.ask, 'removeGroupVisitAttendee', input, selection)

async function read(id: string): Promise<Payload> {
  const { body, text } = await stack.north.ask(`{ groupVisit(id: "${id}") { ${visitFields} } }`)
  assert.ok(body.data?.groupVisit, text)
  return body.data.groupVisit as Payload
}

const sameTime = (one: unknown, other: unknown) =>
  assert.equal(Date.parse(String(one)), Date.parse(String(other)))

test('a group visit keeps all that it is made of, and all that it is changed to', async () => {
  const more = {
    ...{ clientMutationId: 'c-1', name: 'Knees', description: 'For knees', status: 'CONFIRMED', capacity: 4 },
    ...{
      visitType: 'VIRTUAL_VISIT',
      allowEbooking: false,
      allowNewPatient: false,
      allowExistingPatient: false,
    },
    ...{ serviceId: clinic.serviceId, createdProviderUserId: secondId },
    providerUserIds: [secondId, clinic.providerId],
  }
  const input = visit(10, 9, more)
  const made = await change(
    stack.north,
    'createGroupVisit',
    input,
    `clientMutationId groupVisit { ${visitFields} }`,
  )
  assert.equal(made.clientMutationId, 'c-1')
  const { id } = made.groupVisit as { id: string }
  const shown = (await read(id)) as Record<string, unknown>
  for (const name of ['name', 'description', 'status', 'capacity', 'visitType', 'allowEbooking'])
    assert.equal(shown[name], (more as Record<string, unknown>)[name], name)
  assert.deepEqual(shown.providerUsers, [{ id: secondId }, { id: clinic.providerId }])
  assert.deepEqual([shown.service, shown.createdProviderUser], [{ id: clinic.serviceId }, { id: secondId }])
  sameTime(shown.startAt, input.startAt)
  const { location } = await change(stack.north, 'createLocation', { name: 'Annex' }, 'location { id }')
  const { service } = await change(
    stack.north,
    'createService',
    { name: 'Talk', slotLength: 60 },
    'service { id }',
  )
  const changes = {
    ...{
      clientMutationId: 'c-2',
      id,
      ...hour(11, 9),
      name: 'Hips',
      description: 'For hips',
      status: 'BOOKED',
    },
    ...{ visitType: 'VIRTUAL_VISIT', capacity: 5, allowEbooking: true, allowNewPatient: true },
    ...{ allowExistingPatient: true, locationId: location.id, serviceId: service.id },
    ...{ createdProviderUserId: clinic.providerId, providerUserIds: [clinic.providerId] },
  }
  const changed = await change(
    stack.north,
    'updateGroupVisit',
    changes,
    `clientMutationId groupVisit { ${visitFields} }`,
  )
  assert.equal(changed.clientMutationId, 'c-2')
  const now = changed.groupVisit as Record<string, { id: string }>
  assert.deepEqual([now.location?.id, now.service?.id], [location.id, service.id])
  assert.deepEqual(now.createdProviderUser, { id: clinic.providerId })
  sameTime(now.startAt, changes.startAt)
  assert.deepEqual(now, await read(id))
})

test('a group visit is changed and deactivated by those who saw it as it is, over taken time only if they say so', async () => {
  const { id } = await createVisit(12, 9)
  const selection = 'groupVisit { id }'
  const guarded = (mutation: string, more: object) => (expectedVersion: number) =>
    attempt(stack.north.askSettings, mutation, { id, expectedVersion, ...more }, selection)
  await assertGuardsVersion(guarded('updateGroupVisit', { name: 'seen' }), () => read(id as string))
  const taken = visit(12, 9)
  const make = (more: object) =>
    attempt(stack.north.askSettings, 'createGroupVisit', { ...taken, ...more }, selection)
  assert.equal(codeOf(await make({})), 'SLOT_TAKEN')
  assert.equal(codeOf(await make({ skipValidations: true })), 'accepted')
  const other = await createVisit(12, 13)
  const move = (more: object) =>
    attempt(stack.north.askSettings, 'updateGroupVisit', { id: other.id, ...hour(12, 9), ...more }, selection)
  assert.equal(codeOf(await move({})), 'SLOT_TAKEN')
  assert.equal(codeOf(await move({ skipValidations: true })), 'accepted')
  const seen = [await read(id as string), await read(other.id as string)]
  assert.deepEqual(
    seen.map((each) => each.id),
    [id, other.id],
  )
  await assertGuardsVersion(guarded('deactivateGroupVisit', {}), () => read(id as string))
  const ended = await change(
    stack.north,
    'deactivateGroupVisit',
    { id, clientMutationId: 'c' },
    'clientMutationId groupVisit { id deactivated }',
  )
  assert.deepEqual(ended, { clientMutationId: 'c', groupVisit: { id, deactivated: true } })
})

test('patients are booked into a group visit until it is full, and taken out of it', async () => {
  const { id } = await createVisit(13, 9, { capacity: 2 })
  const [one, two, three] = [await patient(), await patient(), await patient()]
  const input = {
    groupVisitId: id,
    patientId: one,
    reason: 'knee',
    status: 'CONFIRMED',
    clientMutationId: 'c',
  }
  const added = await add(input, `clientMutationId appointment { ${appointmentFields} }`)
  const { appointment, clientMutationId } = added.body.data?.addGroupVisitAttendee as Payload
  assert.equal(clientMutationId, 'c', added.text)
  assert.deepEqual(appointment, {
    ...{ id: appointment.id, status: 'CONFIRMED', reason: 'knee', groupVisit: { id } },
    ...{ patient: { id: one }, provider: { id: clinic.providerId } },
  })
  assert.equal(codeOf(await add({ groupVisitId: id, patientId: one })), 'VALIDATION_FAILED')
  assert.equal(codeOf(await add({ groupVisitId: id, patientId: two })), 'accepted')
  const full = await read(id as string)
  assert.deepEqual([full.fullyBooked, full.availableSlots, full.occupiedSlotsCount], [true, 0, 2])
  assert.equal(codeOf(await add({ groupVisitId: id, patientId: three })), 'GROUP_VISIT_FULL')
  const removed = await remove(
    { groupVisitId: id, patientId: one, clientMutationId: 'r' },
    `clientMutationId appointments { ${appointmentFields} }`,
  )
  const gone = removed.body.data?.removeGroupVisitAttendee as Payload
  assert.equal(gone.clientMutationId, 'r', removed.text)
  assert.deepEqual(gone.appointments, [{ ...appointment, status: 'CANCELLED' }])
  assert.equal(codeOf(await add({ groupVisitId: id, patientId: three })), 'accepted')
  const { appointments } = await read(id as string)
  assert.deepEqual(
    (appointments as { patient: { id: string } }[]).map((each) => each.patient.id),
    [one, two, three],
  )
})

/** What is said of notifications, and of whom it is then warned that they were not notified. */
const wishes: [wish: object, warned: string][] = [
  [{}, ''],
  [{ allowPatientNotification: true }, 'patient'],
  [{ allowPractitionerNotification: true }, 'provider'],
  [{}, ''],
  [{ allowPatientNotification: true, patientNotificationMethod: 'NONE' }, ''],
  [{ allowPatientNotification: true }, 'patient'],
  [{ allowPatientNotification: true, patientNotificationMethod: 'NONE' }, ''],
]

test('nobody is led to believe that an attendee was notified', async () => {
  const { id: groupVisitId } = await createVisit(14, 9)
  const patientId = await patient()
  for (const [wish, warned] of wishes) {
    // A cancelled one takes no seat, so it can be repeated.
    const request = { groupVisitId, patientId, ...wish }
    const added = await add({ ...request, status: 'CANCELLED' }, 'clientMutationId')
    await perform(stack.north.ask, 'addGroupVisitAttendee', { groupVisitId, patientId }, 'appointment { id }')
    const removed = await remove(request, 'clientMutationId')
    for (const { body, text } of [added, removed]) {
      assert.equal(body.errors, undefined, text)
      const warnings = (body.extensions?.warnings ?? []) as { recipients: string[] }[]
      assert.equal(warnings.map(({ recipients }) => recipients.join()).join(), warned, JSON.stringify(wish))
    }
  }
})

test('group visits are listed by every filter and in every order, page by page', async () => {
  const { location } = await change(stack.south, 'createLocation', { name: 'Annex' }, 'location { id }')
  const south = await createClinic(stack.south)
  const make = async (days: number, more: object) => {
    const input = {
      ...hour(days, 9),
      locationId: south.locationId,
      providerUserIds: [south.providerId],
      ...more,
    }
    const made = await change(stack.south, 'createGroupVisit', input, 'groupVisit { id }')
    return made.groupVisit.id as string
  }
  const ids = {
    c: await make(33, { name: 'Ankles', description: 'Both ankles' }),
    a: await make(31, { name: 'Knees', capacity: 1, locationId: location.id }),
    b: await make(32, { name: 'Backs' }),
    closed: await make(34, { name: 'Staff', allowEbooking: false }),
    gone: await make(35, { name: 'Gone' }),
  }
  await change(stack.south, 'deactivateGroupVisit', { id: ids.gone }, 'groupVisit { id }')
  const { id: patientId } = await createPatient(stack.south)
  await perform(
    stack.south.ask,
    'addGroupVisitAttendee',
    { groupVisitId: ids.a, patientId },
    'appointment { id }',
  )
  const list = async (args: string) => {
    const { body, text } = await stack.south.ask(`{ groupVisits${args && `(${args})`} { nodes { id } } }`)
    assert.equal(body.errors, undefined, text)
    const found = body.data?.groupVisits.nodes as { id: string }[]
    return found.map(({ id }) => Object.entries(ids).find(([, each]) => each === id)?.[0]).join(' ')
  }
  const asked: [args: string, found: string][] = [
    ['', 'a b c'],
    ['allowEbooking: false', 'closed'],
    ['includeDeactivated: true', 'a b c gone'],
    ['fullyBooked: true', 'a'],
    ['fullyBooked: false', 'b c'],
    [`from: "${hour(32, 0).startAt}"`, 'b c'],
    [`to: "${hour(32, 0).startAt}"`, 'a'],
    [`locationId: "${location.id}"`, 'a'],
    ['name: "knee"', 'a'],
    ['description: "both"', 'c'],
    ...(['ASC', 'DESC'] as const).flatMap((direction) =>
      Object.entries({
        ...{ CREATED_AT: 'c a b', ID: 'c a b', LOCATION_NAME: 'a b c', NAME: 'c b a' },
        ...{ START_AT: 'a b c', UPDATED_AT: 'c b a' },
      }).map(([field, found]): [string, string] => [
        `orderBy: [{ field: ${field}, direction: ${direction} }]`,
        direction === 'ASC' ? found : found.split(' ').toReversed().join(' '),
      ]),
    ),
  ]
  for (const [args, found] of asked) assert.equal(await list(args), found, args)
  assert.deepEqual(await assertPages(stack.south.ask, 'groupVisits'), [ids.a, ids.b, ids.c])
})
