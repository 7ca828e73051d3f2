import { refusal } from '@commonchart/errors'
import { requireScopes, requireSupport, type Change, type SubgraphContext } from '@commonchart/subgraph'
import type { Tables } from './tables.ts'

/** What resolvers of this subgraph get. */
export type Context = SubgraphContext<Tables>

/** A mutation of this subgraph under way. */
export type AppointmentsChange = Change<Tables>

/** Refuses everybody but consumers and the support account: for mutations of the enterprise graph. */
export function requireWriter(context: Context): void {
  if (context.identity.kind === 'consumer') return
  if (context.identity.kind === 'person') return requireSupport(context)
  throw refusal('FORBIDDEN', 'Only an API consumer or the support account of the domain may do this.')
}

/** Refuses an override of the booking rules by a restricted consumer that was not given the scope for it. */
export function requireOverride(context: Context, input: { skipValidations?: boolean | null }): void {
  if (input.skipValidations === true)
    requireScopes(context, ['appointments:skip-validations'], { path: 'input.skipValidations' })
}
