import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { toInstant } from '@commonchart/clinic-time'
import { createIdentity, createSupportIdentity } from '@commonchart/testing'
import { book, codeOf, dayAhead, openTestClinic, rulesOf, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type Answer, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
})
after(() => subgraph.close())

const support = createSupportIdentity()
/** A Monday. */
const day = dayAhead(0)
const next = dayAhead(1)

async function newProvider(): Promise<string> {
  const query =
    'mutation { createProvider(input: { firstName: "S", lastName: "H", email: "s@h.test" }) { provider { id } } }'
  return (await subgraph.get(support, query)).createProvider.provider.id
}

/** Gives a provider hours on Mondays; from nine to noon by the half hour, one at once and for every service. */
async function give(providerUserId: string, more: object = {}): Promise<{ id: string; answer: Answer }> {
  const answer = await subgraph.ask(
    support,
    `mutation ($input: CreateStandardWorkHourInput!) { createStandardWorkHour(input: $input) { standardWorkHour { id } } }`,
    {
      input: {
        ...{ providerUserId, locationId: clinic.locationId, serviceIds: [], weekday: 'MONDAY' },
        ...{ startAtTime: '09:00', endAtTime: '12:00', visitType: 'PHYSICAL_VISIT', interval: 30 },
        ...more,
      },
    },
  )
  assert.equal(answer.errors, undefined, JSON.stringify(answer.errors))
  return { id: answer.data.createStandardWorkHour.standardWorkHour.id, answer }
}

/** What an answer warns of, and what it says is in the way. */
function warningsOf({ extensions }: Answer): string[] {
  const warnings = (extensions?.warnings ?? []) as {
    code: string
    blockedBy: { type: string; id: string }[]
  }[]
  return warnings.flatMap(({ code, blockedBy }) => blockedBy.map(({ type, id }) => `${code} ${type} ${id}`))
}

const outcome = (answer: Answer) => rulesOf(answer)[0] ?? codeOf(answer)

/** The starts of the morning that are shown, on the clock. */
async function shown(providerId: string, serviceId = clinic.serviceId): Promise<string[]> {
  const { availabilities } = await subgraph.get(
    createIdentity(),
    `query ($from: DateTimeWithTimezone, $to: DateTimeWithTimezone) {
      availabilities(serviceId: "${serviceId}", providers: ["${providerId}"], from: $from, to: $to) { startAt } }`,
    { from: toInstant(`${day}T00:00`, clinic.zone), to: toInstant(`${next}T00:00`, clinic.zone) },
  )
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: clinic.zone, timeStyle: 'short' })
  return availabilities.map(({ startAt }: { startAt: string }) => clock.format(new Date(startAt)))
}

test('weekly hours that overlap others are kept and warned of, once they overlap', async () => {
  const provider = await newProvider()
  const first = await give(provider)
  assert.deepEqual(warningsOf(first.answer), [])
  const second = await give(provider, { startAtTime: '11:00', endAtTime: '14:00' })
  assert.deepEqual(warningsOf(second.answer), [`WORK_HOURS_OVERLAP StandardWorkHour ${first.id}`])
  assert.deepEqual(
    warningsOf((await give(provider, { startAtTime: '14:00', endAtTime: '15:00' })).answer),
    [],
  )
  assert.deepEqual(warningsOf((await give(provider, { weekday: 'TUESDAY' })).answer), [])
  const change = async (input: object) =>
    warningsOf(
      await subgraph.ask(
        support,
        `mutation ($input: UpdateStandardWorkHourInput!) { updateStandardWorkHour(input: $input) { standardWorkHour { id } } }`,
        { input: { id: second.id, ...input } },
      ),
    )
  assert.deepEqual(await change({ slot: 2 }), [], 'its time stays as it was')
  assert.deepEqual(await change({ startAtTime: '12:00' }), [])
  assert.deepEqual(await change({ startAtTime: '11:30' }), [
    `WORK_HOURS_OVERLAP StandardWorkHour ${first.id}`,
  ])
})

test('where weekly hours overlap the larger capacity counts at each instant, and not the sum', async () => {
  const providerId = await newProvider()
  await give(providerId, { slot: 1 })
  await give(providerId, { slot: 2, startAtTime: '10:00' })
  assert.ok((await shown(providerId)).includes('10:00'))
  const outcomes: string[] = []
  for (const time of ['09:00', '09:00', '10:00', '10:00', '10:00']) {
    const isShown = (await shown(providerId)).includes(time)
    const answer = outcome(await book(subgraph, clinic, day, time, { providerId }))
    assert.equal(isShown, answer === 'accepted', 'what is shown is bookable, and nothing else is')
    outcomes.push(answer)
  }
  const taken = 'input.startAt SLOT_TAKEN'
  assert.deepEqual(outcomes, ['accepted', taken, 'accepted', 'accepted', taken])
})

test('hours of one place each for two services are one provider, who is not double-booked by them', async () => {
  const providerId = await newProvider()
  for (const serviceId of [clinic.serviceId, clinic.otherServiceId])
    await give(providerId, { serviceIds: [serviceId] })
  const before = await shown(providerId, clinic.otherServiceId)
  assert.ok(before.includes('09:00'))
  assert.equal(outcome(await book(subgraph, clinic, day, '09:00', { providerId })), 'accepted')
  const other = { providerId, serviceId: clinic.otherServiceId }
  assert.ok(!(await shown(providerId, clinic.otherServiceId)).includes('09:00'))
  assert.equal(outcome(await book(subgraph, clinic, day, '09:00', other)), 'input.startAt SLOT_TAKEN')
})

test('a time that begins in some hours and ends in others lies in none, shown or booked', async () => {
  const providerId = await newProvider()
  await give(providerId, { startAtTime: '09:00', endAtTime: '10:15', interval: 15 })
  await give(providerId, { startAtTime: '10:00', endAtTime: '11:00', interval: 60 })
  assert.deepEqual(await shown(providerId), ['09:00', '09:15', '09:30', '09:45', '10:00'])
  assert.equal(outcome(await book(subgraph, clinic, day, '10:15', { providerId })), 'input.startAt OFF_GRID')
  const { startAt, untilAt } = {
    startAt: toInstant(`${day}T09:45`, clinic.zone),
    untilAt: toInstant(`${day}T10:30`, clinic.zone),
  }
  assert.equal(
    outcome(await book(subgraph, clinic, day, '09:45', { providerId, startAt, untilAt })),
    'input.startAt OUTSIDE_WORK_HOURS',
  )
})
