import { refusal } from '@commonchart/errors'
import { parseIntId } from '@commonchart/subgraph'
import type { Selectable, Transaction } from 'kysely'
import type { Context } from './context.ts'
import type { ContactRow } from './directory-tables.ts'
import type { Tables } from './tables.ts'

export type Contact = Selectable<ContactRow>

/** Finds a contact. Those asked for at once are read at once. */
export async function findContact(context: Context, id: string | number): Promise<Contact | null> {
  const wanted = parseIntId(id)
  if (wanted === null) return null
  return context
    .loader<Contact>('contact', (ids) =>
      context.read(async (trx) => {
        const rows = await trx
          .selectFrom('contact')
          .selectAll()
          .where('domainId', '=', context.domainId)
          .where('id', 'in', ids.map(Number))
          .execute()
        return new Map(rows.map((row) => [String(row.id), row]))
      }),
    )
    .load(String(wanted))
}

/** Reads a contact and takes the row lock for a change. Throws `NOT_FOUND` with its path. */
export async function lockContact(
  trx: Transaction<Tables>,
  domainId: number,
  id: string,
  path: string,
): Promise<Contact> {
  const row = await trx
    .selectFrom('contact')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('id', '=', parseIntId(id) ?? -1)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw missing(path, id)
  return row
}

/** Checks that the domain has a contact of this id and gives it as a number. Throws `NOT_FOUND` with the path. */
export async function requireContact(
  trx: Transaction<Tables>,
  domainId: number,
  id: string | number,
  path: string,
): Promise<number> {
  const row = await trx
    .selectFrom('contact')
    .select('id')
    .where('domainId', '=', domainId)
    .where('id', '=', parseIntId(id) ?? -1)
    .executeTakeFirst()
  if (!row) throw missing(path, id)
  return row.id
}

function missing(path: string, id: string | number) {
  return refusal('NOT_FOUND', 'There is no such contact in this domain.', {
    path,
    type: 'contact',
    id: String(id),
  })
}
