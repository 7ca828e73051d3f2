import { Supergraph } from '@apollo/federation-internals'
import { QueryPlanner } from '@apollo/query-planner'
import type { DocumentNode, GraphQLSchema } from 'graphql'

/** What is worked out once for a supergraph and serves all its graphs: a plan is the same whatever a graph hides. */
export interface OpenedSupergraph {
  /** With what the graphs hide: representations may hold it. */
  schema: GraphQLSchema
  planner: QueryPlanner
  subgraphs: readonly { name: string; url?: string }[]
}

/**
 * Opens a supergraph. Throws when it is not a valid one. `betweenSteps` is called between the steps, each of which takes a good
 * part of 0.1 s.
 */
export async function openSupergraph(
  document: DocumentNode,
  betweenSteps?: () => Promise<void>,
): Promise<OpenedSupergraph> {
  await betweenSteps?.()
  const built = Supergraph.build(document, { validateSupergraph: true })
  await betweenSteps?.()
  const schema = built.schema.toGraphQLJSSchema()
  await betweenSteps?.()
  return { schema, planner: new QueryPlanner(built), subgraphs: built.subgraphsMetadata() }
}
