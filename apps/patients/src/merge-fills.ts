import { isDeepStrictEqual } from 'node:util'
import { searchKey } from '@commonchart/subgraph'
import { addressKeys } from './contact-points.ts'
import type { Patient, PatientColumn } from './patient-columns.ts'
import type { PatientValues } from './patient-values.ts'

/**
 * What a merge fills where the kept chart says nothing. Columns of one group make sense only together: they are filled when
 * the kept chart has none of them, so that no address is put together from two.
 */
const groups: PatientColumn[][] = [
  ['gender'],
  ['middleName'],
  ['middleInitial'],
  ['preferredName'],
  ['title'],
  ['genderIdentity', 'genderIdentityDescription'],
  ['pronouns'],
  ['language'],
  ['email', 'emailConfirmedAt'],
  ['phone', 'phoneConfirmedAt'],
  ['homePhone'],
  ['officePhone', 'officePhoneExt'],
  ['streetAddress', 'additionalAddress', 'city', 'region', 'zipcode', 'country'],
  [
    ...(['emergencyFirstName', 'emergencyMiddleName', 'emergencyLastName'] as const),
    ...(['emergencyPhone', 'emergencyRelationship'] as const),
  ],
  ['familyDoctor'],
  ['referringDoctor'],
  ['insuranceCompany', 'insuranceGroupNumber', 'insuranceId'],
  ['primaryLocationId'],
  ['primaryPractitionerId'],
  ['familyPractitionerId'],
  ['referringPractitionerId'],
  ['preferredPharmacyId'],
]

const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === ''

/** What of the kept chart is empty and known of the merged one. */
export function findFills(kept: Patient, merged: Patient): [PatientColumn, unknown][] {
  return groups
    .filter((group) => group.every((column) => isEmpty(kept[column])))
    .flatMap((group) => group.filter((column) => !isEmpty(merged[column])))
    .map((column) => [column, merged[column]])
}

/** The columns to write for what is filled, with the keys that follow from them. */
export function fillValues(fills: [PatientColumn, unknown][]): PatientValues {
  const values = Object.fromEntries(fills) as PatientValues
  const emailKey = typeof values.email === 'string' ? { emailKey: searchKey(values.email) } : {}
  return { ...values, ...addressKeys(values), ...emailKey }
}

/** The columns to write so that what was filled is empty again, unless it was changed since. */
export function emptyValues(kept: Patient, filled: Record<string, unknown>): PatientValues {
  const values: Record<string, null> = {}
  for (const [column, value] of Object.entries(filled)) {
    const now: unknown = JSON.parse(JSON.stringify(kept[column as PatientColumn] ?? null))
    if (isDeepStrictEqual(now, value)) values[column] = null
  }
  return { ...values, ...addressKeys(values), ...('email' in values && { emailKey: null }) }
}

/** A value as text, for those who are shown it. */
export function fillText(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value)
}
