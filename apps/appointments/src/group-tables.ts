import type { ColumnType, Generated } from 'kysely'
import type { AppointmentStatus, MassMatch, VisitType } from './names.ts'
import type { ChangingRow } from './tables.ts'

export interface GroupVisitRow extends ChangingRow {
  id: Generated<string>
  name: string | null
  description: string | null
  nameKey: string
  descriptionKey: string | null
  locationId: number
  serviceId: number | null
  startsAt: Date
  endsAt: Date
  startWall: string
  endWall: string
  zone: string
  status: AppointmentStatus
  /** Null when everybody may come. */
  capacity: number | null
  /** How many live appointments of those who attend there are. */
  occupied: number
  fullyBooked: ColumnType<boolean, never, never>
  /** That of the appointments of those who attend. */
  visitType: VisitType
  allowEbooking: boolean
  allowNewPatient: boolean
  allowExistingPatient: boolean
  createdProviderId: number | null
}

export interface GroupVisitProviderRow {
  domainId: number
  groupVisitId: string
  providerId: number
  place: number
  startsAt: Date
  endsAt: Date
  live: boolean
}

export interface UserGroupRow extends ChangingRow {
  id: number
  name: string
  description: string | null
  color: string | null
  bookable: boolean
  massMatch: MassMatch[]
}

export interface UserGroupMemberRow {
  domainId: number
  userGroupId: number
  providerId: number
}
