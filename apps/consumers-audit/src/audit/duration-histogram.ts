/** A percentile that is read from a histogram is at most this share away from the exact one. */
export const precision = 0.05

/** Durations that are counted together: whole milliseconds up to and with `upToMs`, told as `ms`. */
interface Bucket {
  upToMs: number
  ms: number
}

/** The buckets in their order; each begins where the one before ends. Up to 18 ms each duration has its own. Stored counts rest on them: they never change. */
export const buckets: readonly Bucket[] = makeBuckets()

/** Counts by bucket, up to the last one that holds anything. */
export type Histogram = readonly number[]

/** A gateway gives up after 10 s: only the last bucket, for what cannot be, is wider than `precision` lets it be. */
function makeBuckets(): Bucket[] {
  const made: Bucket[] = [{ upToMs: 0, ms: 0 }]
  let from = 1
  while (from <= 20_000) {
    const ms = Math.floor(from * (1 + precision))
    const upToMs = Math.floor(ms / (1 - precision))
    made.push({ upToMs, ms })
    from = upToMs + 1
  }
  return [...made, { upToMs: Infinity, ms: from }]
}

/** Which bucket a duration is counted in. */
export function bucketOf(durationMs: number): number {
  let [low, high] = [0, buckets.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (durationMs <= (buckets[middle] as Bucket).upToMs) high = middle
    else low = middle + 1
  }
  return low
}

/** Adds histograms up. */
export function addHistograms(histograms: Iterable<Histogram>): Histogram {
  const sum: number[] = []
  for (const histogram of histograms)
    for (const [at, count] of histogram.entries()) sum[at] = (sum[at] ?? 0) + count
  return sum
}

/**
 * The duration in ms that so large a share (above 0, up to 1) of what is counted did not exceed, by the nearest rank and
 * within `precision`; null when nothing is counted.
 */
export function percentileOf(histogram: Histogram, share: number): number | null {
  const total = histogram.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  let left = Math.ceil(total * share)
  const at = histogram.findIndex((count) => (left -= count) <= 0)
  return (buckets[at] as Bucket).ms
}
