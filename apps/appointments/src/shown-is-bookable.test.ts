import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Violations } from '@commonchart/errors'
import { SubgraphContext } from '@commonchart/subgraph'
import { chooseLength, createIdentity } from '@commonchart/testing'
import fc from 'fast-check'
import { listAvailabilities, type Availability } from './availabilities.ts'
import { createCalendar, createCalendars, readHours } from './booking-inputs.ts'
import { judgeBooking } from './booking-rules.ts'
import { findBusy } from './busy.ts'
import { findLocations } from './locations.ts'
import { findProviders } from './providers.ts'
import { judge, type Known, type Wanted } from './rules.ts'
import { findServices } from './services.ts'
import { createAppointmentMutation, rulesOf } from './test-clinic.ts'
import { fragmentedClinic, minuteMs, providerCount, randomClinic, storeClinic } from './test-random-clinic.ts'
import type { RandomClinic, StoredClinic } from './test-random-clinic.ts'
import { openTestSubgraph, type Answer, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
before(async () => {
  subgraph = await openTestSubgraph()
  // They have been here, or never: the services decide who may come.
  for (const id of ['9', '8'])
    subgraph.patients?.set(`1/${id}`, { id, state: 'ACTIVE', mergedInto: null, version: 1 })
})
after(() => subgraph.close())

const twoDays = 2880

/** Shows everything of a clinic, unlike its own search, to whoever may come. */
async function show(clinic: StoredClinic, nowMs?: number): Promise<Availability[]> {
  const services = { post: () => Promise.reject(new Error('nobody is asked')) }
  const context = new SubgraphContext(createIdentity({ domainId: 1 }), subgraph.db, services)
  const [from, to] = [0, twoDays].map((minute) => new Date(clinic.dayMs + minute * minuteMs))
  const locations = [0, 1].map((at) => String(clinic.base + at))
  const shown = await listAvailabilities(
    context,
    { serviceId: String(clinic.base), locations, from, to },
    nowMs,
  )
  await context.close()
  return shown
}

/** A time of a clinic that somebody may wish for, and by what. */
interface Place {
  providerId: number
  locationId: number
  startMs: number
}

const keyOf = ({ providerId, locationId, startMs }: Place): string => `${startMs} ${providerId} ${locationId}`
const placeOf = ({ startAt, ...others }: Availability): Place => ({ ...others, startMs: startAt.getTime() })

/** Every minute of the two days, with each provider at each location. */
function* placesOf({ base, dayMs }: StoredClinic): Generator<Place> {
  for (let provider = 0; provider < providerCount; provider += 1)
    for (let location = 0; location < 2; location += 1)
      for (let minute = 0; minute < twoDays; minute += 1)
        yield { providerId: base + provider, locationId: base + location, startMs: dayMs + minute * minuteMs }
}

/** Opens the judge of a clinic: all that it knows is read once, and each wish is judged by the rules alone. */
async function openJudge(clinic: StoredClinic, nowMs: number): Promise<(place: Place) => string[]> {
  const ids = [clinic.base, clinic.base + 1]
  const range = { startMs: clinic.dayMs - 1, endMs: clinic.dayMs + 2 * twoDays * minuteMs }
  const [hours, busy, locations, service] = await subgraph.inDomain(1, async (trx) => [
    await readHours(trx, 1, ids, ids, range),
    await findBusy(trx, 1, ids, range, { lanes: true }),
    await findLocations(trx, 1, ids),
    (await findServices(trx, 1, [clinic.base])).get(String(clinic.base)),
  ])
  assert.ok(service)
  const calendars = createCalendars(hours, busy, [...locations.values()], range)
  const patient = { isNew: !service.allowExistingPatient, overlapping: [] }
  const known = (providerId: number): Known => ({
    calendar: calendars.get(providerId) ?? createCalendar([], [], []),
    ...{ patient, refusesOverlap: false, nowMs },
  })
  return ({ providerId, locationId, startMs }) => {
    const location = locations.get(String(locationId))
    assert.ok(location)
    const wanted: Wanted = {
      ...{ provider: { deactivated: false }, location, service, visitType: null, keepsStart: false },
      ...{ startMs, endMs: startMs + service.slotLength * minuteMs },
    }
    return judge(wanted, known(providerId)).broken.map(({ rule }) => rule)
  }
}

/** Judges a wish as a mutation does, by what it reads itself. */
async function judgeStored(
  clinic: StoredClinic,
  { providerId, locationId, startMs }: Place,
): Promise<string[]> {
  return subgraph.inDomain(1, async (trx) => {
    const [service, provider, location] = [
      (await findServices(trx, 1, [clinic.base])).get(String(clinic.base)),
      (await findProviders(trx, 1, [providerId])).get(String(providerId)),
      (await findLocations(trx, 1, [locationId])).get(String(locationId)),
    ]
    assert.ok(service && provider && location)
    const violations = new Violations()
    const [startsAt, endsAt] = [new Date(startMs), new Date(startMs + service.slotLength * minuteMs)]
    await judgeBooking(trx, 1, { service, provider, location, startsAt, endsAt, visitType: null }, violations)
    return violations.list.map(({ rule }) => rule)
  })
}

function book(clinic: StoredClinic, { providerId, locationId, startMs }: Place): Promise<Answer> {
  const untilMs = startMs + (clinic.services[0]?.slotLength ?? 0) * minuteMs
  const input = {
    ...{
      providerId: String(providerId),
      locationId: String(locationId),
      serviceId: String(clinic.base),
      patientId: '8',
    },
    ...{ startAt: new Date(startMs).toISOString(), untilAt: new Date(untilMs).toISOString() },
  }
  return subgraph.ask(createIdentity(), createAppointmentMutation, { input })
}

const rules = new Set([
  ...['OUTSIDE_WORK_HOURS', 'SERVICE_NOT_ALLOWED', 'OFF_GRID', 'SLOT_TAKEN', 'IN_OFF_TIME'],
  ...['TOO_SOON', 'TOO_FAR_AHEAD', 'NEW_PATIENT_NOT_ALLOWED', 'EXISTING_PATIENT_NOT_ALLOWED'],
])

const clinics = chooseLength({ usual: 40, soak: 600 })
const choice = fc.array(fc.nat(), { minLength: 12, maxLength: 12 })

test(`in ${clinics} random clinics every time that is shown breaks no rule, and every other one breaks one`, async () => {
  const broken = new Set<string>()
  await fc.assert(
    fc.asyncProperty(randomClinic, async (random) => {
      const clinic = await subgraph.inDomain(1, (trx) => storeClinic(trx, 1, random))
      const nowMs = clinic.dayMs - clinic.search.nowBefore * minuteMs
      const shown = new Set((await show(clinic, nowMs)).map((each) => keyOf(placeOf(each))))
      const rulesAt = await openJudge(clinic, nowMs)
      for (const place of placesOf(clinic)) {
        const found = rulesAt(place)
        assert.equal(found.length === 0, shown.has(keyOf(place)), `${keyOf(place)}: ${found.join()}`)
        for (const rule of found) broken.add(rule)
      }
    }),
    { numRuns: clinics, examples: [[fragmentedClinic]] },
  )
  assert.deepEqual(
    [...broken].filter((rule) => !rules.has(rule)),
    [],
  )
  assert.ok(broken.size >= 6, [...broken].join())
})

const booked = chooseLength({ usual: 8, soak: 200 })

test(`in ${booked} random clinics what is shown is booked through the API, and what is not is refused with a rule`, async () => {
  let bookings = 0
  await fc.assert(
    fc.asyncProperty(randomClinic, choice, async (random, choices) => {
      const clinic = await subgraph.inDomain(1, (trx) => storeClinic(trx, 1, forEverybody(random)))
      const pick = (places: Place[], at: number) => places[(choices[at] ?? 0) % places.length]
      for (let round = 0; round < 3; round += 1) {
        const shown = (await show(clinic)).map(placeOf)
        const keys = new Set(shown.map(keyOf))
        const others = [...placesOf(clinic)].filter((place) => !keys.has(keyOf(place)))
        const refused = pick(others, round)
        assert.ok(refused)
        const found = rulesOf(await book(clinic, refused)).map((each) => each.split(' ')[1] ?? '')
        assert.ok(
          found.length > 0 && found.every((rule) => rules.has(rule)),
          `${keyOf(refused)}: ${found.join()}`,
        )
        assert.deepEqual(await judgeStored(clinic, refused), found)
        const wish = pick(shown, round + 3)
        if (!wish) return
        assert.deepEqual(await judgeStored(clinic, wish), [])
        const { errors } = await book(clinic, wish)
        assert.equal(errors, undefined, keyOf(wish))
        bookings += 1
      }
    }),
    { numRuns: booked, examples: [[fragmentedClinic, Array<number>(12).fill(0)]] },
  )
  assert.ok(bookings > booked, `${bookings} were booked`)
})

/** The days lie years ahead: what is booked now is for anybody, and at any notice. */
function forEverybody(random: RandomClinic): RandomClinic {
  const anybody = { allowNewPatient: true, allowExistingPatient: true, maxRequestableDays: null }
  return { ...random, services: random.services.map((service) => ({ ...service, ...anybody })) }
}
