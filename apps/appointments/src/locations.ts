import { parseIntId } from '@commonchart/subgraph'
import type { Transaction } from 'kysely'
import { pickColumns } from './columns.ts'
import type { Context } from './context.ts'
import { findRecords, loadRecord, lockRecord } from './records.ts'
import type { LocationRow, Tables } from './tables.ts'

type LocationColumn = keyof LocationRow & string

/** A location with the columns that were asked for. */
export type Location = Partial<LocationRow> & { id: number }

const known = {
  always: [],
  plain: [
    ...([
      'name',
      'internalName',
      'description',
      'groupLabel',
      'color',
      'streetAddress1',
      'streetAddress2',
    ] as const),
    ...(['city', 'region', 'postalCode', 'latitude', 'longitude', 'primaryContactNumber'] as const),
    ...(['primaryEmail', 'primaryFaxNumber', 'deactivated', 'version', 'createdAt', 'updatedAt'] as const),
  ],
  derived: {
    primary: ['isPrimary'],
    public: ['isPublic'],
    timezoneIanaName: ['zone'],
    timezoneName: ['zone'],
  },
} as const

function columnsOf(fields: Set<string>): LocationColumn[] {
  return pickColumns<LocationColumn>(fields, known)
}

/** Loads a location by its id together with the others that the request asks for; null when there is none. */
export function loadLocation(
  context: Context,
  id: string | number,
  fields: Set<string>,
): Promise<Location | null> {
  return loadRecord(context, 'location', id, columnsOf(fields))
}

/** Lists the locations of the domain, oldest first. */
export function listLocations(
  context: Context,
  { includeDeactivated }: { includeDeactivated?: boolean | null },
  fields: Set<string>,
): Promise<Location[]> {
  const { domainId } = context
  return context.read((trx) =>
    trx
      .selectFrom('location')
      .select(['id', ...columnsOf(fields)])
      .where('domainId', '=', domainId)
      .$if(includeDeactivated !== true, (query) => query.where('deactivated', '=', false))
      .orderBy('id')
      .execute(),
  )
}

/** Reads whole locations by their ids. */
export function findLocations(
  trx: Transaction<Tables>,
  domainId: number,
  ids: number[],
): Promise<Map<string, LocationRow>> {
  return findRecords(trx, domainId, 'location', ids)
}

/** Reads a location and keeps others from changing it until the transaction ends. Throws `NOT_FOUND`. */
export function lockLocation(
  trx: Transaction<Tables>,
  domainId: number,
  id: string,
  path = 'input.id',
): Promise<LocationRow> {
  return lockRecord(trx, domainId, 'location', id, path)
}

/** Finds the main location of the organisation, or its only one. */
export async function findMainLocation(trx: Transaction<Tables>, domainId: number): Promise<number | null> {
  const inDomain = trx.selectFrom('location').where('domainId', '=', domainId)
  const primary = await inDomain
    .select(['id', 'deactivated'])
    .where('isPrimary', '=', true)
    .executeTakeFirst()
  if (primary && !primary.deactivated) return primary.id
  const inUse = await inDomain.select('id').where('deactivated', '=', false).orderBy('id').limit(2).execute()
  return inUse.length === 1 ? (inUse[0]?.id ?? null) : null
}

/** What other services may know of locations: the same as the event `location.changed` says. */
export async function readLocationReferences(
  trx: Transaction<Tables>,
  ids: string[],
  domainId: number,
): Promise<object[]> {
  const keys = ids.flatMap((id) => parseIntId(id) ?? [])
  return [...(await findLocations(trx, domainId, keys)).values()].map(toReference)
}

/** A location as other subgraphs know it. */
export function toReference(row: Pick<LocationRow, 'id' | 'name' | 'deactivated' | 'version'>) {
  const state = row.deactivated ? 'INACTIVE' : 'ACTIVE'
  return { id: String(row.id), name: row.name, state, version: row.version }
}
