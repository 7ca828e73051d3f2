import { refusal } from '@commonchart/errors'
import { findMissingScopes, type Identity } from '@commonchart/identity'

/** Refuses a restricted principal that lacks scopes, with 403 and every one of them. Throws `SCOPE_MISSING`. */
export function checkScopes({ scopes: held }: Pick<Identity, 'scopes'>, needed: Iterable<string>): void {
  const scopes = findMissingScopes(held, needed)
  if (scopes.length > 0)
    throw refusal('SCOPE_MISSING', `The consumer lacks ${scopes.join(', ')}. Nothing was executed.`, {
      scopes,
      http: { status: 403 },
    })
}
