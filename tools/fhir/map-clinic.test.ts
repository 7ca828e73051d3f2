import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mapLocation } from './map-location.ts'
import { mapProvider } from './map-provider.ts'
import { readRole } from './map-role.ts'
import type { RoleFacts } from './map-role.ts'

const options = { source: 'urn:test', now: new Date('2026-11-24T00:00:00Z') }
const generalPractice = {
  coding: [
    {
      system: 'http://nucc.org/provider-taxonomy',
      code: '208D00000X',
      display: 'General Practice Physician',
    },
  ],
  text: 'General Practice',
}
const practitioner = {
  resourceType: 'Practitioner',
  id: 'd1',
  active: true,
  name: [{ family: 'Emard', given: ['Irvin', 'Lee'], prefix: ['Dr.'] }],
  telecom: [{ system: 'email', use: 'work', value: 'Irvin.Emard@example.com' }],
}
const roleFacts: RoleFacts = {
  email: 'role@example.com',
  occupation: 'MEDICAL_DOCTOR',
  specialty: 'General Practice',
  ...{ phone: '9135415000', fax: null, occupationText: 'General Practice' },
  organization: { reference: 'Organization/o' },
}

test('a practitioner becomes a provider with what the roles say', () => {
  const mapped = mapProvider(practitioner, [roleFacts], options)
  assert('input' in mapped)
  assert.deepEqual(mapped.input, {
    externalId: { system: 'urn:test', value: 'd1' },
    firstName: 'Irvin',
    lastName: 'Emard',
    email: 'Irvin.Emard@example.com',
    title: 'DR',
    occupation: 'MEDICAL_DOCTOR',
    specialty: 'General Practice',
    deactivated: false,
  })
  assert.deepEqual(mapped.leftOut, ['name.given (second and later)'])
})

test('the e-mail address of a role stands in for that of the practitioner', () => {
  const mapped = mapProvider({ ...practitioner, telecom: [] }, [roleFacts], options)
  assert.equal('input' in mapped && mapped.input.email, 'role@example.com')
})

test('a practitioner with no e-mail address anywhere is refused, not given an invented one', () => {
  const mapped = mapProvider({ ...practitioner, telecom: [] }, [], options)
  assert.match('problems' in mapped ? mapped.problems.join() : '', /e-mail/)
})

test('a practitioner out of practice is a provider that is hidden', () => {
  const mapped = mapProvider({ ...practitioner, active: false }, [], options)
  assert.equal('input' in mapped && mapped.input.deactivated, true)
})

test('a practitioner of one name is taken by it, one without any is refused', () => {
  const named = (name: object[]) => mapProvider({ ...practitioner, name }, [], options)
  const mapped = named([{ family: 'Emard' }])
  assert.deepEqual('input' in mapped && [mapped.input.firstName, mapped.input.lastName], [undefined, 'Emard'])
  const refused = named([{ text: 'Dr. Emard' }])
  assert.match('problems' in refused ? refused.problems.join() : '', /neither a given nor a family name/)
})

test('a prefix that is none of the titles is told, languages and qualifications are taken', () => {
  const more = {
    name: [{ family: 'Emard', given: ['Irvin'], prefix: ['Prof.'] }],
    communication: [{ coding: [{ code: 'fr' }] }],
    qualification: [
      { code: { coding: [{ system: 'http://nucc.org/provider-taxonomy', code: '363LF0000X' }] } },
    ],
  }
  const mapped = mapProvider({ ...practitioner, ...more }, [], options)
  assert('input' in mapped)
  assert.equal('title' in mapped.input, false)
  assert.deepEqual([mapped.input.languages, mapped.input.occupation], [['fr'], 'NURSE_PRACTITIONER'])
  assert.deepEqual(mapped.leftOut, ['name.prefix'])
})

test('a role tells whose it is, the occupation and the specialty, and what of it is left out', () => {
  const role = readRole(
    {
      resourceType: 'PractitionerRole',
      practitioner: { identifier: { system: 'urn:npi', value: '9' } },
      organization: { reference: 'Organization/o' },
      location: [{ reference: 'Location/l' }],
      code: [generalPractice],
      specialty: [generalPractice],
      telecom: [
        { system: 'phone', value: '9135415000' },
        { system: 'email', value: 'a@example.com' },
      ],
    },
    options,
  )
  assert('facts' in role)
  assert.deepEqual(role.practitionerKeys, ['Practitioner?urn:npi|9'])
  assert.deepEqual(role.facts, {
    email: 'a@example.com',
    occupation: 'MEDICAL_DOCTOR',
    specialty: 'General Practice',
    ...{ phone: '9135415000', fax: null, occupationText: 'General Practice' },
    organization: { reference: 'Organization/o' },
  })
  assert.deepEqual(role.leftOut, ['location'])
})

test('a role of nobody or no longer in use is refused', () => {
  assert('problems' in readRole({ practitioner: { display: 'Dr. Emard' } }, options))
  assert('problems' in readRole({ practitioner: { reference: 'Practitioner/d' }, active: false }, options))
})

const location = {
  resourceType: 'Location',
  id: 'l1',
  status: 'active',
  name: 'LIFE CARE CENTER',
  telecom: [{ system: 'phone', value: '6203642117' }],
  address: {
    line: ['601 CROSS STREET', 'Floor 2'],
    city: 'BURLINGTON',
    state: 'KS',
    postalCode: '668391105',
    country: 'US',
  },
  position: { longitude: -95.742114, latitude: 38.206373 },
  managingOrganization: { identifier: { system: 'urn:o', value: '1' } },
}

test('a location keeps name, address, place and phone, and no zone that nobody stated', () => {
  const mapped = mapLocation(location, options)
  assert('input' in mapped)
  assert.deepEqual(mapped.input, {
    externalId: { system: 'urn:test', value: 'l1' },
    name: 'LIFE CARE CENTER',
    streetAddress1: '601 CROSS STREET',
    streetAddress2: 'Floor 2',
    city: 'BURLINGTON',
    region: 'KS',
    postalCode: '668391105',
    latitude: '38.206373',
    longitude: '-95.742114',
    primaryContactNumber: '6203642117',
    deactivated: false,
  })
  assert.deepEqual(mapped.leftOut, ['managingOrganization', 'address.country'])
})

test('a location that states its zone keeps it', () => {
  const extension = [
    { url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: 'America/Toronto' },
  ]
  const mapped = mapLocation({ ...location, extension }, options)
  assert.equal('input' in mapped && mapped.input.timezoneIanaName, 'America/Toronto')
})

test('a location without a name goes by its alias, else by its description', () => {
  const named = (more: object) => {
    const mapped = mapLocation({ resourceType: 'Location', id: 'h', ...more }, options)
    return 'input' in mapped ? [mapped.input.name, mapped.leftOut] : mapped.problems
  }
  assert.deepEqual(named({ alias: ['Annex'], description: 'Behind' }), ['Annex', []])
  assert.deepEqual(named({ description: "Patient's Home", mode: 'kind' }), ["Patient's Home", ['mode']])
  assert.deepEqual(named({}), ['it has neither a name nor a description'])
})

test('a location no longer in use is hidden, and one that is suspended is told', () => {
  const inactive = mapLocation({ ...location, status: 'inactive' }, options)
  assert.equal('input' in inactive && inactive.input.deactivated, true)
  const suspended = mapLocation({ ...location, status: 'suspended' }, options)
  assert.equal('input' in suspended && suspended.input.deactivated, undefined)
  assert('input' in suspended && suspended.leftOut.includes('status (suspended)'))
})
