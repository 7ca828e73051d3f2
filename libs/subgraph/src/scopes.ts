import type { ApolloServerPlugin } from '@apollo/server'
import { refuseReaders, requireScopes } from './authorise.ts'
import type { SubgraphContext } from './context.ts'

/**
 * Makes the second wall behind the gateway's: whoever is restricted needs `AREA:write` for a mutation and `AREA:read`
 * for anything else that is asked of the subgraph, `_entities` included; and of people the support account alone runs
 * mutations, whatever a resolver would say. What is not granted is refused, nothing is run.
 */
export function createScopePlugin<Tables>(area: string): ApolloServerPlugin<SubgraphContext<Tables>> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation({ operation, contextValue }) {
          const isMutation = operation?.operation === 'mutation'
          if (isMutation) refuseReaders(contextValue)
          requireScopes(contextValue, [`${area}:${isMutation ? 'write' : 'read'}`])
          return Promise.resolve()
        },
      }),
  }
}
