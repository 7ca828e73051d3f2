import type { BaseTables } from '@commonchart/database'
import type { InternalApiConsumerRow } from '@commonchart/subgraph'
import type { ColumnType, Generated } from 'kysely'
import type { DirectoryTables } from './directory-tables.ts'
import type { PatientDataTables } from './patient-data/tables.ts'

/** A date comes as `YYYY-MM-DD`. */
type Day = string

export interface PatientRow {
  domainId: number
  id: Generated<string>
  version: Generated<number>
  createdAt: Date
  updatedAt: Date
  archived: Generated<boolean>
  archivedAt: Date | null
  archivedByKind: 'CONSUMER' | 'INTERNAL' | null
  archivedById: string | null
  deceased: boolean | null
  deceasedAt: string | null
  zipcodeKey: string | null
  regionCode: string | null
  firstName: string
  firstNameKey: string
  lastName: string
  lastNameKey: string
  middleName: string | null
  middleInitial: string | null
  preferredName: string | null
  title: string | null
  dateOfBirth: Day
  gender: string | null
  genderIdentity: string | null
  genderIdentityDescription: string | null
  pronouns: string | null
  language: string | null
  email: string | null
  emailKey: string | null
  emailConfirmedAt: Date | null
  phone: string | null
  phoneConfirmedAt: Date | null
  homePhone: string | null
  officePhone: string | null
  officePhoneExt: string | null
  notifyBy: Generated<string>
  unsubscribedFromEmail: Generated<boolean>
  unsubscribedFromSms: Generated<boolean>
  streetAddress: string | null
  additionalAddress: string | null
  city: string | null
  region: string | null
  zipcode: string | null
  country: string | null
  emergencyFirstName: string | null
  emergencyMiddleName: string | null
  emergencyLastName: string | null
  emergencyPhone: string | null
  emergencyRelationship: string | null
  familyDoctor: string | null
  referringDoctor: string | null
  insuranceCompany: string | null
  insuranceGroupNumber: string | null
  insuranceId: string | null
  primaryLocationId: number | null
  primaryPractitionerId: number | null
  familyPractitionerId: number | null
  referringPractitionerId: number | null
  preferredPharmacyId: number | null
  publicAccessAllowed: boolean | null
  draft: Generated<boolean>
  verified: Generated<boolean>
  /** The chart in which this one goes on. */
  mergedInto: string | null
}

/** A name that a patient bore before; a part that is null was no other. */
export interface FormerNameRow {
  domainId: number
  id: Generated<string>
  patientId: string
  lastName: string | null
  lastNameKey: string | null
  firstName: string | null
  firstNameKey: string | null
  until: Day | null
  createdAt: Generated<Date>
}

export interface PatientPhoneRow {
  domainId: number
  digits: string
  patientId: string
}

/** The definition of one further datum of an identification. */
export interface CustomDataDefinition {
  uuid: string
  name: string
  nameFr?: string | null
  type: string | null
  valueFormat: string | null
}

export interface IdentificationTemplateRow {
  domainId: number
  id: number
  version: Generated<number>
  name: string
  paymentIssuerCode: string | null
  autoGenerate: Generated<boolean>
  primary: Generated<boolean>
  required: Generated<boolean>
  nameFr: string | null
  valueFormat: string | null
  healthCard: string | null
  refuseInvalid: Generated<boolean>
  deactivated: Generated<boolean>
  customData: ColumnType<CustomDataDefinition[], string | undefined, string>
}

export interface IdentificationRow {
  domainId: number
  id: Generated<string>
  patientId: string
  templateId: number | null
  value: string
  valueKey: string
  code: string | null
  name: string | null
  paymentIssuerCode: string | null
  isPrimary: Generated<boolean>
  startAt: Day | null
  endAt: Day | null
  customData: ColumnType<Record<string, string | null>, string | undefined, string>
  createdAt: Date
  updatedAt: Date
}

export interface StatusTagRow {
  domainId: number
  id: number
  version: Generated<number>
  name: string
  nameKey: Generated<string>
  nameFr: string | null
  nameFrKey: Generated<string>
  deactivated: Generated<boolean>
  color: string | null
  createdAt: Date
  updatedAt: Date
}

export interface PatientStatusTagRow {
  domainId: number
  statusTagId: number
  patientId: string
}

/** What patients knows of a record that appointments owns. */
export interface ReferenceRow {
  domainId: number
  id: number
  name: string
  nameKey: string
  state: string
  version: number
}

/** What patients knows of a provider beside that: by what one is found and sorted. */
export interface ProviderReferenceRow extends ReferenceRow {
  emailKey: string | null
  lastNameKey: string | null
}

export interface ExternalIdRow {
  domainId: number
  type: string
  system: string
  value: string
  recordId: string
  fingerprint: string
}

/** One thing that a patient can be found by. */
export interface PatientTermRow {
  domainId: number
  kind: string
  term: string
  patientId: string
}

/** A merge: what moved and what was filled, so that it can be undone. */
export interface PatientMergeRow {
  domainId: number
  id: Generated<string>
  keptId: string
  mergedId: string
  mergedAt: Date
  unmergedAt: Date | null
  moved: ColumnType<Record<string, Record<string, string>[]>, string, string>
  filled: ColumnType<Record<string, unknown>, string, string>
  archivedBefore: ColumnType<Record<string, unknown>, string, string>
}

export interface Tables extends BaseTables, DirectoryTables, PatientDataTables {
  patient: PatientRow
  patientPhone: PatientPhoneRow
  formerName: FormerNameRow
  patientTerm: PatientTermRow
  patientMerge: PatientMergeRow
  internalApiConsumer: InternalApiConsumerRow
  identification: IdentificationRow
  identificationTemplate: IdentificationTemplateRow
  statusTag: StatusTagRow
  patientStatusTag: PatientStatusTagRow
  locationRef: ReferenceRow
  providerRef: ProviderReferenceRow
  externalId: ExternalIdRow
}
