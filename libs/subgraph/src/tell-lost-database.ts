import type { ApolloServerPlugin } from '@apollo/server'
import { unwrapResolverError } from '@apollo/server/errors'
import { DatabaseLost } from '@commonchart/database'
import { refusal } from '@commonchart/errors'
import type { GraphQLError } from 'graphql'
import type { Logger } from 'pino'
import type { SubgraphContext } from './context.ts'

/** The refusal `SUBGRAPH_UNAVAILABLE` for a subgraph whose database is not there. */
export function refuseWithoutDatabase(area: string, facts: Record<string, unknown> = {}): GraphQLError {
  return refusal('SUBGRAPH_UNAVAILABLE', `The database of the area ${area} could not be reached.`, {
    area,
    ...facts,
  })
}

/**
 * Keeps for each error of a lost database what its caller is told: `SUBGRAPH_UNAVAILABLE` with the area and, of a mutation,
 * whether it was executed. The log is told once for each request, with the cause.
 */
export function openLostDatabaseTelling<Tables>(
  area: string,
  logger: Logger,
): { plugin: ApolloServerPlugin<SubgraphContext<Tables>>; find(error: unknown): GraphQLError | undefined } {
  const told = new WeakMap<object, GraphQLError>()
  return {
    find: (error) => (typeof error === 'object' && error !== null ? told.get(error) : undefined),
    plugin: {
      requestDidStart: () =>
        Promise.resolve({
          didEncounterErrors({ errors, contextValue, operation }) {
            const lost = errors.flatMap((error) => {
              const cause = unwrapResolverError(error)
              return cause instanceof DatabaseLost ? [{ error, cause }] : []
            })
            for (const { error, cause } of lost) {
              const root = String(error.path?.[0])
              const executed = cause.stage === 'commit' ? 'unknown' : contextValue.hasCommitted(root)
              told.set(
                error,
                refuseWithoutDatabase(area, operation?.operation === 'mutation' ? { executed } : {}),
              )
            }
            const [first] = lost
            if (first)
              logger.warn(
                { err: first.cause, requestId: contextValue.requestId, fields: lost.length },
                'the database was not there for a request',
              )
            return Promise.resolve()
          },
        }),
    },
  }
}
