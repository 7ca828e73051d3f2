import { Pool } from 'undici'

/** What one load did; latencies in milliseconds. */
export interface LoadResult {
  perSecond: number
  p50: number
  p99: number
}

export interface LoadRequest {
  headers: Record<string, string>
  body: string
}

/**
 * Sends requests, one after the other on each of `connections` keep-alive connections. Throws at the first answer that
 * is not a GraphQL answer without errors: a bench of refusals measures nothing.
 */
export async function applyLoad(
  url: string,
  requests: LoadRequest[],
  connections: number,
): Promise<LoadResult> {
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, { connections, pipelining: 1 })
  const latencies: number[] = []
  let next = 0
  const begun = performance.now()
  async function client(): Promise<void> {
    for (let request = requests[next++]; request; request = requests[next++]) {
      const sent = performance.now()
      const { statusCode, body } = await pool.request({ path: pathname, method: 'POST', ...request })
      const text = await body.text()
      latencies.push(performance.now() - sent)
      if (statusCode !== 200 || text.includes('"errors"'))
        throw new Error(`${statusCode}: ${text.slice(0, 500)}`)
    }
  }
  await Promise.all(Array.from({ length: connections }, client))
  const seconds = (performance.now() - begun) / 1000
  await pool.close()
  latencies.sort((a, b) => a - b)
  const at = (share: number): number =>
    latencies[Math.min(Math.floor(latencies.length * share), latencies.length - 1)] ?? 0
  return { perSecond: requests.length / seconds, p50: at(0.5), p99: at(0.99) }
}
