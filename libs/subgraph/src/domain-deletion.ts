import { withDomain, type BaseTables } from '@commonchart/database'
import { sql, type Kysely } from 'kysely'
import { receiveDomain } from './events.ts'
import type { InternalEndpoint } from './internal.ts'

/** Where consumers-audit, which owns the domains, has a subgraph delete what it keeps of one. */
export const deletionPath = '/internal/domain-deletion'

/** So many rows go in one transaction, and so long one call goes on. */
const batchSize = 1000
const goesOnForMs = 3000

/** Deletes some of what this subgraph keeps of a domain, and says how many rows that were; 0 when nothing is left. */
export const answerDeletion: InternalEndpoint<BaseTables> = async ({ db, identity, body }) => {
  if (identity.subject !== 'service:consumers-audit')
    throw new Error('only the service that owns the domains has one deleted')
  const domain = body.domain as BaseTables['domainRef']
  return { deleted: await deleteDomainRows(db, domain) }
}

/**
 * Marks a domain as deleted, so that nothing of it is taken in any more, and deletes its rows from every table but those that are
 * `kept`: batch by batch, each in a transaction, for some seconds. Gives how many; 0 when nothing is left. It may be
 * interrupted anywhere and be run by several at once.
 */
export async function deleteDomainRows<Tables extends BaseTables>(
  db: Kysely<Tables>,
  domain: BaseTables['domainRef'],
  kept: string[] = [],
): Promise<number> {
  const { id } = domain
  await withDomain(db, id, async (trx) => {
    await receiveDomain(trx, { id: '', type: 'domain.changed', domainId: id, payload: { ...domain } })
    await sql`UPDATE domain_ref SET deleted_at = now() WHERE id = ${id} AND deleted_at IS NULL`.execute(trx)
  })
  const until = performance.now() + goesOnForMs
  let deleted = 0
  for (;;) {
    const batch = await withDomain(db, id, async (trx) => {
      const { rows } = await sql<{ gone: number }>`
        SELECT commonchart.delete_domain_rows(${id}, ${batchSize}, ${kept}::text[]) AS gone`.execute(trx)
      return rows[0]?.gone ?? 0
    })
    deleted += batch
    if (batch === 0 || performance.now() > until) return deleted
  }
}
