import type { Selectable } from 'kysely'
import type { PatientRow } from './tables.ts'

export type Patient = Selectable<PatientRow>
export type PatientColumn = keyof Patient

/** Fields that have a column of their own name. */
const plain = new Set<PatientColumn>([
  'additionalAddress',
  'archived',
  'archivedAt',
  'city',
  'country',
  'createdAt',
  'dateOfBirth',
  'deceased',
  'deceasedAt',
  'draft',
  'email',
  'emailConfirmedAt',
  'emergencyFirstName',
  'emergencyLastName',
  'emergencyMiddleName',
  'emergencyPhone',
  'emergencyRelationship',
  'familyDoctor',
  'firstName',
  'gender',
  'genderIdentity',
  'genderIdentityDescription',
  'homePhone',
  'insuranceCompany',
  'insuranceGroupNumber',
  'insuranceId',
  'language',
  'lastName',
  'middleInitial',
  'middleName',
  'notifyBy',
  'officePhone',
  'officePhoneExt',
  'phone',
  'phoneConfirmedAt',
  'preferredName',
  'pronouns',
  'publicAccessAllowed',
  'referringDoctor',
  'region',
  'streetAddress',
  'title',
  'unsubscribedFromEmail',
  'unsubscribedFromSms',
  'updatedAt',
  'verified',
  'version',
  'zipcode',
])

/** Fields that are made of other columns. */
const derived: Record<string, PatientColumn[]> = {
  age: ['dateOfBirth'],
  mergedInto: ['mergedInto'],
  archivedBy: ['archivedByKind', 'archivedById'],
  fullName: ['firstName', 'middleName', 'lastName'],
  familyPractitioner: ['familyPractitionerId'],
  preferredPharmacy: ['preferredPharmacyId'],
  primaryLocation: ['primaryLocationId'],
  primaryPractitioner: ['primaryPractitionerId'],
  referringPractitioner: ['referringPractitionerId'],
}

/** The columns that must be read to answer these fields of Patient, and no others. */
export function patientColumns(fields: Set<string>): PatientColumn[] {
  const columns = new Set<PatientColumn>(['id'])
  for (const field of fields) {
    if (plain.has(field as PatientColumn)) columns.add(field as PatientColumn)
    for (const column of derived[field] ?? []) columns.add(column)
  }
  return [...columns].sort()
}
