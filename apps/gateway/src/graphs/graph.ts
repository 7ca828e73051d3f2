import type { GraphQLDataSource } from '@apollo/gateway'
import { ApolloServer, HeaderMap } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { DocumentNode, GraphQLSchema } from 'graphql'
import type { Logger } from 'pino'
import type { OpenedSupergraph } from '../executor/opened-supergraph.ts'
import { createPlannedGateway } from '../executor/planned-gateway.ts'
import type { HttpAnswer } from '../http/answer.ts'
import { createCallPlugin } from './call-plugin.ts'
import { noteUse, type Call } from './call.ts'
import { checkScopes } from './check-scopes.ts'
import type { BetweenSteps } from './take-turns.ts'

/** A GraphQL request over HTTP, its body read and its sender known. */
export interface GraphRequest {
  method: string
  /** The query string with its `?`, or nothing. */
  search: string
  accept: string | undefined
  contentType: string | undefined
  body: unknown
}

/** One graph, ready to be asked. Planner and executor are behind this interface, and nothing else knows them. */
export interface Graph {
  /** What its clients see. */
  readonly schema: GraphQLSchema
  execute(request: GraphRequest, call: Call): Promise<HttpAnswer>
  stop(): Promise<void>
}

/** Opens a graph of a supergraph: `derived` says what of it can be seen. Throws when that makes no schema. */
export async function openGraph(
  supergraph: OpenedSupergraph,
  derived: DocumentNode,
  {
    createSource,
    betweenSteps,
    logger,
  }: {
    createSource: (name: string, url: string | undefined) => GraphQLDataSource<Record<string, never>>
    betweenSteps: BetweenSteps
    logger: Logger
  },
): Promise<Graph> {
  // Apollo's own messages say nothing of ours at the level of information.
  const engineLogger = logger.child({ engine: 'apollo' }, { level: 'warn' })
  const gateway = await createPlannedGateway({
    supergraph,
    derived,
    betweenSteps,
    createSource: (name, url) => createSource(name, url) as GraphQLDataSource,
    authorise: (context, listNeeded) => checkScopes((context as Call).identity, listNeeded()),
    onRun: (context, readUse) => noteUse(context as Call, readUse),
  })
  const server = new ApolloServer<Call>({
    gateway,
    nodeEnv: 'production',
    introspection: true,
    logger: engineLogger,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    // Every request that comes so far bears `Authorization`, which no page of another origin can make a browser send.
    csrfPrevention: { requestHeaders: ['authorization'] },
    plugins: [
      createCallPlugin(logger),
      // Nothing may be cached: every answer says so, whatever it is.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  })
  await server.start()
  return {
    schema: gateway.schema,
    async execute({ method, search, accept, contentType, body }, call) {
      const headers = new HeaderMap([['authorization', 'Bearer']])
      if (accept !== undefined) headers.set('accept', accept)
      // A body has been read as JSON by now, so only GET, which has none, can still declare what it must not.
      if (contentType !== undefined && method === 'GET') headers.set('content-type', contentType)
      const response = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: { method, headers, search, body },
        context: () => Promise.resolve(call),
      })
      if (response.body.kind !== 'complete') throw new Error('a graph answers in one piece')
      return {
        status: response.status ?? 200,
        headers: Object.fromEntries(response.headers),
        body: response.body.string,
        errorCodes: call.gathered.result?.errorCodes ?? readErrorCodes(response.body.string),
      }
    },
    stop: () => server.stop(),
  }
}

/** What Apollo Server refuses before it looks for an operation (no query, CSRF) passes no plugin. */
function readErrorCodes(body: string): string[] {
  const { errors = [] } = JSON.parse(body) as { errors?: { extensions?: { code?: unknown } }[] }
  return [...new Set(errors.map(({ extensions }) => String(extensions?.code)))]
}
