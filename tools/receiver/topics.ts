/** What is done, as `changes` names it, by the topic of the delivery that tells of it. What is in no list is not told of. */
const actions: Record<string, string[]> = {
  'appointment.created': ['appointment.created'],
  'appointment.updated': ['appointment.updated', 'appointment.moved'],
  'appointment.canceled': ['appointment.canceled'],
  'appointment.deactivated': ['appointment.deactivated'],
  'patient.merged': ['patient.merged'],
  'patient_demographics.created': ['patient.created'],
  // Of a merge two charts are changed, and `changes` does not say which of them was kept.
  'patient_demographics.updated': [
    'patient.updated',
    'patient.restored',
    'patient.unmerged',
    'patient.merged',
  ],
  'patient_demographics.archived': ['patient.archived'],
}

/** The topics that a delivery of a change may bear; none where nobody is told of it. */
export function listTopics({ action, version }: { action: string; version: number | null }): string[] {
  const [, kind] = /^(appointment|patient)\.imported$/.exec(action) ?? []
  if (kind)
    return [`${kind === 'patient' ? 'patient_demographics' : kind}.${version === 1 ? 'created' : 'updated'}`]
  return Object.keys(actions).filter((topic) => actions[topic]?.includes(action))
}

/** The types of records that topics tell of: a consumer that may read only some areas is refused the others. */
export function listTypes(topics: string[] | undefined): string[] {
  const isOf = (start: string): boolean => topics?.some((topic) => topic.startsWith(start)) ?? true
  return [...(isOf('appointment.') ? ['Appointment'] : []), ...(isOf('patient') ? ['Patient'] : [])]
}
