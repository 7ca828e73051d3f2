import type { Identity } from '@commonchart/identity'
import { nameError, type Telemetry, type TraceSpan } from '@commonchart/telemetry'

/** What a subgraph tells of itself. */
export type Observing = Partial<Pick<Telemetry, 'metrics' | 'tracing'>>

/** What was asked of an endpoint, and by whom. */
export interface Asked {
  endpoint: string
  identity: Identity
  /** The header in which another service says that it traces this; `draw` where nobody could say so. */
  traceparent: string | string[] | undefined | { draw: true }
}

/** Does the work of an endpoint, and counts and traces it as far as that was asked for. */
export type Observe = <Result>(asked: Asked, work: () => Promise<Result>) => Promise<Result>

/**
 * Makes what watches the endpoints of a subgraph. A span goes on with that of the service which asks, whose identity has been
 * verified; what comes over a channel is drawn by lot, since it stands for many requests.
 */
export function createObserve({ metrics, tracing }: Observing): Observe {
  if (!metrics && !tracing) return (_asked, work) => work()
  const seconds = metrics?.histogram('commonchart_served_seconds')
  return async (asked, work) => {
    const { endpoint } = asked
    const span = tracing && beginSpan(tracing, asked)
    const startedAt = performance.now()
    let failed: string | undefined
    try {
      return await (span ? span.run(work) : work())
    } catch (error) {
      failed = nameError(error)
      throw error
    } finally {
      span?.end(failed)
      seconds?.(
        [endpoint, failed === undefined ? 'ANSWERED' : 'FAILED'],
        (performance.now() - startedAt) / 1000,
      )
    }
  }
}

function beginSpan(
  tracing: NonNullable<Observing['tracing']>,
  { endpoint, identity, traceparent }: Asked,
): TraceSpan | undefined {
  const { kind, subject, requestId, domainId } = identity
  const options = {
    kind: 'server' as const,
    attributes: {
      'http.request.method': 'POST',
      'http.route': endpoint,
      'commonchart.request_id': requestId,
      'commonchart.domain_id': domainId ?? undefined,
      'commonchart.consumer_id': kind === 'consumer' ? subject : undefined,
    },
  }
  const name = `POST ${endpoint}`
  const isDrawn = typeof traceparent === 'object' && 'draw' in traceparent
  return isDrawn ? tracing.draw(name, options) : tracing.follow(name, options, traceparent)
}
