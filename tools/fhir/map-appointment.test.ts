import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mapAppointment } from './map-appointment.ts'
import { createServiceCensus, serviceOf } from './map-service.ts'
import { createReferenceMap } from './reference-map.ts'

const snomed = 'http://snomed.info/sct'
const act = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
const period = { start: '1989-10-04T02:25:16-04:00', end: '1989-10-04T06:20:16-04:00' }
const encounter = {
  resourceType: 'Encounter',
  id: 'e1',
  status: 'finished',
  class: { system: act, code: 'AMB' },
  type: [{ coding: [{ system: snomed, code: '185347001' }], text: 'Encounter for problem' }],
  subject: { reference: 'Patient/p' },
  participant: [{ individual: { reference: 'Practitioner/d' } }],
  period,
  location: [{ location: { reference: 'Location/l' } }],
  reasonCode: [{ coding: [{ code: '1', display: 'Cough' }] }, { text: 'Fever' }],
}

function map(more: object) {
  const references = createReferenceMap()
  references.add('Patient', { id: 'p', identifiers: [] }, '1')
  references.add('Practitioner', { id: 'd', identifiers: [] }, '2')
  references.add('PractitionerRole', { id: 'r', identifiers: [] }, '3')
  references.add('Location', { id: 'l', identifiers: [] }, '4')
  references.add('Organization', { id: 'o', identifiers: [] }, '5')
  references.add(
    'HealthcareService',
    { id: null, identifiers: [{ system: snomed, value: '185347001' }] },
    '6',
  )
  references.add('HealthcareService', { id: null, identifiers: [{ system: act, value: 'VR' }] }, '7')
  return mapAppointment({ ...encounter, ...more }, { source: 'urn:test', now: new Date() }, references)
}

function inputOf(more: object) {
  const mapped = map(more)
  assert('input' in mapped, JSON.stringify(mapped))
  return mapped.input
}

function problemsOf(more: object): string {
  const mapped = map(more)
  return 'problems' in mapped ? mapped.problems.join('; ') : ''
}

test('an encounter becomes the appointment that it was', () => {
  assert.deepEqual(map({}), {
    input: {
      externalId: { system: 'urn:test', value: 'e1' },
      patientId: '1',
      providerId: '2',
      locationId: '4',
      serviceId: '6',
      startAt: period.start,
      untilAt: period.end,
      status: 'VISIT_COMPLETED',
      visitType: 'PHYSICAL_VISIT',
      reason: 'Cough; Fever',
    },
    leftOut: [],
  })
})

for (const [status, expected] of Object.entries({
  planned: 'BOOKED',
  arrived: 'ARRIVED',
  triaged: 'IN_ROOM',
  'in-progress': 'BEING_SEEN',
  onleave: 'BEING_SEEN',
  finished: 'VISIT_COMPLETED',
  cancelled: 'CANCELLED',
  noshow: 'NO_SHOW',
})) {
  test(`an encounter that is ${status} becomes an appointment that is ${expected}`, () => {
    assert.equal(inputOf({ status }).status, expected)
  })
}

test('a virtual encounter without a type is a virtual visit of the service of its class', () => {
  const { visitType, serviceId } = inputOf({ class: { system: act, code: 'VR' }, type: undefined })
  assert.deepEqual([visitType, serviceId], ['VIRTUAL_VISIT', '7'])
})

test('the primary performer comes before the attender and the attender before others; a role leads to its provider', () => {
  const took = (code: string, reference: string) => ({
    type: [{ coding: [{ code }] }],
    individual: { reference },
  })
  const participant = [
    took('PART', 'Practitioner/d'),
    took('ATND', 'Practitioner/x'),
    took('PPRF', 'PractitionerRole/r'),
  ]
  assert.equal(inputOf({ participant }).providerId, '3')
  assert.equal(inputOf({ participant: participant.slice(0, 2) }).providerId, '2')
})

test('the location of the organisation that served stands in where none is named', () => {
  const serviceProvider = { reference: 'Organization/o' }
  assert.equal(inputOf({ location: undefined, serviceProvider }).locationId, '5')
  assert.match(problemsOf({ location: undefined }), /location cannot be found: none is named/)
  assert.match(
    problemsOf({ location: [{ location: { reference: 'Location/x' } }], serviceProvider }),
    /not among/,
  )
})

test('an end that is not said is the start and the length, where a length is said', () => {
  const open = { start: period.start }
  assert.equal(
    inputOf({ period: open, length: { value: 30, code: 'min' } }).untilAt,
    '1989-10-04T06:55:16.000Z',
  )
  assert.match(problemsOf({ period: open }), /at which instant it ended/)
})

const refused: [string, object, RegExp][] = [
  [
    'a day instead of an instant',
    { period: { start: '1989-10-04', end: '1989-10-05' } },
    /at which instant it began/,
  ],
  ['no period', { period: undefined }, /at which instant it began/],
  ['an end before its start', { period: { start: period.end, end: period.start } }, /ends no later/],
  ['a group as its subject', { subject: { reference: 'Group/g' } }, /names a Group/],
  ['nobody who took part', { participant: [] }, /nobody/],
  ['neither type nor class', { type: [], class: undefined }, /neither a type nor a class/],
  ['a status of an error', { status: 'entered-in-error' }, /entered-in-error/],
  ['an unknown status', { status: 'unknown' }, /unknown/],
  ['no status', { status: undefined }, /none/],
]

for (const [what, more, reason] of refused) {
  test(`an encounter with ${what} is refused with that reason`, () => {
    assert.match(problemsOf(more), reason)
  })
}

test('a stay of days, over a change of the clock too, is an appointment as long', () => {
  const long = { start: '2014-10-26T00:30:00-04:00', end: '2014-11-26T00:15:00-05:00' }
  assert.equal(inputOf({ period: long }).untilAt, long.end)
})

test('a service is known by its code and named by the name that is written most', () => {
  const census = createServiceCensus()
  const typed = (text: string) => ({ ...encounter, type: [{ ...encounter.type[0], text }] })
  census.add(typed('Encounter for problem'))
  census.add(typed('Encounter for problem (procedure)'))
  census.add(typed('Encounter for problem (procedure)'))
  census.add({ ...encounter, type: undefined, class: undefined })
  assert.deepEqual(census.services(), [
    { externalId: { system: snomed, value: '185347001' }, name: 'Encounter for problem (procedure)' },
  ])
})

test('an encounter class without words is named by what the code means', () => {
  assert.equal(serviceOf({ class: { system: act, code: 'AMB' } })?.name, 'Ambulatory')
  assert.equal(serviceOf({ class: { code: 'XYZ' } })?.name, 'XYZ')
})
