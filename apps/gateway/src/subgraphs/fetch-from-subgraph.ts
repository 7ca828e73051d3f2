import { NoAnswer, type Received } from './send.ts'
import type { Address } from './address.ts'
import type { Addresses } from './addresses.ts'

/** A subgraph could not be asked, or gave no answer that can be used. `wasWritten`: it may have seen the request. */
export class SubgraphFailed extends Error {
  readonly isTimeout: boolean
  readonly wasWritten: boolean
  readonly wasAsked: boolean
  constructor(
    message: string,
    {
      isTimeout = false,
      wasWritten,
      wasAsked = true,
      cause,
    }: { isTimeout?: boolean; wasWritten: boolean; wasAsked?: boolean; cause?: unknown },
  ) {
    super(message, { cause })
    this.name = 'SubgraphFailed'
    this.isTimeout = isTimeout
    this.wasWritten = wasWritten
    this.wasAsked = wasAsked
  }
}

export interface SubgraphRequest {
  body: string
  headers: Record<string, string>
  isMutation: boolean
  /** In milliseconds of `Date.now`. */
  deadline: number
}

/**
 * Posts a body to a subgraph and gives its answer. A query that gets none is asked once more, over another connection and
 * at another address if there is one; a mutation only when no byte of it was written, since otherwise nobody knows
 * whether it ran. Where nothing was written every address is tried, but for those from which nothing has come of late:
 * where there is no other, nothing is asked and nobody waits. Throws `SubgraphFailed`.
 */
export async function fetchFromSubgraph(addresses: Addresses, request: SubgraphRequest): Promise<Received> {
  const { body, headers, isMutation, deadline } = request
  const order = addresses.order(Date.now())
  if (order.length === 0)
    throw new SubgraphFailed('it was not asked, for it has not answered of late', {
      wasWritten: false,
      wasAsked: false,
    })
  const mostWritten = isMutation ? 1 : 2
  let written = 0
  let last: unknown
  for (let attempt = 0; attempt < Math.max(2, order.length) && written < mostWritten; attempt += 1) {
    const address = order[attempt % order.length] as Address
    const timeoutMs = deadline - Date.now()
    if (timeoutMs <= 0)
      throw new SubgraphFailed('the answer is overdue', {
        isTimeout: true,
        wasWritten: written > 0,
        cause: last,
      })
    try {
      return await address.post({ headers, body, timeoutMs }, !isMutation && order.length > 1)
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      const { message, isTimeout, wasWritten } = error
      if (isTimeout) throw new SubgraphFailed(message, { isTimeout, wasWritten, cause: error })
      if (wasWritten) written += 1
      last = error
    }
  }
  throw new SubgraphFailed('no address answered', { wasWritten: written > 0, cause: last })
}
