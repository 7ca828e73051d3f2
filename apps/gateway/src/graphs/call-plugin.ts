import type { ApolloServerPlugin } from '@apollo/server'
import type { GraphQLError } from 'graphql'
import type { Logger } from 'pino'
import type { Call } from './call.ts'
import { checkIdempotencyKey, markMutations } from './idempotency.ts'
import { presentErrors, presentHoles } from './present-errors.ts'

/**
 * What the gateway does around the execution of one call: marks mutations before it, and after it puts what subgraphs
 * said beside their data into `extensions` and makes errors fit for the caller.
 */
export function createCallPlugin(logger: Logger): ApolloServerPlugin<Call> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation({ schema, document, operation, request, contextValue }) {
          const { idempotencyKey, gathered } = contextValue
          if (idempotencyKey !== null && operation?.operation === 'mutation') {
            checkIdempotencyKey(idempotencyKey)
            const variables = request.variables ?? {}
            gathered.mutations = markMutations(idempotencyKey, { schema, document, operation, variables })
          }
          return Promise.resolve()
        },
        willSendResponse({ response, contextValue }) {
          if (response.body.kind !== 'single') return Promise.resolve()
          const { singleResult } = response.body
          const { gathered, requestId } = contextValue
          const { valueCompletion, ...extensions } = singleResult.extensions ?? {}
          const holes = valueCompletion ? presentHoles(valueCompletion as GraphQLError[]) : []
          const errors = [...(singleResult.errors ?? []), ...holes]
          if (errors.length > 0) singleResult.errors = presentErrors(errors, requestId, logger)
          if (gathered.warnings.length > 0) extensions.warnings = gathered.warnings
          if (gathered.replayed.size > 0) {
            extensions.idempotency = 'REPLAYED'
            extensions.replayed = [...gathered.replayed]
          }
          singleResult.extensions = Object.keys(extensions).length > 0 ? extensions : undefined
          return Promise.resolve()
        },
      }),
  }
}
