import { refusal } from '@commonchart/errors'
import type { Kysely, Transaction } from 'kysely'
import type { Context } from './context.ts'
import type { Tables } from './tables.ts'

/** The host names of domains, by domain id, in the order in which they were given. */
export async function listHosts(
  db: Kysely<Tables>,
  domainIds: readonly number[],
): Promise<Map<string, string[]>> {
  const hosts = new Map<string, string[]>(domainIds.map((id) => [String(id), []]))
  if (domainIds.length === 0) return hosts
  const rows = await db
    .selectFrom('domainHost')
    .select(['domainId', 'host'])
    .where('domainId', 'in', domainIds)
    .orderBy('domainId')
    .orderBy('place')
    .execute()
  for (const { domainId, host } of rows) hosts.get(String(domainId))?.push(host)
  return hosts
}

/** The host names of one domain. */
export async function listHostsOf(db: Kysely<Tables>, domainId: number): Promise<string[]> {
  return (await listHosts(db, [domainId])).get(String(domainId)) ?? []
}

/** The host names of one domain, fetched together with those of others that the request asks for. */
export async function loadHosts(context: Context, domainId: number): Promise<string[]> {
  const loader = context.loader('domainHosts', (ids) => listHosts(context.db, ids.map(Number)))
  return (await loader.load(String(domainId))) ?? []
}

/** Gives a domain these host names and no others. Throws `HOST_IN_USE` with those that belong to another domain. */
export async function replaceHosts(
  trx: Transaction<Tables>,
  domainId: number,
  hosts: string[],
): Promise<void> {
  await trx.deleteFrom('domainHost').where('domainId', '=', domainId).execute()
  // Sorted, so that two domains that claim the same hosts wait for each other instead of deadlocking.
  const rows = hosts
    .map((host, place) => ({ host, domainId, place }))
    .sort((a, b) => (a.host < b.host ? -1 : 1))
  const taken = await trx
    .insertInto('domainHost')
    .values(rows)
    .onConflict((conflict) => conflict.column('host').doNothing())
    .returning('host')
    .execute()
  const ours = new Set(taken.map((row) => row.host))
  const refused = hosts.filter((host) => !ours.has(host))
  if (refused.length > 0)
    throw refusal('HOST_IN_USE', 'A host name belongs to another domain.', {
      path: 'input.hosts',
      hosts: refused,
    })
}
