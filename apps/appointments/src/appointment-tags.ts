import { parseIntId } from '@commonchart/subgraph'
import type { Transaction } from 'kysely'
import type { Context } from './context.ts'
import { findRecords, lockRecord } from './records.ts'
import type { AppointmentTagRow } from './catalogue-tables.ts'
import type { Tables } from './tables.ts'

/** Lists the tags that appointments can bear, oldest first. */
export function listAppointmentTags(
  context: Context,
  { includeDeactivated }: { includeDeactivated?: boolean | null },
): Promise<AppointmentTagRow[]> {
  return context.read((trx) =>
    trx
      .selectFrom('appointmentTag')
      .selectAll()
      .where('domainId', '=', context.domainId)
      .$if(includeDeactivated !== true, (query) => query.where('deactivated', '=', false))
      .orderBy('id')
      .execute(),
  )
}

/** Loads a tag by its id together with the others that the request asks for; null when there is none. */
export function loadAppointmentTag(context: Context, id: string | number): Promise<AppointmentTagRow | null> {
  const key = parseIntId(id)
  if (key === null) return Promise.resolve(null)
  const { domainId } = context
  return context
    .loader<AppointmentTagRow>('appointment tag', (ids) =>
      context.read((trx) => findAppointmentTags(trx, domainId, ids.map(Number))),
    )
    .load(String(key))
}

/** Reads tags by their ids. */
export function findAppointmentTags(
  trx: Transaction<Tables>,
  domainId: number,
  ids: number[],
): Promise<Map<string, AppointmentTagRow>> {
  return findRecords(trx, domainId, 'appointmentTag', ids)
}

/** Reads a tag and keeps others from changing it until the transaction ends. Throws `NOT_FOUND`. */
export function lockAppointmentTag(
  trx: Transaction<Tables>,
  domainId: number,
  id: string,
): Promise<AppointmentTagRow> {
  return lockRecord(trx, domainId, 'appointmentTag', id)
}
