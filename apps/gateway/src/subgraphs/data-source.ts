import { refusal } from '@commonchart/errors'
import { identityHeader, type ServiceSigner } from '@commonchart/identity'
import type { GraphQLDataSource } from '@apollo/gateway'
import { currentSpan } from '@commonchart/telemetry'
import type { Logger } from 'pino'
import type { Call, Gathered, Warning } from '../graphs/call.ts'
import type { FetchResult } from '../telemetry/gateway-metrics.ts'
import type { Addresses } from './addresses.ts'
import { fetchFromSubgraph, SubgraphFailed } from './fetch-from-subgraph.ts'
import type { Received } from './send.ts'

/** Calls one subgraph: the place where an identity goes out and everything that is not data is taken off the answer. */
export interface DataSourceOptions {
  name: string
  addresses: Addresses
  signer: ServiceSigner
  logger: Logger
  /** How long it may take over one fetch. */
  longestMs: number
  /** Called once for each fetch, with what came of it and when it began (`performance.now`). */
  onFetched?: (name: string, result: FetchResult, askedAt: number) => void
}

interface SubgraphAnswer {
  data?: Record<string, unknown> | null
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[]
  extensions?: { warnings?: Warning[]; replayed?: string[]; recorder?: unknown }
}

/** Makes the data source of a subgraph. `process` throws the one error that a subgraph which is not there gives. */
export function createDataSource(options: DataSourceOptions): GraphQLDataSource<Record<string, never>> {
  const { name, addresses, signer, logger, longestMs, onFetched } = options
  return {
    async process({ request, context }) {
      const call = context as unknown as Call
      const { gathered, identity } = call
      const isMutation = request.query?.startsWith('mutation') ?? false
      const body = JSON.stringify({ query: request.query, variables: request.variables })
      const marked = gathered.mutations.length > 0 ? { ...identity, mutations: gathered.mutations } : identity
      const askedAt = performance.now()
      const span = currentSpan()?.child(`fetch ${name}`, {
        kind: 'client',
        attributes: {
          'commonchart.subgraph': name,
          'graphql.operation.type': isMutation ? 'mutation' : 'query',
        },
      })
      const end = (result: FetchResult): void => {
        span?.end(result === 'ANSWERED' ? undefined : result)
        onFetched?.(name, result, askedAt)
      }
      try {
        const received = await fetchFromSubgraph(addresses, {
          body,
          headers: {
            'content-type': 'application/json',
            [identityHeader]: signer.sign(marked, name, body),
            ...(span && { traceparent: span.traceparent }),
          },
          isMutation,
          deadline: Math.min(call.deadline, Date.now() + longestMs),
        })
        const answer = readAnswer(received, isMutation)
        if (isMutation) {
          gathered.mutationAnswered = true
          gatherExecuted(answer, gathered)
        }
        gather(name, answer, gathered)
        end(answer.errors ? 'ERRORS' : 'ANSWERED')
        return { data: answer.data, errors: answer.errors } as never
      } catch (error) {
        if (!(error instanceof SubgraphFailed)) throw error
        end(error.isTimeout ? 'TIMEOUT' : 'UNAVAILABLE')
        if (isMutation && error.wasWritten) gathered.executed = 'unknown'
        // That it is given up was said once, and would be said here again with each request.
        const level = error.wasAsked ? 'error' : 'debug'
        logger[level]({ err: error, subgraph: name, requestId: call.requestId }, 'a subgraph did not answer')
        return tellOnce(name, error, { gathered, isMutation })
      }
    },
  }
}

function readAnswer({ status, body }: Received, isMutation: boolean): SubgraphAnswer {
  let answer: SubgraphAnswer
  try {
    answer = JSON.parse(body) as SubgraphAnswer
  } catch (error) {
    // 401 and 404 come before anything is run.
    const wasWritten = isMutation && status !== 401 && status !== 404
    throw new SubgraphFailed(`it answered ${status} and no JSON`, { wasWritten, cause: error })
  }
  if (answer.data === undefined && !Array.isArray(answer.errors))
    throw new SubgraphFailed(`it answered ${status} and neither data nor errors`, { wasWritten: isMutation })
  return answer
}

/** What a mutation's answer says of whether it ran; a subgraph that lost its database may not know. */
function gatherExecuted(answer: SubgraphAnswer, gathered: Gathered): void {
  const told = answer.errors?.map(({ extensions }) => extensions?.executed) ?? []
  if (told.includes('unknown')) gathered.executed = 'unknown'
  else if ((hasAnyData(answer) || told.includes(true)) && gathered.executed === false)
    gathered.executed = true
}

/** Whether a root field was answered: one that was refused gave null. */
function hasAnyData({ data }: SubgraphAnswer): boolean {
  return Object.values(data ?? {}).some((value) => value !== null)
}

/** Takes what is not data off an answer. */
function gather(subgraph: string, { extensions }: SubgraphAnswer, gathered: Gathered): void {
  if (!extensions) return
  const { warnings, replayed, recorder } = extensions
  if (warnings) gathered.warnings.push(...warnings)
  for (const path of replayed ?? []) gathered.replayed.add(path)
  if (recorder !== undefined) gathered.recorded.push({ subgraph, content: recorder })
}

/**
 * A subgraph that is down answers none of a request's fetches: the caller hears so once. In a mutation it hears, too,
 * whether anything was executed, as far as that is known.
 */
function tellOnce(
  name: string,
  { isTimeout, wasWritten }: SubgraphFailed,
  { gathered, isMutation }: { gathered: Gathered; isMutation: boolean },
): { data: null } {
  if (gathered.toldUnavailable.has(name)) return { data: null }
  gathered.toldUnavailable.add(name)
  const facts: Record<string, unknown> = { area: name }
  if (isMutation) facts.executed = wasWritten ? 'unknown' : false
  else if (gathered.mutationAnswered) facts.executed = true
  if (isTimeout) throw refusal('TIMEOUT', `The part of the answer that ${name} owns took too long.`, facts)
  throw refusal('SUBGRAPH_UNAVAILABLE', `The service that owns the area ${name} could not be reached.`, facts)
}
