import type { Generated } from 'kysely'

export interface FacilityRow {
  domainId: number
  id: number
  version: Generated<number>
  createdAt: Date
  updatedAt: Date
  readOnly: Generated<boolean>
  name: string
  category: string | null
  categoryRawValue: string | null
  categoryRawKey: string | null
  streetAddress1: string | null
  streetAddress2: string | null
  city: string | null
  cityKey: string | null
  province: string | null
  postalCode: string | null
  postalCodeKey: string | null
  country: string | null
  latitude: number | null
  longitude: number | null
  phone: string | null
  phoneDigits: string | null
  phoneExt: string | null
  secondaryPhone: string | null
  secondaryPhoneExt: string | null
  fax: string | null
  faxDigits: string | null
  email: string | null
  emailKey: string | null
  website: string | null
  comments: string | null
}

export interface FacilityNameRow {
  domainId: number
  nameKey: string
  facilityId: number
}

export interface ContactRow {
  domainId: number
  id: number
  version: Generated<number>
  createdAt: Date
  updatedAt: Date
  readOnly: Generated<boolean>
  facilityId: number
  firstName: string
  lastName: string
  lastNameKey: string
  title: string | null
  titleRawValue: string | null
  occupation: string | null
  occupationRawValue: string | null
  occupationRawKey: string | null
  medicalSpecialty: string | null
  medicalSpecialtyRawValue: string | null
  jurisdiction: string | null
  jurisdictionRawValue: string | null
  licenseNumber: string | null
  billingCode: string | null
  billingCodeKey: string | null
  email: string | null
  phone: string | null
  phoneExtension: string | null
  fax: string | null
  faxDigits: string | null
  comments: string | null
}

export interface ContactNameRow {
  domainId: number
  nameKey: string
  contactId: number
}

export interface CareTeamRoleRow {
  domainId: number
  uuid: string
  version: Generated<number>
  name: string
  nameKey: string
  description: string | null
  position: number
  archived: Generated<boolean>
  archivedById: number | null
}

/** Somebody who takes care of a patient: a provider or a contact, never both. */
export interface CareTeamMemberRow {
  domainId: number
  id: Generated<string>
  version: Generated<number>
  createdAt: Date
  updatedAt: Date
  patientId: string
  roleUuid: string | null
  providerId: number | null
  contactId: number | null
}

/** The tables of the address book and of care teams. */
export interface DirectoryTables {
  facility: FacilityRow
  facilityName: FacilityNameRow
  contact: ContactRow
  contactName: ContactNameRow
  careTeamRole: CareTeamRoleRow
  careTeamMember: CareTeamMemberRow
}
