import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mapPatient } from './map-patient.ts'
import type { PatientInput } from './map-patient.ts'

const now = new Date('2026-11-24T00:00:00Z')
const base = {
  resourceType: 'Patient',
  id: 'p1',
  name: [{ use: 'official', family: 'Upton', given: ['Marine', 'Ai'], prefix: ['Mrs.'] }],
  gender: 'female',
  birthDate: '1927-05-21',
}

function map(more: object) {
  return mapPatient({ ...base, ...more }, { source: 'urn:test', now }, (reference) =>
    JSON.stringify(reference) === '{"reference":"Practitioner/d"}' ? { id: '7' } : { problem: 'unknown' },
  )
}

function inputOf(more: object): PatientInput {
  const mapped = map(more)
  assert('input' in mapped, JSON.stringify(mapped))
  return mapped.input
}

function leftOutOf(more: object): string[] {
  const mapped = map(more)
  return 'input' in mapped ? mapped.leftOut : []
}

function problemsOf(more: object): string {
  const mapped = map(more)
  return 'problems' in mapped ? mapped.problems.join('; ') : ''
}

test('a patient keeps its name, birth date, gender and where it came from', () => {
  assert.deepEqual(inputOf({}), {
    externalId: { system: 'urn:test', value: 'p1' },
    firstName: 'Marine',
    middleName: 'Ai',
    lastName: 'Upton',
    title: 'Mrs.',
    dateOfBirth: '1927-05-21',
    gender: 'FEMALE',
    identifications: [],
  })
})

test('a patient without an id is remembered by its first identifier with a system', () => {
  const identifier = [{ value: 'no system' }, { system: 'urn:mrn', value: '12' }]
  assert.deepEqual(inputOf({ id: undefined, identifier }).externalId, { system: 'urn:mrn', value: '12' })
  assert.match(problemsOf({ id: undefined }), /neither an id nor an identifier/)
})

test('the name in force is chosen, a nickname is the preferred name and those borne before are kept', () => {
  const name = [
    { use: 'maiden', family: 'Ai', given: ['Marine'] },
    { use: 'nickname', given: ['Mari'] },
    { use: 'official', family: 'Old', given: ['Marine'], period: { end: '2000-01-01' } },
    { use: 'usual', family: 'Upton', given: ['Marine'], suffix: ['PhD'] },
  ]
  const { lastName, preferredName, formerNames } = inputOf({ name })
  assert.deepEqual([lastName, preferredName], ['Upton', 'Mari'])
  assert.deepEqual(formerNames, [{ lastName: 'Ai' }, { lastName: 'Old', until: '2000-01-01' }])
  assert.deepEqual(leftOutOf({ name }), ['name.suffix'])
  const another = [...name, { use: 'temp', family: 'Guest', given: ['Marine'] }]
  assert.deepEqual(leftOutOf({ name: another }), ['name (temp)', 'name.suffix'])
})

const refused: [string, object, RegExp][] = [
  ['no name', { name: undefined }, /no name/],
  ['a name as one text', { name: [{ text: 'Marine Upton' }] }, /not parted into given and family/],
  ['no given name', { name: [{ family: 'Upton' }] }, /no given name/],
  ['no family name', { name: [{ given: ['Marine'] }] }, /no family name/],
  ['an empty name', { name: [{}] }, /not parted into given and family/],
  ['a record that took its place', { link: [{ type: 'replaced-by' }] }, /replaced-by/],
  ['no birth date', { birthDate: undefined }, /no birth date/],
  ['a birth year alone', { birthDate: '1927' }, /partial/],
  ['a birth month alone', { birthDate: '1927-05' }, /partial/],
  ['a birth date that is none', { birthDate: '1927-02-30' }, /no date/],
  ['a birth date in another form', { birthDate: '21.5.1927' }, /no date/],
  ['a gender outside the value set', { gender: 'f' }, /gender is none of/],
]

for (const [what, more, reason] of refused) {
  test(`a patient with ${what} is refused with that reason`, () => {
    assert.match(problemsOf(more), reason)
  })
}

test('every reason is told at once', () => {
  assert.match(problemsOf({ name: undefined, birthDate: '1927' }), /no name; .*partial/)
})

test('a gender that is unknown or unsaid stays unsaid, and other is other', () => {
  assert.equal('gender' in inputOf({ gender: 'unknown' }), false)
  assert.equal('gender' in inputOf({ gender: undefined }), false)
  assert.equal(inputOf({ gender: 'other' }).gender, 'OTHER')
})

test('phones go by their use, in any writing, with the extension apart; old ones are told', () => {
  const telecom = [
    { system: 'phone', use: 'home', value: '555-810-7203', rank: 2 },
    { system: 'phone', use: 'home', value: '5558107204', rank: 1 },
    { system: 'phone', use: 'mobile', value: '+1 (555) 810-7205' },
    { system: 'phone', use: 'work', value: '555 810 7206 ext. 12' },
    { system: 'phone', use: 'old', value: '5558107207' },
    { system: 'email', value: 'marine@example.com' },
    { system: 'fax', value: '5558107208' },
  ]
  const { homePhone, phone, officePhone, officePhoneExt, email } = inputOf({ telecom })
  assert.deepEqual(
    [homePhone, phone, officePhone, officePhoneExt, email],
    ['5558107204', '+1 (555) 810-7205', '555 810 7206', '12', 'marine@example.com'],
  )
  assert.deepEqual(leftOutOf({ telecom }), [
    'telecom (home phone)',
    'telecom (fax)',
    'telecom (old or empty)',
  ])
})

