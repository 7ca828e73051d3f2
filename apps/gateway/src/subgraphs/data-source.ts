import { refusal } from '@commonchart/errors'
import { identityHeader, type ServiceSigner } from '@commonchart/identity'
import type { GraphQLDataSource } from '@apollo/gateway'
import type { Logger } from 'pino'
import type { Call, Gathered, Warning } from '../graphs/call.ts'
import type { Addresses } from './addresses.ts'
import { fetchFromSubgraph, SubgraphFailed } from './fetch-from-subgraph.ts'

/** Calls one subgraph: the place where an identity goes out and everything that is not data is taken off the answer. */
export interface DataSourceOptions {
  name: string
  addresses: Addresses
  signer: ServiceSigner
  logger: Logger
  /** Called once for each request that goes to the subgraph. */
  onFetch?: (name: string) => void
}

interface SubgraphAnswer {
  data?: Record<string, unknown> | null
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[]
  extensions?: { warnings?: Warning[]; replayed?: string[] }
}

/** Makes the data source of a subgraph. `process` throws the one error that a subgraph which is not there gives. */
export function createDataSource(options: DataSourceOptions): GraphQLDataSource<Record<string, never>> {
  const { name, addresses, signer, logger, onFetch } = options
  return {
    async process({ request, context }) {
      const call = context as unknown as Call
      const { gathered, identity } = call
      const isMutation = request.query?.startsWith('mutation') ?? false
      if (isMutation) gathered.mutationSent = true
      const body = JSON.stringify({ query: request.query, variables: request.variables })
      const marked = gathered.mutations.length > 0 ? { ...identity, mutations: gathered.mutations } : identity
      onFetch?.(name)
      try {
        const received = await fetchFromSubgraph(addresses, {
          body,
          headers: {
            'content-type': 'application/json',
            [identityHeader]: signer.sign(marked, name, body),
          },
          isMutation,
          deadline: call.deadline,
        })
        return readAnswer(received.status, received.body, gathered) as never
      } catch (error) {
        if (!(error instanceof SubgraphFailed)) throw error
        logger.error({ err: error, subgraph: name, requestId: call.requestId }, 'a subgraph did not answer')
        return tellOnce(name, error, gathered)
      }
    },
  }
}

function readAnswer(status: number, text: string, gathered: Gathered): SubgraphAnswer {
  let answer: SubgraphAnswer
  try {
    answer = JSON.parse(text) as SubgraphAnswer
  } catch (error) {
    throw new SubgraphFailed(`it answered ${status} and no JSON`, { cause: error })
  }
  if (answer.data === undefined && !Array.isArray(answer.errors))
    throw new SubgraphFailed(`it answered ${status} and neither data nor errors`)
  const { warnings, replayed } = answer.extensions ?? {}
  if (warnings) gathered.warnings.push(...warnings)
  for (const path of replayed ?? []) gathered.replayed.add(path)
  return { data: answer.data, errors: answer.errors }
}

/** A subgraph that is down answers none of a request's fetches: the caller hears so once. */
function tellOnce(name: string, { isTimeout }: SubgraphFailed, gathered: Gathered): { data: null } {
  if (gathered.toldUnavailable.has(name)) return { data: null }
  gathered.toldUnavailable.add(name)
  if (isTimeout)
    throw refusal('TIMEOUT', `The part of the answer that ${name} owns took too long.`, { area: name })
  throw refusal('SUBGRAPH_UNAVAILABLE', `The service that owns the area ${name} could not be reached.`, {
    area: name,
  })
}
