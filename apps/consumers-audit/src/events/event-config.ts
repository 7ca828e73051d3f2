import { createAddressPolicy, type AddressPolicy } from './addresses.ts'
import { createRetryTimes, readRetryFactor, type RetryTimes } from './retries.ts'

/** Where events may go, and when what failed is tried again. */
export interface EventConfig {
  policy: AddressPolicy
  times: RetryTimes
}

/** Reads `EVENT_NETWORKS` and `EVENT_RETRY_FACTOR`. Throws a sentence for one that is malformed. */
export function readEventConfig(environment: Record<string, string | undefined>): EventConfig {
  return {
    policy: createAddressPolicy(environment.EVENT_NETWORKS),
    times: createRetryTimes(readRetryFactor(environment)),
  }
}
