import { errorCatalogue } from '@commonchart/errors'
import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import type { Logger } from 'pino'

/** What graphql-js and Apollo Server say of a client's document; from a subgraph they mean that our graphs disagree. */
const documentCodes = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_REQUEST'])

/**
 * Makes errors fit for the caller: refusals keep message, path, code and facts; everything else is logged and becomes
 * INTERNAL_SERVER_ERROR with the request id.
 */
export function presentErrors(
  errors: readonly GraphQLFormattedError[],
  requestId: string,
  logger: Logger,
): GraphQLFormattedError[] {
  return errors.map(({ message, locations, path, extensions = {} }) => {
    const { serviceName, stacktrace: _, http: __, ...facts } = extensions
    const code = codeOf(facts.code, message, serviceName !== undefined)
    const place = { ...(locations && { locations }), ...(path && { path }) }
    if (code) return { message, ...place, extensions: { ...facts, code } }
    logger.error({ requestId, subgraph: serviceName, path, code: facts.code, message }, 'a request failed')
    return {
      message: 'Something went wrong on our side.',
      ...(path && { path }),
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
    }
  })
}

function codeOf(code: unknown, message: string, isFromSubgraph: boolean): string | undefined {
  if (typeof code !== 'string' || code === 'INTERNAL_SERVER_ERROR') return undefined
  if (isFromSubgraph && documentCodes.has(code))
    // Scalars are parsed where they are used: a literal that is none of its type is the client's mistake all the same.
    return message.startsWith('Expected value of type') ? 'BAD_USER_INPUT' : undefined
  return Object.hasOwn(errorCatalogue, code) ? code : undefined
}

/** Fields that a subgraph gave null though they cannot be: the answer says so instead of leaving a hole unexplained. */
export function presentHoles(holes: readonly GraphQLError[]): GraphQLFormattedError[] {
  return holes.map(({ message, path }) => ({ message, path, extensions: { code: 'INTERNAL_SERVER_ERROR' } }))
}
