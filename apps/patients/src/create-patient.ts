import { Violations } from '@commonchart/errors'
import type { Services } from '@commonchart/subgraph'
import { warnOfContactPoints } from './contact-points.ts'
import type { PatientsChange } from './context.ts'
import { warnOfDuplicates } from './duplicates.ts'
import { checkFormerNames, insertFormerNames, type FormerNameInput } from './former-names.ts'
import {
  checkIdentification,
  insertIdentification,
  readIdentificationRules,
  type IdentificationInput,
  type IdentificationRules,
} from './identifications.ts'
import { readNamedPractitioner } from './named-practitioner.ts'
import { refuseTakenIdentification } from './identification-race.ts'
import { readPatientReferences, type PatientReferencesInput } from './patient-references.ts'
import { refreshTerms } from './patient-terms.ts'
import { readPatientValues, type PatientInput } from './patient-values.ts'
import { changeTagsOfPatient } from './status-tags.ts'
import { insertPatient } from './write-patient.ts'

export interface CreatePatientInput extends PatientInput, PatientReferencesInput {
  clientMutationId?: string | null
  identifications: IdentificationInput[]
  statusTagIds?: string[] | null
  formerNames?: FormerNameInput[] | null
  primaryPractitionerEmail?: string | null
  primaryPractitionerName?: string | null
}

/**
 * Creates a patient with identifications and tags, all or nothing. Warns of patients who may be the same person; `saw` is given
 * their ids.
 */
export async function createPatient(
  change: PatientsChange,
  services: Services,
  input: CreatePatientInput,
  saw: (patientIds: string[]) => void = () => undefined,
): Promise<{ id: string }> {
  const violations = new Violations()
  const values = readPatientValues(input, violations, 'input')
  checkFormerNames(input.formerNames, violations, 'input')
  const rules = await readIdentificationRules(change)
  for (const [at, identification] of input.identifications.entries())
    await checkIdentification(change, rules, identification, violations, {
      path: `input.identifications.${at}`,
      isNew: true,
    })
  const given = new Set(input.identifications.map(({ templateId }) => templateId))
  for (const template of rules.templates.values())
    if (template.required && !template.deactivated && !template.autoGenerate && !given.has(template.id))
      violations.add(
        'input.identifications',
        'REQUIRED',
        `A number of the template ${template.id} is required.`,
      )
  violations.throwIfAny()
  const references = {
    ...(await readPatientReferences(change, services, input)),
    ...(await readNamedPractitioner(change, services, input)),
  }
  await warnOfDuplicates(change, wantedPerson(input), saw)
  const id = await insertPatient(change, { ...values, ...references })
  await insertFormerNames(change, id, input.formerNames ?? [])
  warnOfContactPoints(change.warn, values, 'input')
  await refuseTakenIdentification(async () => {
    for (const identification of input.identifications)
      await insertIdentification(change, rules, id, identification)
  })
  await generateIdentifications(change, rules, id, input.identifications)
  await changeTagsOfPatient(change, id, {
    add: input.statusTagIds ?? [],
    remove: [],
    path: 'input.statusTagIds',
  })
  await refreshTerms(change, [id])
  change.audit({
    action: 'patient.created',
    record: { type: 'Patient', id, version: 1 },
    patientId: id,
    fields: Object.keys(input).filter((name) => name !== 'clientMutationId'),
  })
  return { id }
}

/** Gives a new patient the next number of each template that generates its own and of which it was given none. */
async function generateIdentifications(
  change: PatientsChange,
  rules: IdentificationRules,
  patientId: string,
  given: IdentificationInput[],
): Promise<void> {
  const borne = new Set(given.map((input) => input.templateId))
  for (const template of rules.templates.values())
    if (template.autoGenerate && !template.deactivated && !borne.has(template.id))
      await insertIdentification(change, rules, patientId, { templateId: template.id })
}

/** What of a new patient is compared with those on the record. */
function wantedPerson({
  firstName,
  lastName,
  dateOfBirth,
  gender,
  identifications,
  formerNames,
}: CreatePatientInput) {
  return {
    ...{ firstName: String(firstName), lastName: String(lastName), dateOfBirth: String(dateOfBirth) },
    gender: typeof gender === 'string' ? gender : null,
    numbers: identifications.map(({ value, templateId }) => ({
      ...{ value: value ?? '', templateId: templateId ?? null },
    })),
    formerNames: (formerNames ?? []).map(({ firstName: first, lastName: last }) => ({
      ...{ firstName: first ?? null, lastName: last ?? null },
    })),
  }
}
