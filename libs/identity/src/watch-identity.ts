import { IdentityError, type Identity } from './identity.ts'
import type { KeySet } from './keys.ts'
import { readToken, verifyIdentity } from './verify.ts'

/** An identity that stands for longer than one request. */
export interface WatchedIdentity {
  identity: Identity
  /** When its token ends, in milliseconds of `Date.now`. */
  expiresAt: number
  /** Whether the key that signed the token is still trusted to: whose it is, what it may say and to whom. */
  isTrusted(): boolean
}

/** Verifies an identity token as `verifyIdentity` does, and goes on looking at the key that signed it. */
export function watchIdentity(
  keys: KeySet,
  token: string | undefined,
  expected: { audience: string; body: string | Uint8Array; now: number },
): WatchedIdentity {
  const identity = verifyIdentity(keys, token, expected)
  const { kid, expiresAt } = readToken(token ?? '')
  let trusted = keys.find(kid)
  return {
    identity,
    expiresAt,
    isTrusted() {
      const present = keys.find(kid)
      if (!present || present === trusted) return present !== undefined
      // The file was read anew: its key may be another, or have other rights.
      try {
        verifyIdentity(keys, token, expected)
        trusted = present
        return true
      } catch (error) {
        if (error instanceof IdentityError) return false
        throw error
      }
    },
  }
}
