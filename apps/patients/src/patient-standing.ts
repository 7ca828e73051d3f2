import { refusal, Violations } from '@commonchart/errors'
import { expectVersion } from '@commonchart/subgraph'
import type { PatientsChange } from './context.ts'
import { checkText, type PatientValues } from './patient-values.ts'
import { detailOfPatient } from './patient-detail.ts'
import { lockPatient } from './patients.ts'
import { updatePatientRow } from './write-patient.ts'

export interface PatientStandingInput {
  clientMutationId?: string | null
  id: string
  expectedVersion?: number | null
  title?: string | null
  archived?: boolean | null
  draft?: boolean | null
  verified?: boolean | null
  emailConfirmedAt?: Date | null
  phoneConfirmedAt?: Date | null
  unsubscribedFromEmail?: boolean | null
  unsubscribedFromSms?: boolean | null
}

/** Sets what the organisation knows of a patient and programs cannot write. */
export async function setPatientStanding(
  change: PatientsChange,
  input: PatientStandingInput,
): Promise<{ id: string }> {
  const { trx, domainId, now } = change
  const current = await lockPatient(trx, domainId, input.id)
  expectVersion(current.version, input.expectedVersion)
  const violations = new Violations()
  checkText(input.title ?? null, false, violations, 'input.title')
  violations.throwIfAny()
  if (current.mergedInto !== null && input.archived === false)
    throw refusal('PATIENT_MERGED', 'The chart was merged: undo the merge instead.', {
      path: 'input.archived',
      mergedInto: current.mergedInto,
    })
  const values: PatientValues = {}
  for (const name of ['draft', 'verified', 'unsubscribedFromEmail', 'unsubscribedFromSms'] as const)
    if (typeof input[name] === 'boolean') values[name] = input[name]
  for (const name of ['emailConfirmedAt', 'phoneConfirmedAt'] as const)
    if (input[name] !== undefined) values[name] = input[name]
  if (input.title !== undefined) values.title = input.title
  if (typeof input.archived === 'boolean' && input.archived !== current.archived) {
    values.archived = input.archived
    values.archivedAt = input.archived ? now : null
  }
  const version = await updatePatientRow(change, current, values)
  change.audit({
    action: values.archived === true ? 'patient.archived' : 'patient.updated',
    record: { type: 'Patient', id: current.id, version },
    patientId: current.id,
    ...(await detailOfPatient(change, current, values)),
  })
  return { id: current.id }
}
