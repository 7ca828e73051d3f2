/** What can be subscribed to, by what it is about. */
export const topicGroups = {
  appointments: [
    'appointment.created',
    'appointment.updated',
    'appointment.canceled',
    'appointment.deactivated',
  ],
  patients: [
    'patient_demographics.created',
    'patient_demographics.updated',
    'patient_demographics.archived',
    'patient.merged',
  ],
} as const

export const topics = [...topicGroups.appointments, ...topicGroups.patients]

/** A topic as a key of texts, in which full stops part levels. */
export function topicKey(topic: string): string {
  return topic.replaceAll('.', '_')
}
