import type { Violations } from '@commonchart/errors'
import { checkText, searchKey } from '@commonchart/subgraph'
import type { Updateable } from 'kysely'
import { addressKeys } from './contact-points.ts'
import type { PatientRow } from './tables.ts'

export type PatientValues = Updateable<PatientRow>
export type PatientInput = Record<string, unknown>

const texts = [
  'additionalAddress',
  'city',
  'country',
  'email',
  'emergencyFirstName',
  'emergencyLastName',
  'emergencyMiddleName',
  'emergencyPhone',
  'emergencyRelationship',
  'familyDoctor',
  'firstName',
  'genderIdentityDescription',
  'homePhone',
  'insuranceCompany',
  'insuranceGroupNumber',
  'insuranceId',
  'language',
  'lastName',
  'middleInitial',
  'middleName',
  'officePhone',
  'officePhoneExt',
  'phone',
  'preferredName',
  'referringDoctor',
  'region',
  'streetAddress',
  'title',
  'zipcode',
] as const
const chosen = [
  'dateOfBirth',
  'gender',
  'genderIdentity',
  'notifyBy',
  'pronouns',
  'publicAccessAllowed',
] as const
const required = new Set<string>(['firstName', 'lastName', 'dateOfBirth'])

/**
 * Reads what an input says of a patient's own columns, with the search keys that follow from them: absent stays out,
 * null clears. Adds every rule that is broken to `violations`.
 */
export function readPatientValues(input: PatientInput, violations: Violations, path: string): PatientValues {
  const values: PatientValues = {}
  for (const name of texts) {
    const value = input[name]
    if (value === undefined) continue
    const text = value as string | null
    checkText(text, { isRequired: required.has(name) }, violations, `${path}.${name}`)
    values[name] = text as string
  }
  for (const name of chosen) {
    if (input[name] === undefined) continue
    if (input[name] === null && required.has(name))
      violations.add(`${path}.${name}`, 'REQUIRED', 'A patient has a date of birth.')
    values[name] = input[name] as never
  }
  if (values.notifyBy === null) values.notifyBy = 'BOTH'
  return { ...values, ...createKeys(values), ...addressKeys(values) }
}

function createKeys(values: PatientValues): PatientValues {
  const keys: PatientValues = {}
  if (typeof values.firstName === 'string') keys.firstNameKey = searchKey(values.firstName)
  if (typeof values.lastName === 'string') keys.lastNameKey = searchKey(values.lastName)
  if (values.email !== undefined) keys.emailKey = values.email === null ? null : searchKey(values.email)
  return keys
}
