import { sql, type Transaction } from 'kysely'
import type { PatientClosingRow } from './patient-tables.ts'
import type { Tables } from './tables.ts'

/** Announces that a patient's record is about to be closed. */
export async function insertClosing(
  trx: Transaction<Tables>,
  domainId: number,
  { id, version }: { id: string; version: number },
): Promise<void> {
  await trx
    .insertInto('patientClosing')
    .values({ domainId, patientId: String(id), version, closings: 1 })
    .onConflict((conflict) =>
      conflict.columns(['domainId', 'patientId']).doUpdateSet((of) => ({
        version: sql<number>`greatest(${of.ref('patientClosing.version')}, ${of.ref('excluded.version')})`,
        closings: sql<number>`${of.ref('patientClosing.closings')} + 1`,
      })),
    )
    .execute()
}

/** Reads which of these patients are about to be archived, as far as was announced. */
export async function readClosings(
  trx: Transaction<Tables>,
  domainId: number,
  ids: string[],
): Promise<PatientClosingRow[]> {
  const { rows } = await sql<PatientClosingRow>`/* prepare read_closings */
    SELECT domain_id, patient_id, version, closings FROM patient_closing
    WHERE domain_id = ${domainId} AND patient_id = ANY(${ids}::bigint[])`.execute(trx)
  return rows
}

/** Forgets announcements from which nothing came, unless there was another since they were read. */
export async function forgetClosings(trx: Transaction<Tables>, closings: PatientClosingRow[]): Promise<void> {
  for (const { domainId, patientId, closings: count } of closings)
    await trx
      .deleteFrom('patientClosing')
      .where('domainId', '=', domainId)
      .where('patientId', '=', patientId)
      .where('closings', '=', count)
      .execute()
}
