import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mapContact } from './map-contact.ts'
import { mapFacility } from './map-facility.ts'
import type { RoleFacts } from './map-role.ts'
import type { Resolved } from './reference-map.ts'

const options = { source: 'urn:test', now: new Date('2026-11-24T00:00:00Z') }
const organization = {
  resourceType: 'Organization',
  id: 'o1',
  active: true,
  identifier: [{ system: 'urn:o', value: '1' }],
  type: [{ coding: [{ code: 'prov', display: 'Healthcare Provider' }], text: 'Clinic' }],
  name: 'HILLTOP MANOR',
  telecom: [
    { system: 'phone', value: '620-298-2781 ext. 12' },
    { system: 'phone', value: '6202982782' },
    { system: 'fax', value: '6202982783' },
    { system: 'url', value: 'https://hilltop.example' },
    { system: 'email', value: 'desk@hilltop.example' },
  ],
  address: [
    {
      line: ['403 S VALLEY', 'PO BOX 8'],
      city: 'CUNNINGHAM',
      state: 'KS',
      postalCode: '670358120',
      country: 'US',
    },
  ],
}

test('an organisation becomes a facility with its kind in words', () => {
  const mapped = mapFacility(organization, options)
  assert('input' in mapped)
  assert.deepEqual(mapped.input, {
    externalId: { system: 'urn:test', value: 'o1' },
    name: 'HILLTOP MANOR',
    categoryRawValue: 'Clinic',
    streetAddress1: '403 S VALLEY',
    streetAddress2: 'PO BOX 8',
    city: 'CUNNINGHAM',
    province: 'KS',
    postalCode: '670358120',
    country: 'US',
    phone: '620-298-2781',
    phoneExtension: '12',
    secondaryPhone: '6202982782',
    fax: '6202982783',
    email: 'desk@hilltop.example',
    website: 'https://hilltop.example',
  })
  assert.deepEqual(mapped.leftOut, [])
})

test('an insurance company is one, what is no longer active says so, and what is left out is told', () => {
  const mapped = mapFacility(
    {
      ...organization,
      active: false,
      partOf: { reference: 'Organization/o2' },
      type: [{ coding: [{ code: 'ins', display: 'Insurance Company' }] }, { text: 'Payer' }],
      telecom: [{ system: 'pager', value: '1' }],
    },
    options,
  )
  assert('input' in mapped)
  assert.deepEqual(
    [mapped.input.category, mapped.input.categoryRawValue],
    ['INSURANCE_AGENCY', 'Insurance Company'],
  )
  assert.deepEqual(mapped.leftOut, ['active', 'partOf', 'telecom (pager)', 'type (second and later)'])
})

test('an organisation without a name is refused', () => {
  const mapped = mapFacility({ ...organization, name: undefined }, options)
  assert.deepEqual('problems' in mapped && mapped.problems, ['it has no name'])
})

const practitioner = {
  resourceType: 'Practitioner',
  id: 'd1',
  active: true,
  identifier: [
    { type: { coding: [{ code: 'MD' }] }, value: 'L-77' },
    { system: 'http://hl7.org/fhir/sid/us-npi', value: '9' },
  ],
  name: [{ family: 'Emard', given: ['Irvin'], prefix: ['Dr.'] }],
  telecom: [{ system: 'email', value: 'irvin@example.com' }],
  gender: 'male',
}
const role: RoleFacts = {
  ...{ email: 'role@example.com', phone: '9135415000', fax: null },
  ...{ occupation: 'MEDICAL_DOCTOR', occupationText: 'General Practice Physician', specialty: 'Cardiology' },
  organization: { reference: 'Organization/o1' },
}
const resolve = (reference: unknown): Resolved =>
  (reference as { reference: string }).reference === 'Organization/o1' ? { id: '12' } : { problem: 'unknown' }

test('a practitioner becomes a contact in the facility of the first role that names one', () => {
  const elsewhere = { ...role, phone: null, organization: { reference: 'Organization/gone' } }
  const mapped = mapContact(practitioner, [elsewhere, role], options, resolve)
  assert('input' in mapped)
  assert.deepEqual(mapped.input, {
    externalId: { system: 'urn:test', value: 'd1' },
    facilityId: '12',
    firstName: 'Irvin',
    lastName: 'Emard',
    titleRawValue: 'Dr.',
    occupation: 'MEDICAL_DOCTOR',
    occupationRawValue: 'General Practice Physician',
    medicalSpecialtyRawValue: 'Cardiology',
    licenseNumber: 'L-77',
    email: 'irvin@example.com',
    phone: '9135415000',
  })
  assert.deepEqual(mapped.leftOut, ['gender', 'identifier (no licence)'])
})

test('a practitioner of no imported organisation, or of one name, is no contact', () => {
  const problemsOf = (resource: object, roles: RoleFacts[]) => {
    const mapped = mapContact({ ...practitioner, ...resource }, roles, options, resolve)
    return 'problems' in mapped ? mapped.problems.join('; ') : ''
  }
  assert.match(problemsOf({}, []), /^no role of it names an organization/)
  assert.match(problemsOf({}, [{ ...role, organization: { reference: 'Organization/gone' } }]), /^no role/)
  assert.equal(problemsOf({ name: [{ family: 'Emard' }] }, [role]), 'its name has no given name')
})
