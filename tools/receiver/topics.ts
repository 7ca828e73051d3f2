/** What is done, as `changes` names it, by the topic of the delivery that tells of it. What is in no list is not told of. */
const actions: Record<string, string[]> = {
  'appointment.created': ['appointment.created'],
  'appointment.updated': ['appointment.updated', 'appointment.moved'],
  'appointment.canceled': ['appointment.canceled'],
  'appointment.deactivated': ['appointment.deactivated'],
  'patient_demographics.created': ['patient.created'],
  'patient_demographics.updated': ['patient.updated', 'patient.restored', 'patient.unmerged'],
  'patient_demographics.archived': ['patient.archived'],
  'patient.merged': ['patient.merged'],
}

/** The topic of a change, as a delivery would bear it, or null where there is none. */
export function findTopic({ action, version }: { action: string; version: number | null }): string | null {
  const [, kind] = /^(appointment|patient)\.imported$/.exec(action) ?? []
  if (kind)
    return `${kind === 'patient' ? 'patient_demographics' : kind}.${version === 1 ? 'created' : 'updated'}`
  return Object.entries(actions).find(([, named]) => named.includes(action))?.[0] ?? null
}
