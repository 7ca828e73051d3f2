import type { Identity } from '@commonchart/identity'
import type { GraphName } from '@commonchart/supergraph'
import type { Call } from './graphs/call.ts'
import type { HttpAnswer } from './http/answer.ts'
import type { Origin } from './http/client-address.ts'

/** One request and its answer, as far as it got. */
export interface Exchange {
  requestId: string
  graph: GraphName
  origin: Origin
  startedAt: Date
  /** Who was let in; null for a refused token, of which no body is kept. */
  identity: Identity | null
  domainId: number | null
  requestBody: unknown
  call: Call | null
  answer: HttpAnswer
}

/**
 * Step 5 of the life of a request: what a request did is on the record before its answer leaves. The edge waits for this
 * before it sends anything, and sends nothing else when it throws. The recorder itself is not part of the gateway yet.
 */
export type RecordExchange = (exchange: Exchange) => Promise<void>

/** Stands where the recorder will be. */
export const recordNothing: RecordExchange = () => Promise.resolve()
