/** Every type of record whose changes are audited, and the area that owns it: the name of its subgraph, as in scopes. */
export const recordTypes = {
  Appointment: 'appointments',
  AppointmentSetting: 'appointments',
  AppointmentTag: 'appointments',
  CareTeamMember: 'patients',
  CareTeamRole: 'patients',
  ConsumerKey: 'consumers-audit',
  Contact: 'patients',
  Domain: 'consumers-audit',
  DraftAppointment: 'appointments',
  EnterpriseApiConsumer: 'consumers-audit',
  EventSubscription: 'consumers-audit',
  Facility: 'patients',
  FlexibleWorkHour: 'appointments',
  GroupVisit: 'appointments',
  IdentificationTemplate: 'patients',
  Location: 'appointments',
  NotificationRequest: 'appointments',
  Offtime: 'appointments',
  Patient: 'patients',
  PatientDataCategory: 'patients',
  PatientDataItem: 'patients',
  PatientDataTemplate: 'patients',
  PatientSetting: 'patients',
  PresentingIssue: 'appointments',
  ProviderUser: 'appointments',
  Service: 'appointments',
  StandardWorkHour: 'appointments',
  StatusTag: 'patients',
  UserGroup: 'appointments',
} as const satisfies Record<string, string>

export type RecordType = keyof typeof recordTypes

/** The area that owns a type of record, or null for a type that nothing is audited of. */
export function findArea(recordType: string): string | null {
  return Object.hasOwn(recordTypes, recordType) ? recordTypes[recordType as RecordType] : null
}
