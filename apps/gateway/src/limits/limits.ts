/** What one request may ask for, and how often. `docs/limits.md` explains each. */
export interface Limits {
  bodyBytes: number
  tokens: number
  depth: number
  aliases: number
  /** How often one selection may name the same field. */
  repeats: number
  /** How many fragments a document may spread. */
  spreads: number
  cost: number
  requestsPerMinutePerConsumer: number
  requestsPerMinutePerAddress: number
  /** From the first byte of a request to its answer. */
  answerMs: number
}

/**
 * They admit every field of each root field of CHR to depth 8 with `first: 100`: a test holds that for what is served, and
 * there is room for all of CHR's surface (37 000 tokens, a cost of 3.7 thousand million).
 */
export const defaultLimits: Limits = {
  bodyBytes: 4 * 1024 * 1024,
  tokens: 60_000,
  depth: 20,
  aliases: 5000,
  repeats: 500,
  spreads: 500,
  cost: 10_000_000_000,
  requestsPerMinutePerConsumer: 6_000,
  requestsPerMinutePerAddress: 30_000,
  answerMs: 10_000,
}

const variables: Record<keyof Limits, string> = {
  bodyBytes: 'LIMIT_BODY_BYTES',
  tokens: 'LIMIT_TOKENS',
  depth: 'LIMIT_DEPTH',
  aliases: 'LIMIT_ALIASES',
  repeats: 'LIMIT_REPEATS',
  spreads: 'LIMIT_SPREADS',
  cost: 'LIMIT_COST',
  requestsPerMinutePerConsumer: 'LIMIT_REQUESTS_PER_MINUTE_PER_CONSUMER',
  requestsPerMinutePerAddress: 'LIMIT_REQUESTS_PER_MINUTE_PER_ADDRESS',
  answerMs: 'LIMIT_ANSWER_MS',
}

/** Reads limits that the environment sets in place of the defaults; what is no positive whole number goes to `problems`. */
export function readLimits(environment: Record<string, string | undefined>, problems: string[]): Limits {
  const limits = { ...defaultLimits }
  for (const [name, variable] of Object.entries(variables) as [keyof Limits, string][]) {
    const text = environment[variable]
    if (!text) continue
    const value = Number(text)
    if (Number.isSafeInteger(value) && value > 0) limits[name] = value
    else problems.push(`${variable} is no positive whole number`)
  }
  return limits
}
