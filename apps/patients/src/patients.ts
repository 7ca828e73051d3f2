import { refusal } from '@commonchart/errors'
import { parseId } from '@commonchart/subgraph'
import type { Transaction } from 'kysely'
import type { Context } from './context.ts'
import { patientColumns, type Patient } from './patient-columns.ts'
import type { Tables } from './tables.ts'

/** Finds a patient, archived ones included, with what the fields need. Patients asked for at once are read at once. */
export async function findPatient(
  context: Context,
  id: string,
  fields: Set<string>,
): Promise<Patient | null> {
  const wanted = parseId(id)
  if (wanted === null) return null
  const columns = patientColumns(fields)
  return context
    .loader<Patient>(`patient ${columns.join()}`, (ids) =>
      context.read(async (trx) => {
        const rows = await trx
          .selectFrom('patient')
          .select(columns)
          .where('domainId', '=', context.domainId)
          .where('id', 'in', [...ids])
          .execute()
        return new Map(rows.map((row) => [row.id, row as Patient]))
      }),
    )
    .load(wanted)
}

/** Reads a patient whole and takes the row lock for a change. Throws `NOT_FOUND` with its path. */
export async function lockPatient(
  trx: Transaction<Tables>,
  domainId: number,
  id: string,
  path = 'input.id',
): Promise<Patient> {
  const wanted = parseId(id)
  const row =
    wanted === null
      ? undefined
      : await trx
          .selectFrom('patient')
          .selectAll()
          .where('domainId', '=', domainId)
          .where('id', '=', wanted)
          .forUpdate()
          .executeTakeFirst()
  if (!row) throw refusal('NOT_FOUND', 'There is no such patient in this domain.', { path })
  return row
}

/** What other subgraphs may know of patients; waits for changes of them that are under way. */
export async function readPatientReferences(trx: Transaction<Tables>, ids: string[], domainId: number) {
  const wanted = ids.map((id) => parseId(id)).filter((id) => id !== null)
  if (wanted.length === 0) return []
  const rows = await trx
    .selectFrom('patient')
    .select(['id', 'archived', 'mergedInto', 'version'])
    .where('domainId', '=', domainId)
    .where('id', 'in', wanted)
    .orderBy('id')
    // An answer decides a booking: it must not be overtaken by an archiving that is about to be committed.
    .forKeyShare()
    .execute()
  return rows.map(createReference)
}

/** The payload of `patient.changed`: ids, state and version, nothing of the person. */
export function createReference({
  id,
  archived,
  mergedInto,
  version,
}: Pick<Patient, 'id' | 'archived' | 'mergedInto' | 'version'>) {
  return { id, state: archived ? 'ARCHIVED' : 'ACTIVE', mergedInto, version }
}
