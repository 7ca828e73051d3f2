import { NoAnswer, send, type Received } from './send.ts'
import type { Addresses } from './addresses.ts'

/** A subgraph could not be asked, or gave no answer that can be used. */
export class SubgraphFailed extends Error {
  readonly isTimeout: boolean
  constructor(message: string, { isTimeout = false, cause }: { isTimeout?: boolean; cause?: unknown } = {}) {
    super(message, { cause })
    this.name = 'SubgraphFailed'
    this.isTimeout = isTimeout
  }
}

/** A query is tried so often before it is given up. */
const attempts = 3

/** What stands before a subgraph, or a subgraph that goes down, says these. */
const passing = new Set([502, 503, 504])

export interface SubgraphRequest {
  body: string
  headers: Record<string, string>
  isMutation: boolean
  /** In milliseconds of `Date.now`. */
  deadline: number
}

/**
 * Posts a body to a subgraph and gives the text of its answer. A query that gets none is asked again, over another
 * connection and at another address if there is one; a mutation only when no byte of it was written, since otherwise
 * nobody knows whether it ran. Throws `SubgraphFailed`.
 */
export async function fetchFromSubgraph(addresses: Addresses, request: SubgraphRequest): Promise<Received> {
  const { body, headers, isMutation, deadline } = request
  const order = addresses.order(Date.now())
  let last: unknown
  for (let attempt = 0; attempt < Math.max(attempts, order.length); attempt += 1) {
    const address = order[attempt % order.length]
    if (!address) break
    const timeoutMs = deadline - Date.now()
    if (timeoutMs <= 0) throw new SubgraphFailed('the answer is overdue', { isTimeout: true, cause: last })
    try {
      const received = await send(address.pool, { path: address.path, headers, body, timeoutMs })
      if (!passing.has(received.status)) return received
      last = new Error(`${address.url} answered ${received.status}`)
      addresses.markFailed(address, Date.now())
      if (isMutation) break
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      last = error
      if (error.isTimeout) throw new SubgraphFailed(error.message, { isTimeout: true, cause: error })
      addresses.markFailed(address, Date.now())
      if (isMutation && error.wasWritten) break
    }
  }
  throw new SubgraphFailed('no address answered', { cause: last })
}
