import type { Metrics } from '@commonchart/telemetry'
import type { HttpAnswer } from '../http/answer.ts'
import type { Exchange } from '../http/exchange.ts'
import { readOutcome } from '../recorder/describe-exchange.ts'
import type { OnBatch } from '../recorder/recorder.ts'
import type { AddressChange } from '../subgraphs/addresses.ts'
import type { Observer } from './observe.ts'

/** What came of a question to a subgraph. */
export type FetchResult = 'ANSWERED' | 'ERRORS' | 'UNAVAILABLE' | 'TIMEOUT'

/** Counts what the gateway does. */
export interface GatewayMetrics {
  answered(exchange: Exchange, answer: HttpAnswer): void
  /** `askedAt` is of `performance.now`. */
  fetched(subgraph: string, result: FetchResult, askedAt: number): void
  sentRecords: OnBatch
  changed(change: AddressChange): void
}

/** Makes the counters of a gateway. */
export function createGatewayMetrics(
  metrics: Metrics,
  nameOperations: Observer['nameOperations'],
): GatewayMetrics {
  const requests = metrics.counter('commonchart_requests_total')
  const requestSeconds = metrics.histogram('commonchart_request_seconds')
  const errors = metrics.counter('commonchart_errors_total')
  const operations = metrics.counter('commonchart_operation_requests_total')
  const operationSeconds = metrics.histogram('commonchart_operation_seconds')
  const consumers = metrics.counter('commonchart_consumer_requests_total')
  const consumerSeconds = metrics.counter('commonchart_consumer_request_seconds_total')
  const fetches = metrics.counter('commonchart_fetches_total')
  const fetchSeconds = metrics.histogram('commonchart_fetch_seconds')
  const batchRecords = metrics.histogram('commonchart_record_batch_records')
  const batchSeconds = metrics.histogram('commonchart_record_batch_seconds')
  const opened = metrics.counter('commonchart_breaker_opened_total')

  return {
    answered(exchange, answer) {
      const { graph, startedAt, domainName, identity, call } = exchange
      const seconds = (Date.now() - startedAt) / 1000
      const outcome = readOutcome(exchange, answer)
      requests([graph, String(answer.status), outcome], 1)
      requestSeconds([graph], seconds)
      for (const code of answer.errorCodes) errors([graph, code], 1)
      const operation = call?.gathered.result?.operation
      if (operation)
        for (const name of nameOperations(graph, operation)) {
          operations([graph, operation.kind, name, outcome], 1)
          operationSeconds([graph, operation.kind, name], seconds)
        }
      if (identity?.kind !== 'consumer' || domainName === null) return
      consumers([domainName, identity.subject, outcome], 1)
      consumerSeconds([domainName, identity.subject], seconds)
    },
    fetched(subgraph, result, askedAt) {
      fetches([subgraph, result], 1)
      fetchSeconds([subgraph], (performance.now() - askedAt) / 1000)
    },
    sentRecords(records, result, leftAt) {
      batchRecords([], records)
      batchSeconds([result], (performance.now() - leftAt) / 1000)
    },
    changed({ subgraph, url, state }) {
      if (state === 'open') opened([subgraph, url], 1)
    },
  }
}

/** What the gateway is at a moment, for those who look. */
export interface GatewayState {
  listAddresses(): AddressChange[]
  countWaitingRecords(): number
  /** In milliseconds; infinite until it is heard from once. */
  registryAgeMs(): number
  supergraph(): { generation: number; digest: string }
}

const stateValues = { closed: 0, suspect: 1, open: 2 }

/** Shows the state of a gateway to those who look at its metrics. */
export function showGatewayState(metrics: Metrics, state: GatewayState): void {
  metrics.gauge('commonchart_breaker_state', () =>
    state.listAddresses().map((each) => [[each.subgraph, each.url], stateValues[each.state]]),
  )
  metrics.gauge('commonchart_record_waiting', () => [[[], state.countWaitingRecords()]])
  metrics.gauge('commonchart_registry_age_seconds', () => [[[], state.registryAgeMs() / 1000]])
  metrics.gauge('commonchart_supergraph_generation', () => {
    const { generation, digest } = state.supergraph()
    return [[[digest], generation]]
  })
}
