import type { BaseTables } from '@commonchart/database'
import type { Kysely } from 'kysely'
import { listHostsOf } from './domain-hosts.ts'
import { findDomain, type Domain } from './domains.ts'
import type { Tables } from './tables.ts'

/** What every subgraph knows of a domain: the payload of `domain.changed`. */
export async function readDomainReference(
  db: Kysely<Tables>,
  domain: Domain,
): Promise<BaseTables['domainRef']> {
  const { id, name, state, zone, contract, version } = domain
  return { id, name, hosts: await listHostsOf(db, id), state, zone, contract, version }
}

/** Answers a subgraph that misses the domain it acts in: the same facts as the event carries. */
export async function readDomainReferences(
  db: Kysely<Tables>,
  _ids: string[],
  domainId: number,
): Promise<BaseTables['domainRef'][]> {
  const domain = await findDomain(db, domainId)
  return domain ? [await readDomainReference(db, domain)] : []
}
