import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { change, createClinic, type Clinic } from '../clinic.ts'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

let stack: Stack
let clinic: Clinic
let other: Clinic
before(async () => {
  stack = await openStack()
  clinic = await createClinic(stack.north)
  other = await createClinic(stack.north, { name: 'Annex' })
  await addHours({ startAtTime: '19:00', endAtTime: '20:00', visitType: 'VIRTUAL_VISIT', serviceIds: [] })
})
after(() => stack.stop())

/** Adds hours of the first provider, every day. */
async function addHours(hours: object): Promise<void> {
  for (const weekday of ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'])
    await change(
      stack.north,
      'createStandardWorkHour',
      { providerUserId: clinic.providerId, locationId: clinic.locationId, weekday, ...hours },
      'standardWorkHour { id }',
    )
}

interface Shown {
  startAt: string
  untilAt: string
  visitType: string
  provider: { id: string }
  location: { id: string }
}

const fields = 'startAt untilAt visitType provider { id fullName } location { id name }'
const types = {
  ...{
    serviceId: 'ID!',
    from: 'DateTimeWithTimezone',
    to: 'DateTimeWithTimezone',
    after: 'DateTimeWithTimezone',
  },
  ...{ locations: '[ID!]', providers: '[ID!]', userGroupId: 'ID', visitType: 'VisitTypeEnum', first: 'Int' },
  ...{ exclusiveAvailability: 'Boolean', forPatientId: 'ID' },
}
type Arguments = Partial<Record<keyof typeof types, unknown>>

async function ask(name: 'availabilities' | 'nextAvailabilities', args: Arguments) {
  const variables = { serviceId: clinic.serviceId, ...args }
  const given = Object.keys(variables) as (keyof typeof types)[]
  const { body, text } = await stack.north.ask(
    `query (${given.map((each) => `$${each}: ${types[each]}`).join(', ')}) {
      ${name}(${given.map((each) => `${each}: $${each}`).join(', ')}) { ${fields} } }`,
    variables,
  )
  assert.equal(body.errors, undefined, text)
  return {
    shown: body.data?.[name] as Shown[],
    warnings: (body.extensions?.warnings ?? []) as { code: string }[],
  }
}

const show = async (args: Arguments) => (await ask('availabilities', args)).shown
const showNext = async (args: Arguments) => (await ask('nextAvailabilities', args)).shown

/** A time so many days ahead, at that hour on the clock of Vancouver. */
function at(days: number, hour: number): string {
  const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  return `${day}T${String(hour).padStart(2, '0')}:00:00-07:00`
}

const day = (days: number) => ({ from: at(days, 0), to: at(days, 23) })

function book(startAt: string, changes: object = {}) {
  const untilAt = new Date(Date.parse(startAt) + 1_800_000).toISOString()
  return stack.north.ask(
    'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { id } }',
    {
      input: { ...clinic, startAt, untilAt, ...changes },
    },
  )
}

test('a time that is shown is booked as it is shown, and shown no more', async () => {
  const patientId = (await createPatient(stack.north)).id
  const [first] = await show(day(20))
  assert.ok(first)
  assert.equal(Date.parse(first.untilAt) - Date.parse(first.startAt), 1_800_000)
  const { provider, location, startAt, untilAt, visitType } = first
  const place = { providerId: provider.id, locationId: location.id }
  const { body, text } = await book(startAt, { ...place, untilAt, visitType, patientId })
  assert.equal(body.errors, undefined, text)
  assert.ok((await show(day(20))).every((each) => each.startAt !== startAt))
  const taken = await book(startAt, { ...place, untilAt, visitType, patientId })
  const { code, violations } = taken.body.errors?.[0]?.extensions ?? {}
  const appointment = body.data?.createAppointment as { id: string }
  assert.equal(code, 'SLOT_TAKEN')
  assert.deepEqual(
    (violations as { rule: string; blockedBy: unknown }[]).map(({ rule, blockedBy }) => [rule, blockedBy]),
    [['SLOT_TAKEN', [{ type: 'Appointment', id: appointment.id }]]],
  )
})

test('each argument changes what is shown', async () => {
  const group = { name: 'Nurses', memberIds: [other.providerId], bookable: true }
  const { userGroup } = await change(stack.north, 'createUserGroup', group, 'userGroup { id }')
  // The first provider's virtual hours take every service, the others only that of their clinic.
  const both = { serviceId: other.serviceId }
  const others: Arguments[] = [
    ...[{ providers: [other.providerId] }, { locations: [other.locationId] }, { userGroupId: userGroup.id }],
  ]
  const narrowed: Arguments[] = [...others, { visitType: 'VIRTUAL_VISIT' }, { serviceId: clinic.serviceId }]
  const compare = async (
    name: 'availabilities' | 'nextAvailabilities',
    base: Arguments,
    args: Arguments[],
  ) => {
    for (const each of args) {
      const { shown } = await ask(name, base)
      const changed = (await ask(name, { ...base, ...each })).shown
      assert.notDeepEqual(changed, shown, JSON.stringify(each))
      assert.ok(changed.length > 0)
      if (others.includes(each))
        assert.deepEqual(new Set(changed.map(({ provider }) => provider.id)), new Set([other.providerId]))
      if (each.visitType) assert.ok(changed.every(({ visitType }) => visitType === each.visitType))
    }
  }
  const more = [{ from: at(21, 12) }, { to: at(21, 12) }, { exclusiveAvailability: true }]
  await compare('availabilities', { ...both, ...day(21) }, [...narrowed, ...more])
  const next = { ...both, after: at(22, 15), first: 20 }
  await compare('nextAvailabilities', next, [...narrowed, { first: 4 }, { after: at(22, 16) }])
})

test('a range that is too long is clamped with a warning', async () => {
  const { shown, warnings } = await ask('availabilities', {
    from: at(30, 0),
    to: at(300, 0),
    visitType: 'VIRTUAL_VISIT',
  })
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['RANGE_CLAMPED'],
  )
  assert.ok(shown.every(({ startAt }) => Date.parse(startAt) < Date.parse(at(30, 0)) + 92 * 86_400_000))
})

