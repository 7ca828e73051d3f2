import type { Generated } from 'kysely'

/** A move of an appointment; who made it, as was known then. */
export interface AppointmentRescheduleRow {
  domainId: number
  id: Generated<string>
  appointmentId: string
  fromStartsAt: Date
  fromEndsAt: Date
  fromProviderId: number
  fromLocationId: number
  toStartsAt: Date
  toEndsAt: Date
  toProviderId: number
  toLocationId: number
  byKind: string
  byId: string
  byName: string
  rescheduledAt: Date
}

export interface NotificationRequestRow {
  domainId: number
  id: Generated<string>
  appointmentId: string
  patientId: string
  recipient: 'PATIENT' | 'PROVIDER'
  method: 'DEFAULT' | 'BOTH' | 'EMAIL' | 'SMS'
  occasion: 'BOOKED' | 'MOVED' | 'CANCELLED' | 'CHANGED'
  state: 'UNSENT' | 'TOLD'
  requestedByKind: 'CONSUMER' | 'INTERNAL'
  requestedById: string
  settledAt: Date | null
  version: number
  createdAt: Date
  updatedAt: Date
}

/** The tables of what becomes of appointments. */
export interface LifecycleTables {
  appointmentReschedule: AppointmentRescheduleRow
  notificationRequest: NotificationRequestRow
}
