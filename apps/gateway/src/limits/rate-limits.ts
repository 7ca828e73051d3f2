import { isIPv6 } from 'node:net'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { RequestRefused } from '../http/answer.ts'

const windowSeconds = 60

/** How many requests somebody may make in a minute. Each gateway counts for itself, its share of the whole. */
export interface RateLimit {
  /**
   * Counts one request; gives the `RateLimit` headers of the answer. `own` stands in place of the common limit. Throws
   * `RequestRefused` (RATE_LIMITED).
   */
  consume(key: string, gateways: number, own?: number | null): Promise<Record<string, string>>
}

/** Makes a limit by name; the name and the numbers go out in headers (draft-ietf-httpapi-ratelimit-headers). */
export function createRateLimit(name: string, requestsPerMinute: number): RateLimit {
  let counter: RateLimiterMemory | undefined
  let sharers = 0
  return {
    async consume(key, gateways, own) {
      const points = Math.max(Math.floor((own ?? requestsPerMinute) / gateways), 1)
      if (!counter || gateways !== sharers) {
        // Another number of gateways begins a new count: the share of each has changed. It only counts, without a limit of
        // its own, because each consumer may have another.
        counter = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: windowSeconds })
        sharers = gateways
      }
      const { consumedPoints, msBeforeNext } = await counter.consume(bucketOf(key))
      const headers = toHeaders(name, points, Math.max(points - consumedPoints, 0), msBeforeNext)
      if (consumedPoints <= points) return headers
      const seconds = Math.max(Math.ceil(msBeforeNext / 1000), 1)
      throw new RequestRefused('RATE_LIMITED', 'Too many requests.', {
        facts: { limit: points, windowSeconds, retryAfterSeconds: seconds },
        headers: { ...headers, 'retry-after': String(seconds) },
      })
    },
  }
}

/** Whoever has one IPv6 address has 2^64 of them: they count as one. */
export function bucketOf(key: string): string {
  if (!isIPv6(key)) return key
  const [head = '', tail] = key.split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':') : []
  const zeros = tail === undefined ? 0 : Math.max(8 - groups.length - after.length, 0)
  const prefix = [...groups, ...new Array<string>(zeros).fill('0'), ...after].slice(0, 4)
  return `${prefix.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}

function toHeaders(
  name: string,
  points: number,
  remaining: number,
  msBeforeNext: number,
): Record<string, string> {
  return {
    'ratelimit-policy': `"${name}";q=${points};w=${windowSeconds}`,
    ratelimit: `"${name}";r=${remaining};t=${Math.ceil(msBeforeNext / 1000)}`,
  }
}