test('the next times are the first of those that are shown', async () => {
  const after = at(22, 12)
  const all = await show({ from: after, to: at(23, 0) })
  assert.deepEqual(await showNext({ after, first: 4 }), all.slice(0, 4))
})

test('for a new patient nothing is shown of a service that takes none', async () => {
  const patientId = (await createPatient(stack.north, { firstName: 'Nova' })).id
  const input = { name: 'Follow-up', slotLength: 30, allowNewPatient: false }
  const { service } = await change(stack.north, 'createService', input, 'service { id }')
  assert.ok((await showNext({ serviceId: service.id })).length > 0)
  assert.deepEqual(await showNext({ serviceId: service.id, forPatientId: patientId }), [])
  const refused = await book(at(24, 19), { serviceId: service.id, patientId })
  const violations = refused.body.errors?.[0]?.extensions.violations as { rule: string }[]
  assert.deepEqual(
    violations.map(({ rule }) => rule),
    ['NEW_PATIENT_NOT_ALLOWED'],
  )
})

test('a patient’s other appointment at the time is warned of', async () => {
  const patientId = (await createPatient(stack.north, { firstName: 'Twice' })).id
  await book(at(25, 10), { patientId })
  const { body, text } = await book(at(25, 10), { ...other, patientId })
  assert.equal(body.errors, undefined, text)
  const warnings = body.extensions?.warnings as { code: string; blockedBy: { type: string }[] }[]
  assert.deepEqual(
    warnings.map(({ code, blockedBy }) => [code, blockedBy.map(({ type }) => type)]),
    [['PATIENT_OVERLAP', ['Appointment']]],
  )
})
