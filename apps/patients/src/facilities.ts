import { refusal } from '@commonchart/errors'
import { parseIntId } from '@commonchart/subgraph'
import type { Selectable, Transaction } from 'kysely'
import type { Context } from './context.ts'
import type { FacilityRow } from './directory-tables.ts'
import type { Tables } from './tables.ts'

export type Facility = Selectable<FacilityRow>

/** Finds a facility. Those asked for at once are read at once. */
export async function findFacility(context: Context, id: string | number): Promise<Facility | null> {
  const wanted = parseIntId(id)
  if (wanted === null) return null
  return context
    .loader<Facility>('facility', (ids) =>
      context.read(async (trx) => {
        const rows = await trx
          .selectFrom('facility')
          .selectAll()
          .where('domainId', '=', context.domainId)
          .where('id', 'in', ids.map(Number))
          .execute()
        return new Map(rows.map((row) => [String(row.id), row]))
      }),
    )
    .load(String(wanted))
}

/** Reads a facility and takes the row lock for a change. Throws `NOT_FOUND` with its path. */
export async function lockFacility(
  trx: Transaction<Tables>,
  domainId: number,
  id: string,
  path: string,
): Promise<Facility> {
  const row = await trx
    .selectFrom('facility')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('id', '=', parseIntId(id) ?? -1)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw missing(path, id)
  return row
}

/** Checks that the domain has a facility of this id and gives it as a number. Throws `NOT_FOUND` with the path. */
export async function requireFacility(
  trx: Transaction<Tables>,
  domainId: number,
  id: string | number,
  path: string,
): Promise<number> {
  const row = await trx
    .selectFrom('facility')
    .select('id')
    .where('domainId', '=', domainId)
    .where('id', '=', parseIntId(id) ?? -1)
    .executeTakeFirst()
  if (!row) throw missing(path, id)
  return row.id
}

function missing(path: string, id: string | number) {
  return refusal('NOT_FOUND', 'There is no such facility in this domain.', {
    path,
    type: 'facility',
    id: String(id),
  })
}
