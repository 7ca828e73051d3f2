import { refusal, Violations } from '@commonchart/errors'
import { expectVersion, type Services } from '@commonchart/subgraph'
import type { PatientsChange } from './context.ts'
import { warnOfContactPoints } from './contact-points.ts'
import { changeFormerNames, checkFormerNames, givesUpLastName, type FormerNameInput } from './former-names.ts'
import {
  checkIdentification,
  deleteIdentification,
  findIdentificationsOf,
  insertIdentification,
  readIdentificationRules,
  updateIdentification,
  type IdentificationInput,
} from './identifications.ts'
import { refuseTakenIdentification } from './identification-race.ts'
import { detailOfPatient, readBelongings } from './patient-detail.ts'
import { readPatientReferences, type PatientReferencesInput } from './patient-references.ts'
import { refreshTerms, touchesTerms } from './patient-terms.ts'
import { readPatientValues, type PatientInput } from './patient-values.ts'
import { lockPatient } from './patients.ts'
import { changeTagsOfPatient } from './status-tags.ts'
import { updatePatientRow } from './write-patient.ts'

export interface UpdatePatientInput extends PatientInput, PatientReferencesInput {
  clientMutationId?: string | null
  id: string
  expectedVersion?: number | null
  identifications?: {
    create?: IdentificationInput[] | null
    update?: (IdentificationInput & { id: string })[] | null
    remove?: { id: string }[] | null
  } | null
  statusTagIds?: { add?: { id: string }[] | null; remove?: { id: string }[] | null } | null
  formerNames?: FormerNameInput[] | null
}

/** Changes a patient: absent leaves as it is, null clears, and the version moves. */
export async function updatePatient(
  change: PatientsChange,
  services: Services,
  input: UpdatePatientInput,
): Promise<{ id: string }> {
  const { trx, domainId } = change
  const current = await lockPatient(trx, domainId, input.id)
  expectVersion(current.version, input.expectedVersion)
  const violations = new Violations()
  const values = readPatientValues(input, violations, 'input')
  checkFormerNames(input.formerNames, violations, 'input')
  const formerNames = input.formerNames !== undefined || givesUpLastName(current, values)
  const belongs = await readBelongings(change, current.id, { ...input, formerNames })
  const changeIdentifications = await readIdentificationChanges(change, current.id, input, violations)
  violations.throwIfAny()
  const references = await readPatientReferences(change, services, input)
  await refuseTakenIdentification(changeIdentifications)
  const tags = input.statusTagIds
  await changeTagsOfPatient(change, current.id, {
    add: (tags?.add ?? []).map((tag) => tag.id),
    remove: (tags?.remove ?? []).map((tag) => tag.id),
    path: 'input.statusTagIds.add',
  })
  const set = { ...values, ...references }
  const version = await updatePatientRow(change, current, set)
  await changeFormerNames(change, current, values, input.formerNames)
  if (touchesTerms(input)) await refreshTerms(change, [current.id])
  warnOfContactPoints(change.warn, values, 'input', current)
  change.audit({
    action: 'patient.updated',
    record: { type: 'Patient', id: current.id, version },
    patientId: current.id,
    ...(await detailOfPatient(change, current, set, belongs)),
  })
  return { id: current.id }
}

/** Checks what is to become of the identifications and gives the work to be done once nothing is in the way. */
async function readIdentificationChanges(
  change: PatientsChange,
  patientId: string,
  { identifications }: UpdatePatientInput,
  violations: Violations,
): Promise<() => Promise<void>> {
  const { create, update, remove } = { create: null, update: null, remove: null, ...identifications }
  if (!create?.length && !update?.length && !remove?.length) return () => Promise.resolve()
  const { trx, domainId } = change
  const rules = await readIdentificationRules(change)
  const own = await findIdentificationsOf(trx, domainId, patientId)
  const mustBeOwn = (id: string, path: string) => {
    const found = own.get(id)
    if (!found) throw refusal('NOT_FOUND', 'The patient has no such identification.', { path: `${path}.id` })
    return found
  }
  for (const [at, { id }] of (remove ?? []).entries()) mustBeOwn(id, `input.identifications.remove.${at}`)
  for (const [at, input] of (update ?? []).entries()) {
    const path = `input.identifications.update.${at}`
    const before = mustBeOwn(input.id, path)
    const templateId = input.templateId === undefined ? before.templateId : input.templateId
    const value = input.value === undefined && input.templateId !== undefined ? before.value : input.value
    await checkIdentification(change, rules, { ...input, value }, violations, {
      path,
      isNew: false,
      templateId,
    })
  }
  // A number that is removed in the same change is free for what is created by it.
  for (const { id } of remove ?? []) await deleteIdentification(trx, domainId, id)
  for (const [at, input] of (create ?? []).entries())
    await checkIdentification(change, rules, input, violations, {
      path: `input.identifications.create.${at}`,
      isNew: true,
    })
  return async () => {
    for (const input of update ?? []) await updateIdentification(change, own.get(input.id) as never, input)
    for (const input of create ?? []) await insertIdentification(change, rules, patientId, input)
  }
}
