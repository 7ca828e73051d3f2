import { mintToken, type TokenFacts } from '../keys/token.ts'

/** So long a token lives, and so early before its end another is made. */
const lifetimeSeconds = 600
const earlySeconds = 60

/** Gives tokens of a program: one is used until it is about to expire. */
export function createTokenSource(key: CryptoKey, facts: TokenFacts): () => Promise<string> {
  let current: { token: Promise<string>; untilMs: number } | undefined
  return () => {
    const nowMs = Date.now()
    if (!current || nowMs > current.untilMs - earlySeconds * 1000)
      current = {
        untilMs: nowMs + lifetimeSeconds * 1000,
        token: mintToken(key, { ...facts, lifetimeSeconds, nowMs }),
      }
    return current.token
  }
}
