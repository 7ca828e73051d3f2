import { createHash } from 'node:crypto'
import type { GraphQLDataSource } from '@apollo/gateway'
import { deriveGraph, graphNames, type GraphName } from '@commonchart/supergraph'
import { parse } from 'graphql'
import type { Logger } from 'pino'
import { openSupergraph } from '../executor/opened-supergraph.ts'
import { openGraph, type Graph, type GraphRequest } from './graph.ts'
import { hurry, takeTurns } from './take-turns.ts'
import type { Call } from './call.ts'
import { createQueryGate, type QueryGate } from '../limits/query-limits.ts'
import type { Limits } from '../limits/limits.ts'
import { RequestRefused, type HttpAnswer } from '../http/answer.ts'

/** All graphs that come from one supergraph: in service together or not at all. */
interface Generation {
  graphs: Map<GraphName, { graph: Graph; gate: QueryGate }>
  sources: Sources
  underWay: number
  /** Set once another generation has taken over; called when nothing is under way any more. */
  onIdle: (() => void) | undefined
}

/** What the graphs of one supergraph ask their subgraphs by. */
export interface Sources {
  create(name: string, url: string | undefined): GraphQLDataSource<Record<string, never>>
  /** Called once nothing of that supergraph is under way any more. */
  close(): void
}

export interface GraphsOptions {
  openSources: () => Sources
  limits: Limits
  logger: Logger
}

/** The graphs in service. They are exchanged as a whole; a request ends on the graph on which it began. */
export class Graphs {
  private readonly options: GraphsOptions
  private current: Generation | undefined
  private readonly leaving = new Set<Promise<void>>()
  private put = { generation: 0, digest: '' }

  constructor(options: GraphsOptions) {
    this.options = options
  }

  get isReady(): boolean {
    return this.current !== undefined
  }

  /** Which supergraph is in service: how many there have been, and the SHA-256 of its text. */
  get supergraph(): { generation: number; digest: string } {
    return this.put
  }

  /** Whether a graph in service has a root field. */
  hasRootField(name: GraphName, kind: 'QUERY' | 'MUTATION', field: string): boolean {
    if (field.startsWith('__')) return ['__typename', '__schema', '__type'].includes(field)
    const schema = this.current?.graphs.get(name)?.graph.schema
    const type = kind === 'QUERY' ? schema?.getQueryType() : schema?.getMutationType()
    return type !== undefined && type !== null && Object.hasOwn(type.getFields(), field)
  }

  /**
   * Opens every graph of a supergraph and puts them into service. Requests go on meanwhile, on the graphs in service. Throws,
   * changing nothing, when one cannot be opened.
   */
  async replace(supergraph: string): Promise<void> {
    const sources = this.options.openSources()
    const next: Generation = { graphs: new Map(), sources, underWay: 0, onIdle: undefined }
    const betweenSteps = this.current ? takeTurns() : hurry
    try {
      await betweenSteps()
      const document = parse(supergraph, { noLocation: true })
      const opened = await openSupergraph(document, betweenSteps)
      for (const name of graphNames) {
        await betweenSteps()
        const derived = deriveGraph(document, name)
        if (derived === null) continue
        const graph = await openGraph(opened, derived, {
          ...{ createSource: (...named) => sources.create(...named), betweenSteps },
          logger: this.options.logger,
        })
        next.graphs.set(name, { graph, gate: createQueryGate(graph.schema, this.options.limits) })
      }
    } catch (error) {
      await stopAll(next)
      throw error
    }
    const before = this.current
    this.current = next
    const digest = createHash('sha256').update(supergraph).digest('hex')
    this.put = { generation: this.put.generation + 1, digest }
    if (before) this.retire(before)
  }

  /** Checks a request against the limits and runs it. Throws `RequestRefused` when it asks for too much. */
  async execute(name: GraphName, request: GraphRequest, call: Call): Promise<HttpAnswer> {
    const generation = this.current
    const found = generation?.graphs.get(name)
    if (!generation) throw new Error('requests are let in once the graphs are there')
    if (!found) throw new RequestRefused('NOT_FOUND', 'Nothing can be asked of this graph.', { status: 404 })
    generation.underWay += 1
    try {
      const { query, operationName, variables } = readQuery(request)
      if (query !== undefined) found.gate.check(query, operationName, variables)
      return await found.graph.execute(request, call)
    } finally {
      generation.underWay -= 1
      if (generation.underWay === 0) generation.onIdle?.()
    }
  }

  /** Ends once nothing is under way any more. */
  async close(): Promise<void> {
    const last = this.current
    this.current = undefined
    if (last) this.retire(last)
    await Promise.all(this.leaving)
  }

  private retire(generation: Generation): void {
    const idle =
      generation.underWay === 0
        ? Promise.resolve()
        : new Promise<void>((resolve) => (generation.onIdle = resolve))
    const left: Promise<void> = idle
      .then(() => stopAll(generation))
      .catch((error: unknown) => this.options.logger.error({ err: error }, 'an old graph did not stop'))
      .finally(() => this.leaving.delete(left))
    this.leaving.add(left)
  }
}

async function stopAll({ graphs, sources }: Generation): Promise<void> {
  try {
    await Promise.all([...graphs.values()].map(({ graph }) => graph.stop()))
  } finally {
    sources.close()
  }
}

interface ReadQuery {
  query: string | undefined
  operationName: string | undefined
  variables: Record<string, unknown>
}

/** Takes out of a request what the limits look at. What is not as it should be is refused by the engine. */
function readQuery({ method, search, body }: GraphRequest): ReadQuery {
  const parameters = method === 'GET' ? Object.fromEntries(new URLSearchParams(search)) : body
  const { query, operationName, variables } = (parameters ?? {}) as Record<string, unknown>
  return {
    query: typeof query === 'string' ? query : undefined,
    operationName: typeof operationName === 'string' && operationName !== '' ? operationName : undefined,
    variables: readVariables(variables),
  }
}

function readVariables(variables: unknown): Record<string, unknown> {
  if (typeof variables === 'object' && variables !== null) return variables as Record<string, unknown>
  if (typeof variables !== 'string') return {}
  try {
    return readVariables(JSON.parse(variables) ?? {})
  } catch {
    return {}
  }
}
