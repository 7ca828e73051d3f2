import { TokenRefusal } from './token-refusal.ts'

/** How far `nbf` and `iat` may lie ahead: clocks differ. */
const skewSeconds = 30

/**
 * Checks `exp`, `nbf` and `iat` (RFC 7519). `exp` must be an integer, later than now, and at most `longestLifetimeSeconds`
 * from now rounded up to the second; `nbf` and `iat`, when present, numbers at most 30 s ahead. Throws `TokenRefusal`.
 */
export function checkTimes(
  claims: Record<string, unknown>,
  { now, longestLifetimeSeconds }: { now: number; longestLifetimeSeconds: number },
): void {
  const { exp } = claims
  if (typeof exp !== 'number' || !Number.isSafeInteger(exp))
    throw new TokenRefusal('CLAIMS', 'its exp is not an integer')
  if (exp * 1000 <= now) throw new TokenRefusal('EXPIRED', 'it has expired')
  if (exp > Math.ceil(now / 1000) + longestLifetimeSeconds)
    throw new TokenRefusal('LIFETIME', `its exp is more than ${longestLifetimeSeconds} s ahead`)
  for (const name of ['nbf', 'iat'] as const) {
    const time = claims[name]
    if (time === undefined) continue
    if (typeof time !== 'number' || !Number.isFinite(time))
      throw new TokenRefusal('CLAIMS', `its ${name} is not a number`)
    if (time * 1000 > now + skewSeconds * 1000)
      throw new TokenRefusal('NOT_YET_VALID', `its ${name} lies more than ${skewSeconds} s ahead`)
  }
}
