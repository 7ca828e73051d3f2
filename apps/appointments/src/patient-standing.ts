import { withDomain } from '@commonchart/database'
import type { InternalEndpoint } from '@commonchart/subgraph'
import { settlePatient, type PatientEvent } from './patient-archive.ts'
import { insertClosing } from './patient-closing.ts'
import { toRow, type PatientFacts } from './patient-refs.ts'
import type { Tables } from './tables.ts'

/**
 * Answers patients, which is about to archive one: from now on whoever books this patient asks patients first, and those who
 * were booking already are through.
 */
export const announceClosing: InternalEndpoint<Tables> = async ({ db, body }) => {
  const { domainId, patient } = body as unknown as { domainId: number; patient: PatientFacts }
  // Committed before the wait: bookings that came later would otherwise keep each other's lock going.
  await withDomain(db, domainId, (trx) => insertClosing(trx, domainId, patient))
  await withDomain(db, domainId, async (trx) => {
    await trx
      .insertInto('patientRef')
      .values(toRow(domainId, patient))
      .onConflict((conflict) => conflict.columns(['domainId', 'id']).doNothing())
      .execute()
    await trx
      .selectFrom('patientRef')
      .select('id')
      .where('domainId', '=', domainId)
      .where('id', '=', String(patient.id))
      .forUpdate()
      .execute()
  })
  return { announced: true }
}

/** Answers patients, which is about to restore one: the archiving is taken in by now, whether its event has come or not. */
export const settleArchiving: InternalEndpoint<Tables> = async ({ db, body }) => {
  const { domainId, patient } = body as unknown as { domainId: number; patient: PatientEvent }
  await withDomain(db, domainId, (trx) => settlePatient(trx, domainId, patient))
  return { settled: true }
}
