import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toWall } from '@commonchart/clinic-time'
import { createDemoAppointments, type DemoAppointment } from './appointments.ts'
import { demoLocations, demoProviders, demoServices } from './clinic.ts'
import { demoRoles } from './address-book.ts'
import { demoTeamCount, seedDemoCareTeams } from './care-teams.ts'
import { demoAppointmentTags, demoPresentingIssues, seedDemoCatalogue } from './catalogue.ts'
import { createOntarioNumber } from './health-numbers.ts'
import { createDemoPatients } from './patients.ts'
import { seedDemoClinic } from './seed.ts'

const asked: unknown[] = []
const now = new Date('2026-05-20T15:30:00Z')
const patients = createDemoPatients(demoProviders.length)
const usual = patients.map(({ usualProvider }) => usualProvider)
const appointments = createDemoAppointments(now, usual)

test('the clinic is the same each time it is made', () => {
  assert.deepEqual(createDemoPatients(demoProviders.length), patients)
  assert.deepEqual(createDemoAppointments(now, usual), appointments)
})

test('it has about 200 patients, 8 providers, 3 locations, 12 services and 3 months of appointments', () => {
  assert.deepEqual(
    [patients.length, demoProviders.length, demoLocations.length, demoServices.length],
    [200, 8, 3, 12],
  )
  assert.ok(appointments.length > 1000 && appointments.length < 4000, String(appointments.length))
  const starts = appointments.map(({ startAt }) => startAt).sort()
  const spanDays = (Date.parse(starts.at(-1) ?? '') - Date.parse(starts[0] ?? '')) / 86_400_000
  assert.ok(spanDays > 84 && spanDays < 92, String(spanDays))
  assert.ok(starts.some((start) => start < now.toISOString()))
  assert.ok(starts.some((start) => start > now.toISOString()))
})

test('every patient has a health card of their own, of the form and with the digits that its province gives', () => {
  const numbers = patients.map(({ healthCard }) => healthCard)
  assert.equal(new Set(numbers.map(({ value }) => value)).size, patients.length)
  for (const { template, value } of numbers) assert.match(value, template === 0 ? /^[1-8]\d{9}$/ : /^9\d{9}$/)
  // By hand: the 6 stands where it is doubled, 12 counts 3, and 7 more make ten.
  assert.equal(createOntarioNumber(0), '6000000007')
  assert.ok(numbers.some(({ template }) => template === 0) && numbers.some(({ template }) => template === 1))
})

test('no provider sees two patients at once, and all work within their hours', () => {
  const byProvider = Map.groupBy(appointments, ({ provider }) => provider)
  for (const [provider, theirs] of byProvider) {
    const sorted = theirs.toSorted((a, b) => a.startAt.localeCompare(b.startAt))
    for (const [index, one] of sorted.entries()) {
      const next = sorted[index + 1]
      if (next) assert.ok(one.untilAt <= next.startAt, `${one.externalId.value} overlaps the next`)
      const zone = demoLocations[one.location]?.timezoneIanaName ?? ''
      const clock = toWall(new Date(one.startAt), zone).slice(11, 16)
      assert.ok(clock >= '09:00' && clock < '17:00', clock)
      assert.equal(demoLocations[one.location]?.key, demoProviders[provider]?.location)
    }
  }
})

test('a day is the same whether it is made today or tomorrow, but for what has happened by then', () => {
  const tomorrow = new Date(now.getTime() + 86_400_000)
  const later = new Map(
    createDemoAppointments(tomorrow, usual).map((one) => [one.externalId.value, one] as const),
  )
  const stable = ({ status: _, ...rest }: DemoAppointment): unknown => rest
  const shared = appointments.filter(({ externalId }) => later.has(externalId.value))
  assert.ok(shared.length > appointments.length * 0.95)
  for (const one of shared) {
    const other = later.get(one.externalId.value)
    assert.ok(other)
    assert.deepEqual(stable(other), stable(one))
  }
})

test('what lies in the past has happened, and nothing in the future has', () => {
  for (const { untilAt, status } of appointments) {
    const past = new Date(untilAt) < now
    const possible = past
      ? ['VISIT_COMPLETED', 'NO_SHOW', 'CANCELLED']
      : ['BOOKED', 'CONFIRMED', 'REQUESTED', 'CANCELLED']
    assert.ok(possible.includes(status), `${untilAt}: ${status}`)
  }
})

