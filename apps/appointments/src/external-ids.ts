import type { Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** What a record is called in another system. */
export interface ExternalId {
  system: string
  value: string
}

export type ExternalType =
  | 'appointment'
  | 'flexible_work_hour'
  | 'location'
  | 'off_time'
  | 'provider'
  | 'service'
  | 'standard_work_hour'

/** An external id as a key of a map. */
export function keyOf({ system, value }: ExternalId): string {
  return JSON.stringify([system, value])
}

/** Finds the ids of the records of one type that go by these external ids, by `keyOf`. */
export async function findByExternalIds(
  trx: Transaction<Tables>,
  domainId: number,
  type: ExternalType,
  externalIds: ExternalId[],
): Promise<Map<string, string>> {
  const bySystem = Map.groupBy(externalIds, (each) => each.system)
  const found = new Map<string, string>()
  for (const [system, list] of bySystem) {
    const rows = await trx
      .selectFrom('externalId')
      .select(['value', 'recordId'])
      .where('domainId', '=', domainId)
      .where('type', '=', type)
      .where('system', '=', system)
      .where('value', 'in', [...new Set(list.map((each) => each.value))])
      .execute()
    for (const { value, recordId } of rows) found.set(keyOf({ system, value }), recordId)
  }
  return found
}

/** Stores what records are called elsewhere. */
export async function insertExternalIds(
  trx: Transaction<Tables>,
  domainId: number,
  type: ExternalType,
  records: { externalId: ExternalId; recordId: string }[],
): Promise<void> {
  if (records.length === 0) return
  await trx
    .insertInto('externalId')
    .values(
      records.map(({ externalId: { system, value }, recordId }) => ({
        domainId,
        type,
        system,
        value,
        recordId,
      })),
    )
    .execute()
}
