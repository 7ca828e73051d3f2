import { refusal } from '@commonchart/errors'
import { askOwner, parseIntId, searchKey, type EventHandler, type Services } from '@commonchart/subgraph'
import type { Transaction } from 'kysely'
import { keyOf } from './index-key.ts'
import type { Tables } from './tables.ts'

type Table = 'locationRef' | 'providerRef'

export interface ReferencePayload {
  id: string | number
  name: string
  state: string
  version: number
  /** Of providers alone. */
  email?: string
  lastName?: string | null
}

/** Keeps the newest version of what is known of a location or provider, whatever the order in which events arrive. */
export async function keepReference(
  trx: Transaction<Tables>,
  table: Table,
  domainId: number,
  { id, name, state, version, email, lastName }: ReferencePayload,
): Promise<void> {
  const facts = {
    ...{ name, nameKey: searchKey(name), state, version },
    ...(table === 'providerRef' && {
      emailKey: keyOf(email ?? null),
      lastNameKey: keyOf(lastName ?? null),
    }),
  }
  await trx
    .insertInto(table)
    .values({ domainId, id: Number(id), ...facts })
    .onConflict((conflict) =>
      conflict.columns(['domainId', 'id']).doUpdateSet(facts).where(`${table}.version`, '<', version),
    )
    .execute()
}

function receive(table: Table): EventHandler<Tables> {
  return (trx, event) =>
    keepReference(trx, table, event.domainId, event.payload as unknown as ReferencePayload)
}

/** What patients takes in from appointments. */
export const eventHandlers: Record<string, EventHandler<Tables>> = {
  'location.changed': receive('locationRef'),
  'provider.changed': receive('providerRef'),
}

/**
 * Checks that a location or provider of the domain has this id: in the reference table, or else by asking its owner.
 * Throws `NOT_FOUND` with the path, and `SUBGRAPH_UNAVAILABLE` when the owner cannot be asked.
 */
export async function requireReference(
  trx: Transaction<Tables>,
  services: Services,
  domainId: number,
  wanted: { table: Table; id: string | number; path: string },
): Promise<number> {
  const type = wanted.table === 'locationRef' ? 'location' : 'provider'
  const id = parseIntId(wanted.id)
  const missing = () =>
    refusal('NOT_FOUND', `There is no such ${type} in this domain.`, {
      path: wanted.path,
      type,
      id: String(wanted.id),
    })
  if (id === null) throw missing()
  const known = await trx
    .selectFrom(wanted.table)
    .select('id')
    .where('domainId', '=', domainId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (known) return id
  const [answer] = await askOwner<ReferencePayload>(services, 'appointments', {
    domainId,
    type,
    ids: [String(id)],
  })
  if (!answer) throw missing()
  await keepReference(trx, wanted.table, domainId, answer)
  return id
}
