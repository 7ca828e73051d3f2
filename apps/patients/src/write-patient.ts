import type { Insertable, Transaction } from 'kysely'
import { closerOf } from './actors.ts'
import type { PatientsChange } from './context.ts'
import type { Patient } from './patient-columns.ts'
import { phoneKeys, phoneSources } from './contact-points.ts'
import type { PatientValues } from './patient-values.ts'
import { createReference } from './patients.ts'
import type { PatientRow, Tables } from './tables.ts'

/** Inserts a patient with its phone numbers and tells appointments of it. Gives its id. */
export async function insertPatient(change: PatientsChange, values: PatientValues): Promise<string> {
  const { trx, domainId, now } = change
  const { id, version } = await trx
    .insertInto('patient')
    .values({ ...values, domainId, createdAt: now, updatedAt: now } as Insertable<PatientRow>)
    .returning(['id', 'version'])
    .executeTakeFirstOrThrow()
  await insertPhones(trx, domainId, id, phoneKeys(values as Partial<Patient>))
  change.send({
    to: ['appointments'],
    type: 'patient.changed',
    payload: createReference({ id, version, archived: false, mergedInto: null }),
  })
  return id
}

/**
 * Updates a locked patient and moves its version; its phone numbers and the event follow when what they rest on has
 * changed. Also called without values, when only what belongs to the patient has changed.
 * `notify` asks appointments to note that the patient is to be told of what it cancels.
 */
export async function updatePatientRow(
  change: PatientsChange,
  current: Patient,
  values: PatientValues,
  { notify = false }: { notify?: boolean } = {},
): Promise<number> {
  const { trx, domainId, now } = change
  const version = current.version + 1
  await trx
    .updateTable('patient')
    .set({ ...values, version, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', current.id)
    .execute()
  if (phoneSources.some((name) => values[name] !== undefined)) {
    await trx
      .deleteFrom('patientPhone')
      .where('domainId', '=', domainId)
      .where('patientId', '=', current.id)
      .execute()
    await insertPhones(trx, domainId, current.id, phoneKeys({ ...current, ...values } as Patient))
  }
  const { archived = current.archived, mergedInto = current.mergedInto } = values
  if (archived !== current.archived || mergedInto !== current.mergedInto)
    change.send({
      to: ['appointments'],
      type: 'patient.changed',
      payload: {
        ...createReference({ id: current.id, version, archived, mergedInto }),
        ...(archived && { by: closerOf(change.identity), ...(notify && { notify }) }),
      },
    })
  return version
}

async function insertPhones(
  trx: Transaction<Tables>,
  domainId: number,
  patientId: string,
  keys: string[],
): Promise<void> {
  if (keys.length === 0) return
  await trx
    .insertInto('patientPhone')
    .values(keys.map((digits) => ({ domainId, digits, patientId })))
    .execute()
}
