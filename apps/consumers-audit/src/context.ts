import type { Change, SubgraphContext } from '@commonchart/subgraph'
import type { Tables } from './tables.ts'

/** What resolvers of this subgraph get. */
export type Context = SubgraphContext<Tables>

/** A mutation of this subgraph under way. */
export type ConsumersChange = Change<Tables>
