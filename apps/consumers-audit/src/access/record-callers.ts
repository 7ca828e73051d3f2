import { refusal } from '@commonchart/errors'
import { getSettingsDomain } from '../callers.ts'
import type { Context } from '../context.ts'

/** The domain id under which the platform's own requests are kept: those of the operator graph. */
export const platformDomainId = 0

/**
 * The domain whose record a caller reads: people have their own; operators name one, or have the platform's own. Throws as
 * `getSettingsDomain` does.
 */
export async function getRecordDomain(
  context: Context,
  named: { domain?: string | null; path?: string },
): Promise<number> {
  const { domain, path = 'domain' } = named
  if (context.identity.kind === 'operator' && (domain === null || domain === undefined))
    return platformDomainId
  return getSettingsDomain(context, 'read', { domain, path })
}

/** The consumer that calls, whose own requests it may see. Throws `FORBIDDEN` for everybody else. */
export function getCallingConsumer(context: Context): { domainId: number; consumerId: string } {
  if (context.identity.kind !== 'consumer')
    throw refusal('FORBIDDEN', 'Only a program sees its own requests here; people have the access log.')
  return { domainId: context.domainId, consumerId: context.identity.subject }
}
