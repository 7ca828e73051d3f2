import { createAddressPolicy, type AddressPolicy } from './addresses.ts'
import { createRetryTimes, readRetryFactor, type RetryTimes } from './retries.ts'

/** Where events may go, and when what failed is tried again. */
export interface EventConfig {
  policy: AddressPolicy
  times: RetryTimes
  /** How long an answer is waited for. */
  timeoutMs: number
}

/** Reads `EVENT_NETWORKS`, `EVENT_TIMEOUT_MS` and `EVENT_RETRY_FACTOR`. Throws a sentence for one that is malformed. */
export function readEventConfig(environment: Record<string, string | undefined>): EventConfig {
  return {
    policy: createAddressPolicy(environment.EVENT_NETWORKS),
    times: createRetryTimes(readRetryFactor(environment)),
    timeoutMs: readTimeoutMs(environment),
  }
}

/** 10 s, unless EVENT_TIMEOUT_MS says otherwise. */
function readTimeoutMs(environment: Record<string, string | undefined>): number {
  const timeoutMs = Number(environment.EVENT_TIMEOUT_MS || 10_000)
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1000 || timeoutMs > 60_000)
    throw new Error('EVENT_TIMEOUT_MS is a whole number of milliseconds from 1000 to 60000')
  return timeoutMs
}
