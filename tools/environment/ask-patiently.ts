import { randomUUID } from 'node:crypto'
import { askGraph, Refused, type GraphAddress } from './graph.ts'

/** Refusals after which nothing was done and the next attempt may well succeed: the machine was busy. */
const passing = ['TIMEOUT', 'SUBGRAPH_UNAVAILABLE']

/**
 * Asks a graph for data, and again, five times at most, when it had no time: with one Idempotency-Key, so that nothing is done
 * twice. `getAddress` gives a token that still lives. Throws as `askGraph` does.
 */
export async function askPatiently(
  getAddress: () => GraphAddress,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const key = randomUUID()
  for (let attemptsLeft = 5; ; attemptsLeft -= 1) {
    const address = getAddress()
    try {
      return await askGraph(
        { ...address, headers: { 'idempotency-key': key, ...address.headers } },
        query,
        variables,
      )
    } catch (error) {
      const busy =
        error instanceof Refused &&
        error.errors.every(({ extensions }) => passing.some((code) => code === extensions?.code))
      if (!busy || attemptsLeft === 0) throw error
    }
  }
}
