import { refusal } from '@commonchart/errors'
import { requireSupport, type Change, type SubgraphContext } from '@commonchart/subgraph'
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
