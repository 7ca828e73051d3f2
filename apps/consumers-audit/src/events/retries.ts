const minuteMs = 60_000

/** When a delivery that failed is tried again, and when it is given up. */
export interface RetryTimes {
  /** How long after a failure, of which there were so many by then, at least 1. */
  delayMs(failures: number): number
  giveUpMs: number
}

const minutes = [5, 10, 20, 60, 120]
const laterMinutes = 60
const giveUpMinutes = 3 * 24 * 60

/** As CHR has it, after 5, 10, 20, 60 and 120 minutes; then hourly until three days are over. Tests shorten all by a factor. */
export function createRetryTimes(factor = 1): RetryTimes {
  return {
    delayMs: (failures) => (minutes[failures - 1] ?? laterMinutes) * minuteMs * factor,
    giveUpMs: giveUpMinutes * minuteMs * factor,
  }
}

/** Reads EVENT_RETRY_FACTOR, which only tests set: 1 unless it is given. Throws a sentence for what is no factor. */
export function readRetryFactor(environment: Record<string, string | undefined>): number {
  const factor = Number(environment.EVENT_RETRY_FACTOR || 1)
  if (!(factor > 0 && factor <= 1)) throw new Error('EVENT_RETRY_FACTOR is a number above 0, at most 1')
  return factor
}
