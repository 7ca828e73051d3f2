import type { ApolloServerPlugin } from '@apollo/server'
import { requireScopes } from './authorise.ts'
import type { SubgraphContext } from './context.ts'

/**
 * Makes the second wall behind the gateway's: whoever is restricted needs `AREA:write` for a mutation and `AREA:read`
 * for anything else that is asked of the subgraph, `_entities` included. What is not granted is refused, nothing is run.
 */
export function createScopePlugin<Tables>(area: string): ApolloServerPlugin<SubgraphContext<Tables>> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation({ operation, contextValue }) {
          requireScopes(contextValue, [`${area}:${operation?.operation === 'mutation' ? 'write' : 'read'}`])
          return Promise.resolve()
        },
      }),
  }
}
