import type { GraphName } from '@commonchart/supergraph'
import type { TraceSpan, Tracing } from '@commonchart/telemetry'
import type { IncomingMessage } from 'node:http'
import type { CallResult } from '../graphs/call.ts'
import type { HttpAnswer } from '../http/answer.ts'
import type { Exchange } from '../http/exchange.ts'
import type { GatewayMetrics } from './gateway-metrics.ts'

/** Whether the graph in service has such a root field. */
export type HasRootField = (graph: GraphName, kind: 'QUERY' | 'MUTATION', field: string) => boolean

/** What watches the requests of a gateway, as far as that was asked for. */
export interface Observer {
  metrics: GatewayMetrics | undefined
  tracing: Tracing | undefined
  nameOperations(graph: GraphName, operation: CallResult['operation'] | undefined): string[]
}

/** A request that asks for more root fields is told of by so many. */
const mostOperations = 10

/**
 * Makes what names an operation: by its root fields as far as the schema has them, since the name that a client gives it,
 * and fields that do not exist, are the client's own text.
 */
export function createOperationNames(hasRootField: HasRootField): Observer['nameOperations'] {
  return (graph, operation) => {
    if (!operation) return []
    const { kind, rootFields } = operation
    const names = rootFields
      .slice(0, mostOperations)
      .map((field) => (hasRootField(graph, kind, field) ? field : 'other'))
    return [...new Set(names)]
  }
}

/** Begins the span of a request, if it is to have one. */
export function drawRequestSpan(
  tracing: Tracing,
  request: IncomingMessage,
  { graph, method, requestId }: Exchange,
): TraceSpan | undefined {
  return tracing.draw(
    `${method} ${graph}`,
    {
      kind: 'server',
      attributes: {
        'http.request.method': method,
        'commonchart.graph': graph,
        'commonchart.request_id': requestId,
      },
    },
    request.headers.traceparent,
  )
}

/** Ends the span of a request with what came of it. */
export function endRequestSpan(
  span: TraceSpan,
  exchange: Exchange,
  { status, errorCodes }: HttpAnswer,
  nameOperations: Observer['nameOperations'],
): void {
  const { graph, domainName, identity, call } = exchange
  const operation = call?.gathered.result?.operation
  span.set({
    'http.response.status_code': status,
    'commonchart.domain': domainName ?? undefined,
    'commonchart.consumer_id': identity?.kind === 'consumer' ? identity.subject : undefined,
    'graphql.operation.type': operation?.kind.toLowerCase(),
    'commonchart.root_fields': operation ? nameOperations(graph, operation) : undefined,
  })
  span.end(errorCodes[0])
}
