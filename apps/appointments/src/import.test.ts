import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity, createSupportIdentity, forBothDomains } from '@commonchart/testing'
import { book, bookingInput, codeOf, dayAhead, openTestClinic, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinics: [TestClinic, TestClinic]
before(async () => {
  subgraph = await openTestSubgraph()
  clinics = await forBothDomains(({ id }) => openTestClinic(subgraph, id))
})
after(() => subgraph.close())

interface Result {
  outcome: string
  id: string | null
  violations: { path: string; rule: string }[]
}

async function run(plural: string, type: string, input: object[], domainId = 1): Promise<Result[]> {
  const query = `mutation ($input: [Import${type}Input!]!) {
    import${plural}(input: $input) { results { outcome id violations { path rule } } } }`
  return (await subgraph.get(createSupportIdentity({ domainId }), query, { input }))[`import${plural}`]
    .results
}

const external = (value: string) => ({ system: 'urn:test', value })
const outcomes = (results: Result[]) => results.map((result) => result.outcome)

const clinicRecords = [
  [
    'Locations',
    'Location',
    { name: 'Hall', city: 'Regina', primaryContactNumber: '306-555-0100' },
    { city: 'Moose Jaw' },
  ],
  [
    'Providers',
    'Provider',
    { firstName: 'Eve', lastName: 'Ng', email: 'e@x.test', languages: ['en'] },
    { languages: ['en', 'fr'] },
  ],
  [
    'Services',
    'Service',
    { name: 'Lab', localizedName: [{ locale: 'FRENCH', value: 'Labo' }] },
    { slotLength: 45 },
  ],
] as const
for (const [plural, type, values, changes] of clinicRecords)
  test(`${plural} come in once: a repeat changes nothing, a difference is an update`, async () => {
    const item = { externalId: external('1'), ...values }
    const first = await run(plural, type, [item])
    assert.deepEqual(outcomes(first), ['CREATED'])
    assert.deepEqual(await run(plural, type, [item]), [{ ...first[0], outcome: 'UNCHANGED' }])
    assert.deepEqual(await run(plural, type, [{ ...item, ...changes }]), [
      { ...first[0], outcome: 'UPDATED' },
    ])
    assert.deepEqual(outcomes(await run(plural, type, [{ ...item, ...changes }])), ['UNCHANGED'])
    assert.deepEqual(outcomes(await run(plural, type, [item], 2)), ['CREATED'])
  })

test('a bad item is refused with its path and keeps no other out', async () => {
  const results = await run('Locations', 'Location', [
    { externalId: external('good'), name: 'Good' },
    { externalId: external('bad'), name: ' ', timezoneIanaName: 'Nowhere' },
    { externalId: external('good'), name: 'Twice' },
    { externalId: external(' '), name: 'Nameless' },
  ])
  assert.deepEqual(outcomes(results), ['CREATED', 'REFUSED', 'REFUSED', 'REFUSED'])
  assert.deepEqual(
    results.flatMap((result) => result.violations.map(({ path, rule }) => `${path} ${rule}`)),
    [
      ...[
        'input.1.name REQUIRED',
        'input.1.timezoneIanaName TIME_ZONE',
        'input.2.externalId EXTERNAL_ID_TWICE',
      ],
      'input.3.externalId.value EXTERNAL_ID',
    ],
  )
})

test('a location without a zone comes in with that of the domain', async () => {
  const [{ id } = { id: null }] = await run(
    'Locations',
    'Location',
    [{ externalId: external('zone'), name: 'Z' }],
    2,
  )
  const query = `{ location(id: "${id}") { timezoneIanaName } }`
  const { location } = await subgraph.get(createIdentity({ domainId: 2 }), query)
  assert.equal(location.timezoneIanaName, 'America/Toronto')
})

test('work hours come in once, their references named by external ids', async () => {
  const item = {
    ...{
      externalId: external('hours'),
      providerExternalId: external('1'),
      locationExternalId: external('1'),
    },
    ...{ serviceExternalIds: [external('1')], weekday: 'MONDAY', startAtTime: '08:00', endAtTime: '12:00' },
    visitType: 'PHYSICAL_VISIT',
  }
  assert.deepEqual(outcomes(await run('StandardWorkHours', 'StandardWorkHour', [item])), ['CREATED'])
  assert.deepEqual(outcomes(await run('StandardWorkHours', 'StandardWorkHour', [item])), ['UNCHANGED'])
  const longer = { ...item, endAtTime: '13:00' }
  assert.deepEqual(outcomes(await run('StandardWorkHours', 'StandardWorkHour', [longer])), ['UPDATED'])
  const lost = { ...item, providerExternalId: external('none') }
  const [refused] = await run('StandardWorkHours', 'StandardWorkHour', [lost])
  assert.deepEqual(refused?.violations, [{ path: 'input.0.providerExternalId', rule: 'NOT_FOUND' }])
})

test('work hours that say nothing of services keep those they have; null opens them to every service', async () => {
  const item = {
    ...{
      externalId: external('quiet'),
      providerExternalId: external('1'),
      locationExternalId: external('1'),
    },
    ...{ weekday: 'TUESDAY', startAtTime: '08:00', endAtTime: '12:00', visitType: 'PHYSICAL_VISIT' },
  }
  const outcome = async (more: object) =>
    outcomes(await run('StandardWorkHours', 'StandardWorkHour', [{ ...item, ...more }]))
  assert.deepEqual(await outcome({ serviceExternalIds: [external('1')] }), ['CREATED'])
  assert.deepEqual(await outcome({}), ['UNCHANGED'])
  assert.deepEqual(await outcome({ serviceExternalIds: [external('1')] }), ['UNCHANGED'])
  assert.deepEqual(await outcome({ serviceIds: null }), ['UPDATED'])
  assert.deepEqual(await outcome({ serviceExternalIds: [] }), ['UNCHANGED'])
})

/** An appointment of ten days' length that was over long ago. */
const stay = (clinic: TestClinic, value: string, more: object = {}) => ({
  ...{ externalId: external(value), patientId: clinic.patientId, providerId: clinic.providerId },
  ...{ locationId: clinic.locationId, serviceId: clinic.serviceId, status: 'VISIT_COMPLETED' },
  ...{ startAt: '2001-03-01T10:00:00-05:00', untilAt: '2001-03-11T10:00:00-05:00', reason: 'stay', ...more },
})

test('past appointments come in as they were, overlapping and lasting days, and hold no time', async () => {
  for (const clinic of clinics) {
    const items = [
      stay(clinic, 'a'),
      stay(clinic, 'b'),
      stay(clinic, 'c', { status: 'NO_SHOW', deactivated: true }),
    ]
    const claims = await subgraph.count(clinic.domainId, 'time_claim')
    const first = await run('Appointments', 'Appointment', items, clinic.domainId)
    assert.deepEqual(outcomes(first), ['CREATED', 'CREATED', 'CREATED'])
    const again = await run('Appointments', 'Appointment', items, clinic.domainId)
    assert.deepEqual(outcomes(again), ['UNCHANGED', 'UNCHANGED', 'UNCHANGED'])
    assert.equal(await subgraph.count(clinic.domainId, 'time_claim'), claims)
    const query = `{ appointment(id: "${first[2]?.id}") { startAt status deactivated overbooked checkedInAt reason } }`
    const { appointment } = await subgraph.get(createIdentity({ domainId: clinic.domainId }), query)
    assert.deepEqual(appointment, {
      ...{ startAt: '2001-03-01T15:00:00.000Z', status: 'NO_SHOW', deactivated: true, overbooked: false },
      ...{ checkedInAt: null, reason: 'stay' },
    })
  }
})

test('a changed appointment is updated, and one that refers to nothing is refused', async () => {
  const [clinic] = clinics
  const items = [
    stay(clinic, 'a', { note: 'late', checkedInAt: '2001-03-01T15:05:00Z' }),
    stay(clinic, 'd', {
      patientId: '4711',
      providerId: '99',
      locationId: null,
      untilAt: '2001-01-01T00:00:00Z',
    }),
  ]
  const results = await run('Appointments', 'Appointment', items)
  assert.deepEqual(outcomes(results), ['UPDATED', 'REFUSED'])
  assert.deepEqual(results[1]?.violations.map(({ path, rule }) => `${path} ${rule}`).toSorted(), [
    ...['input.1.locationId REQUIRED', 'input.1.patientId NOT_FOUND', 'input.1.providerId NOT_FOUND'],
    'input.1.untilAt TIMES_OUT_OF_ORDER',
  ])
})

test('future live appointments take the time that is free, and are overbooked where there is none', async () => {
  const [clinic] = clinics
  const { startAt, untilAt } = bookingInput(clinic, dayAhead(0), '09:00')
  const item = (value: string, status = 'BOOKED') => stay(clinic, value, { startAt, untilAt, status })
  const items = [item('f1', 'CANCELLED'), item('f2'), item('f3')]
  const results = await run('Appointments', 'Appointment', items)
  const overbooked = await Promise.all(
    results.map(async ({ id }) => {
      const found = await subgraph.get(createIdentity(), `{ appointment(id: "${id}") { overbooked } }`)
      return found.appointment.overbooked
    }),
  )
  assert.deepEqual(overbooked, [false, false, true])
  assert.equal(codeOf(await book(subgraph, clinic, dayAhead(0), '09:00')), 'SLOT_TAKEN')
  assert.deepEqual(outcomes(await run('Appointments', 'Appointment', items)), [
    'UNCHANGED',
    'UNCHANGED',
    'UNCHANGED',
  ])
})

test('two imports of the same records at once bring each in once', async () => {
  const items = Array.from({ length: 30 }, (_, at) => stay(clinics[0], `burst ${at}`))
  const before = await subgraph.count(1, 'appointment')
  const both = await Promise.all([1, 2, 3].map(() => run('Appointments', 'Appointment', items)))
  assert.equal(await subgraph.count(1, 'appointment'), before + items.length)
  assert.equal(both.flat().filter((result) => result.outcome === 'CREATED').length, items.length)
})

test('an import takes 500 items and no more, and is for the support account', async () => {
  const items = Array.from({ length: 501 }, (_, at) => stay(clinics[1], `many ${at}`))
  assert.equal((await run('Appointments', 'Appointment', items.slice(1), 2)).length, 500)
  const query =
    'mutation ($input: [ImportAppointmentInput!]!) { importAppointments(input: $input) { results { id } } }'
  assert.equal(codeOf(await subgraph.ask(createSupportIdentity(), query, { input: items })), 'BAD_USER_INPUT')
  assert.equal(codeOf(await subgraph.ask(createIdentity(), query, { input: [] })), 'FORBIDDEN')
})

test('a retried import tells again what became of each item', async () => {
  const mutations = [{ key: 'k', fingerprint: 'f', path: 'importLocations' }]
  const identity = createSupportIdentity({ mutations })
  const query = `mutation ($input: [ImportLocationInput!]!) {
    importLocations(input: $input) { results { outcome id violations { path rule } } } }`
  const input = [
    { externalId: external('r'), name: 'R' },
    { externalId: external('s'), name: '' },
  ]
  const first = await subgraph.get(identity, query, { input })
  const again = await subgraph.ask(identity, query, { input })
  assert.deepEqual(again.data, first)
  assert.equal(again.extensions?.idempotency, 'REPLAYED')
})
