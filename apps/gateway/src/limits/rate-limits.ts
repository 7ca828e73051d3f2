import { isIPv6 } from 'node:net'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { RequestRefused } from '../http/answer.ts'

const windowSeconds = 60

/** How many requests somebody may make in a minute. Each gateway counts for itself, its share of the whole. */
export interface RateLimit {
  /** Counts one request; gives the `RateLimit` headers of the answer. Throws `RequestRefused` (RATE_LIMITED). */
  consume(key: string, gateways: number): Promise<Record<string, string>>
}

/** Makes a limit by name; the name and the numbers go out in headers (draft-ietf-httpapi-ratelimit-headers). */
export function createRateLimit(name: string, requestsPerMinute: number): RateLimit {
  let limiter: RateLimiterMemory | undefined
  let share = 0
  return {
    async consume(key, gateways) {
      const points = Math.max(Math.floor(requestsPerMinute / gateways), 1)
      if (!limiter || points !== share) {
        // Another number of gateways begins a new count: the share of each has changed.
        limiter = new RateLimiterMemory({ points, duration: windowSeconds })
        share = points
      }
      try {
        return toHeaders(name, points, await limiter.consume(bucketOf(key)))
      } catch (result) {
        if (!(result instanceof RateLimiterRes)) throw result
        const seconds = Math.max(Math.ceil(result.msBeforeNext / 1000), 1)
        throw new RequestRefused('RATE_LIMITED', 'Too many requests.', {
          facts: { limit: points, windowSeconds, retryAfterSeconds: seconds },
          headers: { ...toHeaders(name, points, result), 'retry-after': String(seconds) },
        })
      }
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
  { remainingPoints, msBeforeNext }: RateLimiterRes,
): Record<string, string> {
  return {
    'ratelimit-policy': `"${name}";q=${points};w=${windowSeconds}`,
    ratelimit: `"${name}";r=${Math.max(remainingPoints, 0)};t=${Math.ceil(msBeforeNext / 1000)}`,
  }
}
