import { refusal } from '@commonchart/errors'
import { askOwner, parseId, type IncomingEvent, type Services } from '@commonchart/subgraph'
import type { Transaction } from 'kysely'
import { notFound } from './references.ts'
import type { PatientRefRow, Tables } from './tables.ts'

/** What the patients subgraph says of a patient, by events and when asked. */
export interface PatientFacts {
  id: string
  state: 'ACTIVE' | 'ARCHIVED'
  mergedInto: string | null
  version: number
}

/** Takes in the event `patient.changed`; versions never go back. */
export async function receivePatient(trx: Transaction<Tables>, event: IncomingEvent): Promise<void> {
  await keepPatients(trx, event.domainId, [event.payload as unknown as PatientFacts])
}

/** Keeps what the patients subgraph says; versions never go back. */
export async function keepPatients(
  trx: Transaction<Tables>,
  domainId: number,
  patients: PatientFacts[],
): Promise<void> {
  if (patients.length === 0) return
  await trx
    .insertInto('patientRef')
    .values(
      patients.map(({ id, state, mergedInto, version }) => ({
        ...{ domainId, id: String(id), state, version },
        mergedInto: mergedInto === null || mergedInto === undefined ? null : String(mergedInto),
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['domainId', 'id'])
        .doUpdateSet((of) => ({
          state: of.ref('excluded.state'),
          mergedInto: of.ref('excluded.mergedInto'),
          version: of.ref('excluded.version'),
        }))
        .whereRef('patientRef.version', '<', 'excluded.version'),
    )
    .execute()
}

/**
 * Finds patients by their ids. Those that are not known here, or would be refused, are asked of the patients subgraph
 * first. Throws `SUBGRAPH_UNAVAILABLE` when it has to be asked and cannot be.
 */
export async function findPatients(
  trx: Transaction<Tables>,
  services: Services,
  domainId: number,
  ids: string[],
): Promise<Map<string, PatientRefRow>> {
  const keys = [...new Set(ids.flatMap((id) => parseId(id) ?? []))]
  const known = await readPatients(trx, domainId, keys)
  const doubtful = keys.filter((id) => known.get(id)?.state !== 'ACTIVE')
  if (doubtful.length === 0) return known
  const answers = await askOwner<PatientFacts>(services, 'patients', {
    domainId,
    type: 'patient',
    ids: doubtful,
  })
  await keepPatients(trx, domainId, answers)
  return readPatients(trx, domainId, keys)
}

async function readPatients(
  trx: Transaction<Tables>,
  domainId: number,
  ids: string[],
): Promise<Map<string, PatientRefRow>> {
  if (ids.length === 0) return new Map()
  const rows = await trx
    .selectFrom('patientRef')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('id', 'in', ids)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/**
 * Gives a patient who can be booked, and stays so until the transaction ends: whoever takes in that the patient was archived
 * or merged waits for the booking, and then finds it. Throws `NOT_FOUND` and `PATIENT_ARCHIVED`.
 */
export async function getBookablePatient(
  trx: Transaction<Tables>,
  services: Services,
  domainId: number,
  id: string,
  path: string,
): Promise<string> {
  const key = parseId(id)
  const found = key === null ? undefined : (await findPatients(trx, services, domainId, [key])).get(key)
  if (!found) throw notFound(path)
  const patient = await trx
    .selectFrom('patientRef')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('id', '=', found.id)
    .forShare()
    .executeTakeFirstOrThrow()
  if (patient.state === 'ARCHIVED')
    throw refusal('PATIENT_ARCHIVED', 'The patient is archived.', { path, mergedInto: patient.mergedInto })
  return patient.id
}
