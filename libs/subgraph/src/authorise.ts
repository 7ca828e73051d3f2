import { refusal } from '@commonchart/errors'
import { findMissingScopes, type Identity } from '@commonchart/identity'

interface Caller {
  identity: Identity
}

/** Refuses everybody but the support account of the domain: for fields tagged `settings` that change something. */
export function requireSupport(context: Caller): void {
  const { kind, role } = context.identity
  if (kind !== 'person' || role !== 'support')
    throw refusal('FORBIDDEN', 'Only the support account of the domain may do this.')
}

/** Refuses people who are not the support account, auditors above all, whatever it is that they want to change. */
export function refuseReaders(context: Caller): void {
  const { kind, role } = context.identity
  if (kind === 'person' && role !== 'support')
    throw refusal(
      'FORBIDDEN',
      'Only the support account of the domain may change anything; nothing was executed.',
    )
}

/** Refuses everybody but the people of the domain's console: for fields tagged `settings` that only read. */
export function requirePerson(context: Caller): void {
  const { kind, role } = context.identity
  if (kind !== 'person' || (role !== 'support' && role !== 'auditor'))
    throw refusal('FORBIDDEN', 'Only the support account or an auditor of the domain may see this.')
}

/** Refuses everybody but an operator of the platform: for fields tagged `operator`. */
export function requireOperator(context: Caller): void {
  if (context.identity.kind !== 'operator')
    throw refusal('FORBIDDEN', 'Only an operator of the platform may do this.')
}

/** Refuses a restricted caller without every one of these scopes: `SCOPE_MISSING`, which names all that are missing. */
export function requireScopes(context: Caller, needed: string[], facts: Record<string, unknown> = {}): void {
  const scopes = findMissingScopes(context.identity.scopes, needed)
  if (scopes.length > 0)
    throw refusal('SCOPE_MISSING', `The consumer lacks ${scopes.join(', ')}.`, { scopes, ...facts })
}