test('what is no phone number and no e-mail address is left out, and the patient goes in', () => {
  const telecom = [
    { system: 'phone', use: 'home', value: 'ask the neighbour' },
    { system: 'email', value: 'none' },
  ]
  const input = inputOf({ telecom })
  assert.equal('homePhone' in input || 'email' in input, false)
})

test('the home address in force is taken line by line, postal codes as they are written', () => {
  const address = [
    { use: 'old', line: ['1 Old Street'], city: 'Gone' },
    {
      use: 'home',
      line: ['633 Abernathy Landing', 'Unit 3', 'Back'],
      city: 'Emporia',
      state: 'KS',
      postalCode: '668011234',
      country: 'US',
    },
  ]
  const { streetAddress, additionalAddress, city, region, zipcode, country } = inputOf({ address })
  assert.deepEqual(
    [streetAddress, additionalAddress, city, region, zipcode, country],
    ['633 Abernathy Landing', 'Unit 3, Back', 'Emporia', 'KS', '668011234', 'US'],
  )
  assert.deepEqual(leftOutOf({ address }), ['address (old)'])
})

test('the preferred language is taken by its code', () => {
  const speaks = (code: string, preferred?: boolean) => ({ language: { coding: [{ code }] }, preferred })
  assert.equal(inputOf({ communication: [speaks('en-US')] }).language, 'en-US')
  assert.equal(inputOf({ communication: [speaks('en-US'), speaks('pl', true)] }).language, 'pl')
})

test('an emergency contact is taken and other contacts are told', () => {
  const contact = [
    {
      relationship: [{ coding: [{ code: 'N', display: 'Next-of-Kin' }] }],
      name: { family: 'Kin', given: ['Next'] },
    },
    {
      relationship: [{ coding: [{ code: 'C' }] }, { coding: [{ code: 'SPS', display: 'Spouse' }] }],
      name: { family: 'Upton', given: ['Rocky'] },
      telecom: [{ system: 'phone', value: '5558107203' }],
    },
  ]
  const input = inputOf({ contact })
  assert.deepEqual(
    [input.emergencyFirstName, input.emergencyLastName, input.emergencyPhone, input.emergencyRelationship],
    ['Rocky', 'Upton', '5558107203', 'Spouse'],
  )
  assert.deepEqual(leftOutOf({ contact }), ['contact (other than the emergency contact)'])
})

test('the practitioner is the first who is known, and told when none is', () => {
  const generalPractitioner = [{ reference: 'Practitioner/gone' }, { reference: 'Practitioner/d' }]
  assert.equal(inputOf({ generalPractitioner }).primaryPractitionerId, '7')
  assert.deepEqual(leftOutOf({ generalPractitioner: [{ reference: 'Practitioner/gone' }] }), [
    'generalPractitioner (not among those imported)',
  ])
})

test('identifiers of a type are identifications, those of no type or no longer in use are told', () => {
  const identifier = [
    { system: 'urn:server', value: 'p1' },
    {
      type: { coding: [{ code: 'SS', display: 'Social Security Number' }] },
      system: 'urn:ssn',
      value: '999-94-5397',
    },
    { type: { text: 'Passport Number' }, system: 'urn:pass', value: 'X1', use: 'old' },
    {
      type: { text: 'Passport Number' },
      system: 'urn:pass',
      value: 'X2',
      use: 'old',
      period: { start: '2001', end: '2011-03-04T00:00:00Z' },
    },
  ]
  assert.deepEqual(inputOf({ identifier }).identifications, [
    { system: 'urn:ssn', name: 'Social Security Number', value: '999-94-5397' },
    { system: 'urn:pass', name: 'Passport Number', value: 'X2', endAt: '2011-03-04' },
  ])
  assert.deepEqual(leftOutOf({ identifier }), [
    'identifier (of no type)',
    'identifier (old, temporary or incomplete)',
  ])
})

test('that a patient has died is kept, as exactly as it is known', () => {
  const death = (more: object) => {
    const { deceased, deceasedAt } = inputOf(more)
    return [deceased, deceasedAt]
  }
  assert.deepEqual(death({}), [undefined, undefined])
  assert.deepEqual(death({ deceasedBoolean: true }), [true, undefined])
  assert.deepEqual(death({ deceasedBoolean: false }), [false, undefined])
  assert.deepEqual(death({ deceasedDateTime: '1989-05-09T20:35:22-04:00' }), [undefined, '1989-05-09'])
  assert.deepEqual(death({ deceasedDateTime: '1989-05' }), [undefined, '1989-05'])
  assert.deepEqual(leftOutOf({ deceasedDateTime: 'long ago' }), ['deceasedDateTime (no date)'])
})

test('elements without a place are named, extensions by their address; what says nothing is not', () => {
  const more = {
    maritalStatus: { text: 'Married' },
    active: true,
    multipleBirthBoolean: false,
    extension: [{ url: 'http://example.org/race' }],
  }
  assert.deepEqual(leftOutOf(more), ['maritalStatus', 'extension http://example.org/race'])
  assert.deepEqual(leftOutOf({ active: false, multipleBirthInteger: 2 }), ['active', 'multipleBirthInteger'])
})
