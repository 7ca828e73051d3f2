import assert from 'node:assert/strict'
import { test } from 'node:test'
import { demoLocations, demoProviders, demoServices } from './clinic.ts'
import { createDemoGroupVisits, demoUserGroups, seedDemoGroups } from './groups.ts'

const now = new Date('2026-11-25T12:00:00Z')
const ids = (kind: string, { length }: { length: number }) =>
  Array.from({ length }, (_, at) => `${kind}-${at}`)
const clinic = {
  ...{ providerIds: ids('provider', demoProviders), locationIds: ids('location', demoLocations) },
  ...{ serviceIds: ids('service', demoServices), facilityIds: [], contactIds: [], templateIds: [] },
  patientIds: ids('patient', { length: 200 }),
}
const visits = createDemoGroupVisits('2026-11-25')

/** Seeds a clinic that has what is named, and gives each mutation with its input. */
async function seed(groups: string[], there: string[]) {
  const sent: { mutation: string; input: Record<string, unknown> }[] = []
  const named = (names: string[]) => names.map((name) => ({ name }))
  const made = await seedDemoGroups(
    (query, variables) => {
      if (query.startsWith('query'))
        return Promise.resolve({ userGroups: named(groups), groupVisits: { nodes: named(there) } })
      const mutation = /\{ (\w+)\(/.exec(query)?.[1] ?? ''
      sent.push({ mutation, input: variables.input as Record<string, unknown> })
      return Promise.resolve({ createGroupVisit: { groupVisit: { id: `visit-${sent.length}` } } })
    },
    clinic,
    now,
  )
  return { made, sent }
}

test('the group visits lie in evenings of the next week and have room for those who attend', () => {
  for (const { day, startTime, endTime, capacity, attendees, leaders, service } of visits) {
    assert.ok(day >= '2026-11-30' && day <= '2026-12-06', day)
    assert.ok(startTime >= '17:00' && startTime < endTime)
    assert.ok(attendees <= capacity)
    for (const leader of leaders) assert.ok(demoProviders.some(({ key }) => key === leader))
    assert.ok(demoServices.some(({ key }) => key === service))
  }
})

test('groups and visits are made where there are none of their names, and refer to what is there', async () => {
  const { made, sent } = await seed([], [])
  const attendees = visits.reduce((sum, each) => sum + each.attendees, 0)
  assert.equal(made, demoUserGroups.length + visits.length + attendees)
  assert.equal(sent.length, made)
  for (const { mutation, input } of sent) {
    const { memberIds = [], providerUserIds = [], locationId, serviceId } = input
    for (const id of [...(memberIds as unknown[]), ...(providerUserIds as unknown[])])
      assert.match(String(id), /^provider-\d$/)
    if (mutation !== 'createGroupVisit') continue
    assert.match(`${String(locationId)} ${String(serviceId)}`, /^location-\d service-\d+$/)
  }
  const seats = sent.filter(({ mutation }) => mutation === 'addGroupVisitAttendee')
  assert.equal(new Set(seats.map(({ input }) => input.patientId)).size, attendees, 'nobody attends twice')
  assert.ok(seats.some(({ input }) => input.allowPatientNotification === true))
})

test('what is there already is not made again', async () => {
  const names = (all: readonly { name: string }[]) => all.map(({ name }) => name)
  assert.equal((await seed(names(demoUserGroups), names(visits))).made, 0)
})
