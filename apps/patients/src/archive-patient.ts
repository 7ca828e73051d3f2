import { refusal } from '@commonchart/errors'
import { expectVersion, ServiceError, type Services } from '@commonchart/subgraph'
import { readActor } from './actors.ts'
import type { PatientsChange } from './context.ts'
import type { Patient } from './patient-columns.ts'
import { detailOfPatient } from './patient-detail.ts'
import type { PatientValues } from './patient-values.ts'
import { createReference, lockPatient } from './patients.ts'
import { updatePatientRow } from './write-patient.ts'

export interface ArchivePatientInput {
  clientMutationId?: string | null
  id: string
  expectedVersion?: number | null
  notify?: boolean | null
}
export type RestorePatientInput = Omit<ArchivePatientInput, 'notify'>

/**
 * Archives a patient. Appointments is told before the commit, so that it asks before it books the patient, and by the event
 * after it, upon which it cancels what is to come. Throws `SUBGRAPH_UNAVAILABLE` when it cannot be told.
 */
export async function archivePatient(
  change: PatientsChange,
  services: Services,
  input: ArchivePatientInput,
): Promise<{ id: string }> {
  const current = await lockPatient(change.trx, change.domainId, input.id)
  expectVersion(current.version, input.expectedVersion)
  if (current.archived) return { id: current.id }
  await tellAppointments(change, services, '/internal/patient-closing', createReference(current))
  return setArchived(
    change,
    current,
    'patient.archived',
    { ...{ archived: true, archivedAt: change.now }, ...(await readActor(change)) },
    { notify: input.notify === true },
  )
}

/** Undoes an archiving; that it has cancelled what was to come is certain by then. Throws `SUBGRAPH_UNAVAILABLE`. */
export async function restorePatient(
  change: PatientsChange,
  services: Services,
  input: RestorePatientInput,
): Promise<{ id: string }> {
  const current = await lockPatient(change.trx, change.domainId, input.id)
  expectVersion(current.version, input.expectedVersion)
  if (!current.archived) return { id: current.id }
  if (current.mergedInto !== null)
    throw refusal('PATIENT_MERGED', 'The chart was merged: undo the merge instead.', {
      path: 'input.id',
      mergedInto: current.mergedInto,
    })
  // An event that is still on its way would otherwise meet the appointments of the time after.
  const facts = { ...createReference(current), by: await readCloser(change, current.id) }
  await tellAppointments(change, services, '/internal/patient-archived', facts)
  return setArchived(change, current, 'patient.restored', {
    ...{ archived: false, archivedAt: null, archivedByKind: null, archivedById: null },
  })
}

async function setArchived(
  change: PatientsChange,
  current: Patient,
  action: 'patient.archived' | 'patient.restored',
  values: PatientValues,
  options: { notify?: boolean } = {},
): Promise<{ id: string }> {
  const version = await updatePatientRow(change, current, values, options)
  change.audit({
    action,
    record: { type: 'Patient', id: current.id, version },
    patientId: current.id,
    ...(await detailOfPatient(change, current, { archived: values.archived, archivedAt: values.archivedAt })),
  })
  return { id: current.id }
}

/** Tells appointments of a record that is about to be closed or opened. Throws `SUBGRAPH_UNAVAILABLE` when it cannot. */
export async function tellAppointments(
  { domainId }: PatientsChange,
  services: Services,
  path: string,
  patient: object,
): Promise<void> {
  try {
    await services.post('appointments', path, { domainId, patient }, { domainId })
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    throw refusal('SUBGRAPH_UNAVAILABLE', 'Appointments could not be told; nothing was changed.', {
      area: 'appointments',
      executed: false,
    })
  }
}

/** Who archived a patient last, as the audit event of it says. */
async function readCloser({ trx, domainId }: PatientsChange, id: string): Promise<object | null> {
  const event = await trx
    .selectFrom('auditEvent')
    .select(['principal', 'requestId'])
    .where('domainId', '=', domainId)
    .where('recordType', '=', 'Patient')
    .where('recordId', '=', id)
    .where('action', '=', 'patient.archived')
    .orderBy('id', 'desc')
    .executeTakeFirst()
  if (!event) return null
  const { id: subject, ...principal } = event.principal
  return { ...principal, subject, requestId: event.requestId }
}
