/** The names of CHR's enums as the record stores them. */
export type AppointmentStatus =
  | 'REQUESTED'
  | 'PROVIDER_REQUESTED'
  | 'CONFIRMED'
  | 'ACTION_REQUIRED'
  | 'NO_SHOW'
  | 'ARRIVED'
  | 'IN_ROOM'
  | 'BEING_SEEN'
  | 'VISIT_COMPLETED'
  | 'NOTE_SIGNED'
  | 'CANCELLED'
  | 'REJECTED'
  | 'BOOKED'
  | 'RESCHEDULED'
  | 'NONE'
  | 'SYSTEM_DELAY'

export type VisitType = 'PHYSICAL_VISIT' | 'VIRTUAL_VISIT'

export type ProviderTitle = 'DR' | 'DOCTOR' | 'NURSE' | 'NP' | 'MR' | 'MS' | 'MRS'

/** Whom a user group takes in besides its members. */
export type MassMatch = 'ALL' | 'PRACTITIONER' | 'STAFF'

/** A value of CHR's OccupationEnum; the schema lists them. */
export type OccupationName = string

/** One language's form of a text. */
export interface LocalizedText {
  locale: 'ENGLISH' | 'FRENCH' | 'SPANISH'
  value: string
}

/** The weekdays in the order in which they are numbered: Sunday is 0. */
export const weekdays = [
  'SUNDAY',
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
] as const
export type Weekday = (typeof weekdays)[number]

/** Statuses whose appointment takes no time: the slot is free for others. */
export const statusesWithoutTime: readonly AppointmentStatus[] = ['CANCELLED', 'REJECTED', 'NO_SHOW']

/** Tells whether an appointment takes the time that it says. */
export function isLive(appointment: { status: AppointmentStatus; deactivated: boolean }): boolean {
  return !appointment.deactivated && !statusesWithoutTime.includes(appointment.status)
}
