import { ApolloServer, HeaderMap, type ApolloServerPlugin } from '@apollo/server'
import { unwrapResolverError } from '@apollo/server/errors'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import { isRefusal } from '@commonchart/errors'
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql'
import type { Logger } from 'pino'
import type { SubgraphContext } from './context.ts'
import { toRecorderContent } from './recorded.ts'
import { createScopePlugin } from './scopes.ts'
import { openLostDatabaseTelling } from './tell-lost-database.ts'
import { isUnreadableText } from './unreadable-text.ts'

/** An answer ready to be sent. */
export interface HttpAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

export interface Executor<Tables> {
  execute(body: unknown, context: SubgraphContext<Tables>): Promise<HttpAnswer>
  stop(): Promise<void>
}

/** What graphql-js and Apollo Server say of a request: safe to pass on, for it speaks of the document alone. */
const requestCodes = new Set([
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
])

/**
 * Starts the GraphQL engine of the subgraph `name`. Errors that are not refusals are logged and leave as
 * INTERNAL_SERVER_ERROR, but for what the database says of text that cannot be stored and of time that is up, and where it is not there
 * at all; a restricted caller needs the scope of each operation.
 */
export async function startExecutor<Tables>(
  name: string,
  schema: GraphQLSchema,
  logger: Logger,
): Promise<Executor<Tables>> {
  const lostDatabase = openLostDatabaseTelling<Tables>(name, logger)
  const server = new ApolloServer<SubgraphContext<Tables>>({
    schema,
    introspection: true,
    csrfPrevention: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    allowBatchedHttpRequests: false,
    formatError: (formatted, error) => {
      const lost = lostDatabase.find(error)
      if (!lost) return formatError(formatted, error, logger)
      return { message: lost.message, path: formatted.path, extensions: lost.extensions }
    },
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      // It would look at every field of every answer, and nobody caches them.
      ApolloServerPluginCacheControlDisabled(),
      createScopePlugin(name),
      lostDatabase.plugin,
      extensionsPlugin(),
    ],
  })
  await server.start()
  return {
    async execute(body, context) {
      const headers = new HeaderMap([['content-type', 'application/json']])
      const response = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: { method: 'POST', headers, search: '', body },
        context: () => Promise.resolve(context),
      })
      if (response.body.kind !== 'complete') throw new Error('a subgraph answers in one piece')
      return {
        status: response.status ?? 200,
        headers: Object.fromEntries(response.headers),
        body: response.body.string,
      }
    },
    stop: () => server.stop(),
  }
}

function formatError(
  formatted: GraphQLFormattedError,
  error: unknown,
  logger: Logger,
): GraphQLFormattedError {
  // To the gateway our scalars are opaque: a literal that is none of its type is found here, when the document is validated.
  const literal = error instanceof GraphQLError ? error.originalError : undefined
  if (isRefusal(literal) && formatted.extensions?.code === 'GRAPHQL_VALIDATION_FAILED')
    return { ...formatted, extensions: literal.extensions }
  const original = unwrapResolverError(error)
  const code = formatted.extensions?.code
  if (isRefusal(original) && code !== 'INTERNAL_SERVER_ERROR') return formatted
  if (typeof code === 'string' && requestCodes.has(code)) return formatted
  if (isUnreadableText(original))
    return {
      message: 'A text holds characters that cannot be stored.',
      path: formatted.path,
      extensions: { code: 'BAD_USER_INPUT' },
    }
  if (isStatementTimeout(original)) {
    logger.warn({ path: formatted.path }, 'a statement took too long and was ended')
    return {
      message: 'The answer took longer than a statement of the database may.',
      path: formatted.path,
      extensions: { code: 'TIMEOUT' },
    }
  }
  logger.error({ err: original, path: formatted.path }, 'a field failed')
  return {
    message: 'Something went wrong on our side.',
    path: formatted.path,
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  }
}

/** What PostgreSQL says of a statement that ran into `statement_timeout`. */
function isStatementTimeout(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === '57014'
}

/** Puts what the context gathered into the answer's extensions, from where the gateway collects it. */
function extensionsPlugin<Tables>(): ApolloServerPlugin<SubgraphContext<Tables>> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse({ contextValue, response }) {
          const { warnings, replayedPaths } = contextValue
          const recorder = toRecorderContent(contextValue.recorded)
          if (
            response.body.kind === 'single' &&
            (warnings.length > 0 || replayedPaths.length > 0 || recorder)
          ) {
            const { singleResult } = response.body
            singleResult.extensions = {
              ...singleResult.extensions,
              ...(warnings.length > 0 && { warnings }),
              ...(replayedPaths.length > 0 && { idempotency: 'REPLAYED', replayed: replayedPaths }),
              ...(recorder && { recorder }),
            }
          }
          return Promise.resolve()
        },
      }),
  }
}
