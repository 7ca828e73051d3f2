import { refusal, Violations } from '@commonchart/errors'
import type { GraphQLResolveInfo } from 'graphql'
import type { Context } from './context.ts'
import { changeDomain, type Followers } from './domain-changes.ts'
import type { Domain } from './domains.ts'

/** How long a domain stays as it is after somebody asked for its deletion: at least, at most, and unless it is said. */
const leastDays = 1
const mostDays = 365
const dayMs = 86_400_000

/** What is said of the end of a domain. */
export interface DomainDeletion {
  scheduledFor: Date
  requestedBy: string
  begunAt: Date | null
  completedAt: Date | null
}

/** What is known of the end of a domain; null when there is to be none. */
export function readDeletion(domain: Domain): DomainDeletion | null {
  const { deleteAt, deleteRequestedBy, deletionBegunAt, deletedAt } = domain
  if (deleteAt === null) return null
  const requestedBy = deleteRequestedBy ?? ''
  return { scheduledFor: deleteAt, requestedBy, begunAt: deletionBegunAt, completedAt: deletedAt }
}

/** Throws `DOMAIN_BEING_DELETED` once the deletion of a domain has begun. */
export function requireNotBegun(domain: Domain): void {
  if (domain.deletionBegunAt !== null)
    throw refusal(
      'DOMAIN_BEING_DELETED',
      'The data of this domain is being deleted, or is deleted already.',
      {
        path: 'input.name',
      },
    )
}

/** Throws `DOMAIN_BEING_DELETED` while the deletion of a domain is scheduled, or when it has begun. */
export function requireNotScheduled(domain: Domain): void {
  requireNotBegun(domain)
  if (domain.deleteAt !== null)
    throw refusal('DOMAIN_BEING_DELETED', 'The data of this domain is to be deleted: cancel that first.', {
      path: 'input.name',
      scheduledFor: domain.deleteAt.toISOString(),
    })
}

/**
 * Takes a domain out of service and sets when its data is to be deleted; asked again, sets another time. Throws `NOT_FOUND` and
 * `DOMAIN_BEING_DELETED`.
 */
export function scheduleDomainDeletion(
  context: Context,
  info: GraphQLResolveInfo,
  input: { name: string; days: number },
  followers: Followers,
): Promise<number> {
  const violations = new Violations()
  if (input.days < leastDays || input.days > mostDays)
    violations.add('input.days', 'OUT_OF_RANGE', `From ${leastDays} to ${mostDays} days.`)
  violations.throwIfAny()
  return changeDomain(context, info, input, followers, ({ now, identity }, domain) => {
    requireNotBegun(domain)
    return Promise.resolve({
      action: 'domain_deletion.scheduled',
      set: {
        ...{ enabled: false, state: 'DISABLED' },
        ...{ deleteAt: new Date(now.getTime() + input.days * dayMs), deleteRequestedBy: identity.name },
      },
      fields: ['deleteAt', ...(domain.state === 'DISABLED' ? [] : ['state'])],
    })
  })
}

/** Calls the deletion of a domain off; it stays out of service. Throws `NOT_FOUND` and `DOMAIN_BEING_DELETED`. */
export function cancelDomainDeletion(
  context: Context,
  info: GraphQLResolveInfo,
  input: { name: string },
  followers: Followers,
): Promise<number> {
  return changeDomain(context, info, input, followers, (_, domain) => {
    requireNotBegun(domain)
    return Promise.resolve({
      action: 'domain_deletion.cancelled',
      set: { deleteAt: null, deleteRequestedBy: null },
      fields: domain.deleteAt === null ? [] : ['deleteAt'],
    })
  })
}