test('it goes in through the import mutations, at most 500 items at once, and refers to what these made', async () => {
  const sent: { field: string; items: Record<string, unknown>[] }[] = []
  const counts = await seedDemoClinic(async (query, variables) => {
    const field = /\b(import\w+)\(/.exec(query)?.[1]
    if (query.includes('DemoSchedules')) return {}
    if (query.includes('DemoGroups')) return { userGroups: [], groupVisits: { nodes: [] } }
    if (query.includes('createGroupVisit')) return { createGroupVisit: { groupVisit: { id: '1' } } }
    if (field === undefined) return answerCareTeams(query, variables)
    const items = variables.input as Record<string, unknown>[]
    sent.push({ field, items })
    const results = items.map((_, index) => ({ id: String(sent.length * 1000 + index), violations: [] }))
    return { [field]: { results } }
  }, now)
  assert.ok(sent.every(({ items }) => items.length > 0 && items.length <= 500))
  assert.equal(counts.appointments, appointments.length)
  const booked = sent.filter(({ field }) => field === 'importAppointments').flatMap(({ items }) => items)
  assert.ok(booked.every(({ patientId, providerId, serviceId }) => patientId && providerId && serviceId))
  const hours = sent.find(({ field }) => field === 'importStandardWorkHours')
  assert.ok(hours && hours.items.length > 50)
})

/** Answers as a clinic does whose roles were made just now and whose first two patients have care teams. */
function answerCareTeams(query: string, variables: Record<string, unknown>): Record<string, unknown> {
  if (query.startsWith('mutation')) {
    asked.push(...Object.values(variables))
    return {}
  }
  if (query.includes('DemoCatalogue'))
    return {
      appointmentTags: demoAppointmentTags.slice(1).map(({ name }) => ({ id: `tag ${name}`, name })),
      presentingIssues: { nodes: demoPresentingIssues.map(({ name }) => ({ id: `issue ${name}`, name })) },
    }
  if (query.includes('DemoNext')) return { upcomingAppointments: { nodes: next } }
  if (query.includes('careTeamRoles'))
    return {
      careTeamRoles: { nodes: demoRoles.slice(1).map(({ name }) => ({ name, uuid: `uuid ${name}` })) },
    }
  return Object.fromEntries(
    Object.keys(variables).map((name, at) => [name, { careTeamMembers: at < 2 ? [{ id: '1' }] : [] }]),
  )
}

test('only roles and care teams that are missing are made, of people who were imported', async () => {
  asked.length = 0
  const ids = (kind: string, count: number) => Array.from({ length: count }, (_, at) => `${kind}-${at}`)
  const given = {
    ...{ patientIds: ids('patient', 200), providerIds: ids('provider', 8), contactIds: ids('contact', 8) },
    usualProviders: usual,
  }
  await seedDemoCareTeams((query, variables) => Promise.resolve(answerCareTeams(query, variables)), given)
  const [role, ...members] = asked as Record<string, string>[]
  assert.equal(role?.name, demoRoles[0].name)
  assert.equal(members.length, 2 * (demoTeamCount - 2))
  for (const { memberId, memberType } of members)
    assert.match(memberId ?? '', memberType === 'CONTACT' ? /^contact-\d$/ : /^provider-\d$/)
  assert.ok(members.every(({ patientId }) => !['patient-0', 'patient-1'].includes(patientId ?? '')))
})

const next = Array.from({ length: 8 }, (_, at) => ({
  ...{ id: String(at), tags: at === 7 ? [{ id: 'set' }] : [], presentingIssue: null },
  reason: at % 2 === 0 ? null : 'Back pain',
}))

test('only tags and issues that are missing are made, and appointments that have one stay as they are', async () => {
  asked.length = 0
  await seedDemoCatalogue(
    (query, variables) => Promise.resolve(answerCareTeams(query, variables)),
    ['1', '2'],
  )
  const [tag, ...changes] = asked as Record<string, unknown>[]
  assert.equal(tag?.name, demoAppointmentTags[0].name)
  const issue = `issue ${demoPresentingIssues[1].name}`
  assert.deepEqual(
    changes.map(({ id, presentingIssueId }) => [id, presentingIssueId]),
    ['1', '2', '3', '5'].map((id) => [id, Number(id) % 2 === 0 ? null : issue]),
  )
  assert.deepEqual(
    changes.map(({ tagIds }) => (tagIds as unknown[]).length),
    [1, 1, 0, 0],
  )
})

test('an item that is not taken stops the seeding and is named', async () => {
  await assert.rejects(
    seedDemoClinic(async (query, variables) => {
      const field = /\b(import\w+)\(/.exec(query)?.[1] ?? ''
      const results = (variables.input as unknown[]).map(() => ({
        id: null,
        violations: [{ path: 'name', message: 'is missing' }],
      }))
      return { [field]: { results } }
    }, now),
    /was refused: name: is missing/,
  )
})
