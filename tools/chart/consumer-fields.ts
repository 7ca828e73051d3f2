import { UsageError } from './io.ts'
import type { Settings } from './settings.ts'

/** A program as the command line shows it. */
export interface Consumer {
  id: string
  name: string
  active: boolean
  issuer: string
  audience: string | null
  scopes: string[] | null
  ipRanges: string[] | null
  expiresAt: string | null
  requestsPerMinute: number | null
  lastUsedAt: string | null
  requestCount: number
  errorCount: number
  keys: ConsumerKey[]
}

export interface ConsumerKey {
  id: string
  kid: string | null
  thumbprint: string
  notBefore: string | null
  retireAt: string | null
  retired: boolean
  lastUsedAt: string | null
}

export const keyFields = 'id kid thumbprint notBefore retireAt retired lastUsedAt'

export const consumerFields = `id name active issuer audience scopes ipRanges expiresAt requestsPerMinute lastUsedAt
  requestCount errorCount keys { ${keyFields} }`

/** Runs one mutation of a consumer on the operator's graph and gives its payload. */
export async function changeConsumer(
  ask: Settings['askOperator'],
  mutation: string,
  input: Record<string, unknown>,
  selection = `consumer { ${consumerFields} }`,
): Promise<{ consumer: Consumer; key: ConsumerKey }> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`
  const data = await ask(`mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} } }`, {
    input,
  })
  return data[mutation] as { consumer: Consumer; key: ConsumerKey }
}

/** Reads a time that a person wrote, as an instant: with its offset, or a day that begins in UTC. Throws `UsageError`. */
export function readTime(text: string, option: string): string {
  const hasOffset = /(Z|[+-]\d{2}:?\d{2})$/.test(text) || /^\d{4}-\d{2}-\d{2}$/.test(text)
  const time = hasOffset ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time))
    throw new UsageError(`${option} is a time with its offset, as 2027-01-31T09:00:00Z.`)
  return new Date(time).toISOString()
}

/** What an option asks for: absent leaves a setting as it is, `false` (its `--no-` form) lifts it. */
export function readOption<Value, Read = Value>(
  value: Value | false | undefined,
  read: (value: Value) => Read,
): Read | null | undefined {
  if (value === undefined) return undefined
  return value === false ? null : read(value)
}
