/** Something of a consumer that ends by itself within 30 days, or has in the past 7. */
export interface Ending {
  kind: 'key' | 'consumer'
  at: string
  past: boolean
  /** The key's `kid`, or the beginning of its thumbprint. */
  label: string
}

const dayMs = 86_400_000

/** Lists what ends soon, next first. */
export function listEndings(
  consumer: {
    active: boolean
    expiresAt?: string | null
    keys: { kid?: string | null; thumbprint: string; retireAt?: string | null }[]
  },
  nowMs = Date.now(),
): Ending[] {
  const ends = (at: string | null | undefined): at is string => {
    if (!at) return false
    const leftMs = Date.parse(at) - nowMs
    return leftMs < 30 * dayMs && leftMs > -7 * dayMs
  }
  const past = (at: string): boolean => Date.parse(at) <= nowMs
  const keys = consumer.keys.flatMap(({ kid, thumbprint, retireAt }) =>
    ends(retireAt)
      ? [{ kind: 'key' as const, at: retireAt, past: past(retireAt), label: kid ?? thumbprint.slice(0, 8) }]
      : [],
  )
  const whole = ends(consumer.expiresAt)
    ? [{ kind: 'consumer' as const, at: consumer.expiresAt, past: past(consumer.expiresAt), label: '' }]
    : []
  return [...keys, ...whole].sort((one, other) => one.at.localeCompare(other.at))
}
