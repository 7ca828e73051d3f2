import { Violations } from '@commonchart/errors'
import { checkText, expectVersion } from '@commonchart/subgraph'
import type { PatientsChange } from './context.ts'
import type { PatientValues } from './patient-values.ts'
import { detailOfPatient } from './patient-detail.ts'
import { readDeath } from './death.ts'
import { lockPatient } from './patients.ts'
import { updatePatientRow } from './write-patient.ts'

export interface PatientStandingInput {
  clientMutationId?: string | null
  id: string
  expectedVersion?: number | null
  title?: string | null
  deceased?: boolean | null
  deceasedAt?: string | null
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
  const { trx, domainId } = change
  const current = await lockPatient(trx, domainId, input.id)
  expectVersion(current.version, input.expectedVersion)
  const violations = new Violations()
  checkText(input.title ?? null, {}, violations, 'input.title')
  const values: PatientValues = readDeath(input, violations, 'input')
  violations.throwIfAny()
  for (const name of ['draft', 'verified', 'unsubscribedFromEmail', 'unsubscribedFromSms'] as const)
    if (typeof input[name] === 'boolean') values[name] = input[name]
  for (const name of ['emailConfirmedAt', 'phoneConfirmedAt'] as const)
    if (input[name] !== undefined) values[name] = input[name]
  if (input.title !== undefined) values.title = input.title
  const version = await updatePatientRow(change, current, values)
  change.audit({
    action: 'patient.updated',
    record: { type: 'Patient', id: current.id, version },
    patientId: current.id,
    ...(await detailOfPatient(change, current, values)),
  })
  return { id: current.id }
}
