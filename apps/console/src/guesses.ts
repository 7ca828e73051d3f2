import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { ApiRefusal } from './http.ts'

/** Counts guesses at the secrets of links, by the address that they come from. */
export interface Guesses {
  /** Counts one. Throws `ApiRefusal` once an address has made too many within a minute. */
  count(address: string): Promise<void>
  /** Takes the last one back: it was none, the link was good. */
  forgive(address: string): Promise<void>
}

/** How many wrong links an address may open in a minute. Secrets have 256 bits: this is for the work that it makes. */
const perMinute = 20

/** Creates the count of one listener, kept in its memory. */
export function createGuesses(): Guesses {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 })
  return {
    async count(address) {
      try {
        await limiter.consume(address)
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused
        const seconds = Math.ceil(refused.msBeforeNext / 1000)
        throw new ApiRefusal(429, 'TOO_MANY_REQUESTS', 'That was too often. Try again in a while.', seconds)
      }
    },
    async forgive(address) {
      await limiter.reward(address)
    },
  }
}
