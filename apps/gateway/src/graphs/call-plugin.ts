import { HeaderMap, type ApolloServerPlugin } from '@apollo/server'
import { refusal, tellInFrench, warnInFrench } from '@commonchart/errors'
import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import type { Logger } from 'pino'
import type { Call } from './call.ts'
import { describeOperation } from './describe-operation.ts'
import { checkIdempotencyKey, markMutations } from './idempotency.ts'
import { presentErrors, presentHoles } from './present-errors.ts'

/**
 * What the gateway does around the execution of one call: before it, makes sure that a mutation can be recorded, and marks
 * it; after it, puts what subgraphs said beside their data into `extensions`, makes errors fit for the caller, and keeps
 * for the record what became of the operation.
 */
export function createCallPlugin(logger: Logger): ApolloServerPlugin<Call> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        async didResolveOperation({ schema, document, operation, request, contextValue }) {
          if (operation?.operation !== 'mutation') return
          const { idempotencyKey, gathered } = contextValue
          if (idempotencyKey !== null) {
            checkIdempotencyKey(idempotencyKey)
            const variables = request.variables ?? {}
            gathered.mutations = markMutations(idempotencyKey, { schema, document, operation, variables })
          }
          if (await contextValue.canRecord()) return
          gathered.refusedUnrecorded = true
          throw refuseUnrecorded()
        },
        willSendResponse({ response, document, request, contextValue }) {
          if (response.body.kind !== 'single') return Promise.resolve()
          const { singleResult } = response.body
          const { gathered, requestId } = contextValue
          const isFrench = contextValue.identity.language === 'fr'
          const { valueCompletion, ...extensions } = singleResult.extensions ?? {}
          const holes = valueCompletion ? presentHoles(valueCompletion as GraphQLError[]) : []
          const errors = [...(singleResult.errors ?? []), ...holes]
          if (errors.length > 0) {
            const presented = presentErrors(errors, requestId, logger)
            singleResult.errors = isFrench ? presented.map(tellInFrench) : presented
          }
          if (gathered.warnings.length > 0)
            extensions.warnings = isFrench ? gathered.warnings.map(warnInFrench) : gathered.warnings
          if (gathered.replayed.size > 0) {
            extensions.idempotency = 'REPLAYED'
            extensions.replayed = [...gathered.replayed]
          }
          singleResult.extensions = Object.keys(extensions).length > 0 ? extensions : undefined
          gathered.result = {
            operation: document ? describeOperation(document, request.operationName) : null,
            hasData: singleResult.data !== undefined && singleResult.data !== null,
            errorCodes: listCodes(singleResult.errors),
          }
          return Promise.resolve()
        },
      }),
  }
}

/** What cannot be recorded does not happen. */
function refuseUnrecorded(): GraphQLError {
  const headers = new HeaderMap([['retry-after', '2']])
  return refusal('AUDIT_UNAVAILABLE', 'The request cannot be recorded at the moment; nothing was executed.', {
    executed: false,
    http: { status: 503, headers },
  })
}

function listCodes(errors: readonly GraphQLFormattedError[] = []): string[] {
  return [...new Set(errors.map(({ extensions }) => String(extensions?.code)))]
}
