import type { BaseTables } from '@commonchart/database'
import type { InternalApiConsumerRow } from '@commonchart/subgraph'
import type { ColumnType, Generated } from 'kysely'
import type { LifecycleTables } from './lifecycle-tables.ts'
import type {
  GroupVisitProviderRow,
  GroupVisitRow,
  UserGroupMemberRow,
  UserGroupRow,
} from './group-tables.ts'
import type { AppointmentStatus, LocalizedText, OccupationName, ProviderTitle, VisitType } from './names.ts'

/** What every record that can be changed carries. */
export interface ChangingRow {
  domainId: number
  deactivated: boolean
  version: number
  createdAt: Date
  updatedAt: Date
}

export interface LocationRow extends ChangingRow {
  id: number
  name: string
  internalName: string | null
  description: string | null
  groupLabel: string | null
  color: string | null
  streetAddress1: string | null
  streetAddress2: string | null
  city: string | null
  region: string | null
  postalCode: string | null
  latitude: string | null
  longitude: string | null
  isPrimary: boolean
  isPublic: boolean
  primaryContactNumber: string | null
  primaryEmail: string | null
  primaryFaxNumber: string | null
  zone: string
  nameKey: string
}

export interface ProviderRow extends ChangingRow {
  id: number
  firstName: string | null
  lastName: string | null
  title: ProviderTitle | null
  occupation: OccupationName | null
  specialty: string | null
  licenseNumber: string | null
  licensingBody: string | null
  billingNumber: string | null
  email: string
  languages: string[]
  /** Whether the provider has work hours that are not deactivated; kept by those who change them. */
  hasSchedule: boolean
  /** Last name, then first name. */
  nameKey: string
  firstNameKey: string | null
  lastNameKey: string | null
  licenseNumberKey: string | null
  billingNumberKey: string | null
  emailKey: string
}

export interface ProviderLanguageRow {
  domainId: number
  languageKey: string
  providerId: number
}

export interface ServiceRow extends ChangingRow {
  id: number
  name: string
  shortDescription: string | null
  longDescription: string | null
  localizedName: ColumnType<LocalizedText[], string, string>
  localizedShortDescription: ColumnType<LocalizedText[], string, string>
  localizedLongDescription: ColumnType<LocalizedText[], string, string>
  color: string | null
  icon: string | null
  slotLength: number
  minRequestableInterval: number
  minRequestableIntervalType: string
  maxRequestableDays: number | null
  allowNewPatient: boolean
  allowExistingPatient: boolean
  patientDefaultStatus: AppointmentStatus
  providerDefaultStatus: AppointmentStatus
  nameKey: string
}

export interface ServiceNameRow {
  domainId: number
  nameKey: string
  serviceId: number
}

export interface StandardWorkHourRow extends ChangingRow {
  id: number
  providerId: number
  locationId: number
  weekday: number
  startMinute: number
  endMinute: number
  visitType: VisitType
  slot: number
  intervalMinutes: number
  stacking: boolean
  showIntervalsOnSchedule: boolean
  color: string | null
}

export interface StandardWorkHourServiceRow {
  domainId: number
  workHourId: number
  serviceId: number
}

/** Dated hours; days are `YYYY-MM-DD`. */
export interface FlexibleWorkHourRow extends ChangingRow {
  id: number
  providerId: number
  locationId: number
  startDay: string
  endDay: string
  startMinute: number
  endMinute: number
  visitType: VisitType
  slot: number
  intervalMinutes: number
  stacking: boolean
  color: string | null
}

export interface OffTimeRow extends ChangingRow {
  id: number
  providerId: number
  startsAt: Date
  endsAt: Date
  startWall: string
  endWall: string
  zone: string
  name: string | null
  memo: string | null
  color: string | null
}

export interface ExternalIdRow {
  domainId: number
  type: string
  system: string
  value: string
  recordId: string
}

export interface PatientRefRow {
  domainId: number
  id: string
  state: 'ACTIVE' | 'ARCHIVED'
  mergedInto: string | null
  version: number
}

/** A merge of patients that was taken in. */
export interface PatientMergeRow {
  domainId: number
  id: string
  keptId: string
  mergedId: string
  undone: boolean
}

export interface PatientMergeMoveRow {
  domainId: number
  mergeId: string
  appointmentId: string
}

/** An announcement that a patient's record is about to be closed. */
export interface PatientClosingRow {
  domainId: number
  patientId: string
  version: number
  closings: number
}

export interface AppointmentRow extends ChangingRow {
  id: Generated<string>
  patientId: string
  locationId: number
  providerId: number
  /** Only appointments of a group visit may have none. */
  serviceId: number | null
  groupVisitId: string | null
  startsAt: Date
  endsAt: Date
  startWall: string
  endWall: string
  zone: string
  status: AppointmentStatus
  visitType: VisitType
  note: string | null
  reason: string | null
  checkedInAt: Date | null
  overbooked: boolean
  cancelReason: string | null
  cancelledAt: Date | null
  cancelledByKind: 'CONSUMER' | 'INTERNAL' | null
  cancelledById: string | null
  overrideReason: string | null
  /** Opens the virtual visit; made when the appointment first becomes one. */
  accessCode: ColumnType<string | null, string | null | undefined, string | null>
}

export interface DraftAppointmentRow {
  domainId: number
  id: Generated<string>
  locationId: number
  providerId: number
  serviceId: number | null
  startsAt: Date
  endsAt: Date
  startWall: string
  endWall: string
  zone: string
  expiresAt: Date
  createdByKind: 'CONSUMER' | 'INTERNAL'
  createdById: string
  version: number
  createdAt: Date
  updatedAt: Date
}

export interface TimeClaimRow {
  domainId: number
  id: Generated<string>
  resource: string
  lane: number
  during: string
  holderKind: 'appointment' | 'draft' | 'group_visit'
  holderId: string
}

export interface Tables extends BaseTables, LifecycleTables {
  location: LocationRow
  provider: ProviderRow
  providerLanguage: ProviderLanguageRow
  service: ServiceRow
  serviceName: ServiceNameRow
  standardWorkHour: StandardWorkHourRow
  standardWorkHourService: StandardWorkHourServiceRow
  flexibleWorkHour: FlexibleWorkHourRow
  flexibleWorkHourService: StandardWorkHourServiceRow
  offTime: OffTimeRow
  externalId: ExternalIdRow
  patientRef: PatientRefRow
  patientMerge: PatientMergeRow
  patientMergeMove: PatientMergeMoveRow
  patientClosing: PatientClosingRow
  appointment: AppointmentRow
  draftAppointment: DraftAppointmentRow
  groupVisit: GroupVisitRow
  groupVisitProvider: GroupVisitProviderRow
  userGroup: UserGroupRow
  userGroupMember: UserGroupMemberRow
  timeClaim: TimeClaimRow
  internalApiConsumer: InternalApiConsumerRow
}

/** The tables that hold no domain's data and so have no row-level security. */
export const globalTables = ['domain_ref']
