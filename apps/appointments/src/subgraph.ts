import type { SubgraphDefinition } from '@commonchart/subgraph'
import type { Appointment } from './appointments.ts'
import type { NotificationRequest } from './notification-requests.ts'
import type { Reschedule } from './reschedules.ts'
import type { ShiftedTime } from './shifted-times.ts'
import { createDraftTasks } from './draft-expiry.ts'
import { readLocationReferences } from './locations.ts'
import { receiveMerge, receiveUnmerge } from './patient-merges.ts'
import { receivePatient } from './patient-archive.ts'
import { announceClosing, settleArchiving } from './patient-standing.ts'
import { readProviderReferences, readProvidersByEmail, readProvidersByName } from './providers.ts'
import { resolvers } from './resolvers.ts'
import type { Tables } from './tables.ts'
import type { VirtualVisitLink } from './virtual-visits.ts'

/** What makes this subgraph the one of appointments. */
export const appointmentsSubgraph: SubgraphDefinition<Tables> = {
  name: 'appointments',
  schemaFolder: new URL('../schema/', import.meta.url),
  resolvers,
  open: ({ db }) => Promise.resolve({ tasks: createDraftTasks(db) }),
  patientOf: {
    Appointment: ({ patientId }: Appointment) => patientId,
    AppointmentChange: { referenceOf: ({ patientId }: { patientId: string }) => patientId },
    AppointmentReschedule: { referenceOf: ({ patientId }: Reschedule) => patientId },
    NotificationRequest: ({ patientId }: NotificationRequest) => patientId,
    ShiftedAppointmentTime: { referenceOf: ({ patientId }: ShiftedTime) => patientId },
    VirtualVisitLink: ({ patientId }: VirtualVisitLink) => patientId,
    Patient: { referenceOf: ({ id }: { id: string }) => id },
    Respondent: { referenceOf: ({ id }: { id: string }) => id },
  },
  others: ['patients', 'consumers-audit'],
  events: {
    'patient.changed': receivePatient,
    'patient.merged': receiveMerge,
    'patient.unmerged': receiveUnmerge,
  },
  internal: {
    '/internal/patient-closing': announceClosing,
    '/internal/patient-archived': settleArchiving,
  },
  references: {
    provider: readProviderReferences,
    provider_email: readProvidersByEmail,
    provider_name: readProvidersByName,
    location: readLocationReferences,
  },
}
