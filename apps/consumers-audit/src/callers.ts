import { withDomain } from '@commonchart/database'
import { refusal } from '@commonchart/errors'
import { requirePerson, requireSupport } from '@commonchart/subgraph'
import type { Transaction } from 'kysely'
import type { Context } from './context.ts'
import { requireNotBegun } from './domain-end.ts'
import { getDomainByName } from './domains.ts'
import type { Tables } from './tables.ts'

/**
 * Throws `FORBIDDEN` unless the caller may see consumers' settings (support account, auditor, operator) or, to write,
 * change them (support account, operator).
 */
export function requireSettings(context: Context, access: 'read' | 'write'): void {
  if (context.identity.kind === 'operator') return
  if (access === 'read') requirePerson(context)
  else requireSupport(context)
}

/**
 * The domain whose consumers a caller asks for: people have their own and cannot name another, operators must name one.
 * Throws `FORBIDDEN` as `requireSettings` does, `BAD_USER_INPUT` without a name, `NOT_FOUND` for an unknown one,
 * `DOMAIN_BEING_DELETED` to write in one whose deletion has begun.
 */
export async function getSettingsDomain(
  context: Context,
  access: 'read' | 'write',
  named: { domain: string | null | undefined; path: string },
): Promise<number> {
  requireSettings(context, access)
  const { domain, path } = named
  const given = domain !== null && domain !== undefined
  if (context.identity.kind !== 'operator') {
    if (given) throw refusal('FORBIDDEN', 'Only operators name a domain; you act in your own.', { path })
    return context.domainId
  }
  if (!given) throw refusal('BAD_USER_INPUT', 'An operator must name the domain.', { path })
  const found = await getDomainByName(context.db, domain, path)
  if (access === 'write') requireNotBegun(found)
  return found.id
}

/** Reads in a domain: in the request's own transaction where it is the caller's domain, else in a short one. */
export function readIn<Result>(
  context: Context,
  domainId: number,
  work: (trx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  return context.identity.domainId === domainId ? context.read(work) : withDomain(context.db, domainId, work)
}
