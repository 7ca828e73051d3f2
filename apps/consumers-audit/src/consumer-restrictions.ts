import { isIP } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import type { Violations } from '@commonchart/errors'
import { isScope } from '@commonchart/identity'
import type { Consumer } from './consumers.ts'

/** What a consumer is held to; null restricts nothing. */
export type Restrictions = Pick<Consumer, 'scopes' | 'ipRanges' | 'expiresAt' | 'requestsPerMinute'>
export type RestrictionsInput = { [Name in keyof Restrictions]?: Restrictions[Name] }

const longestList = 100
const mostRequestsPerMinute = 1_000_000

export const unrestricted: Restrictions = {
  scopes: null,
  ipRanges: null,
  expiresAt: null,
  requestsPerMinute: null,
}

/** Reads the restrictions that an input names, absent ones left out, and adds a violation for each rule that is broken. */
export function readRestrictions(input: RestrictionsInput, violations: Violations): Partial<Restrictions> {
  const given: Partial<Restrictions> = {}
  if (input.scopes !== undefined) given.scopes = readScopes(input.scopes, violations)
  if (input.ipRanges !== undefined) given.ipRanges = readIpRanges(input.ipRanges, violations)
  if (input.expiresAt !== undefined) given.expiresAt = input.expiresAt
  if (input.requestsPerMinute !== undefined) {
    given.requestsPerMinute = input.requestsPerMinute
    judgeRate(input.requestsPerMinute, violations)
  }
  return given
}

/** Adds a violation when a time at which something is to end has passed by the database's clock. */
export function judgeFuture(
  time: Date | null | undefined,
  now: Date,
  path: string,
  violations: Violations,
): void {
  if (time && time.getTime() <= now.getTime())
    violations.add(path, 'IN_THE_PAST', 'This must lie in the future.')
}

/** Names the fields in which what is given differs from what is there. */
export function differingFields<Row extends object>(there: Row, given: Partial<Row>): (keyof Row & string)[] {
  const names = Object.keys(given) as (keyof Row & string)[]
  return names.filter((name) => given[name] !== undefined && !isDeepStrictEqual(there[name], given[name]))
}

function readScopes(scopes: string[] | null, violations: Violations): string[] | null {
  if (scopes === null) return null
  judgeLength(scopes, 'input.scopes', violations)
  for (const [index, scope] of scopes.entries())
    if (!isScope(scope))
      violations.add(
        ['input', 'scopes', index],
        'SCOPE',
        'A scope is AREA:read or AREA:write for the name of a subgraph, or appointments:skip-validations.',
      )
  return [...new Set(scopes)]
}

function readIpRanges(ranges: string[] | null, violations: Violations): string[] | null {
  if (ranges === null) return null
  judgeLength(ranges, 'input.ipRanges', violations)
  if (ranges.length === 0)
    violations.add('input.ipRanges', 'REQUIRED', 'Without any range nobody gets in: send null to allow all.')
  const read = ranges.map((range) => range.trim().toLowerCase())
  for (const [index, range] of read.entries())
    if (!isIpRange(range))
      violations.add(['input', 'ipRanges', index], 'IP_RANGE', 'This is no IP address or network (CIDR).')
  return [...new Set(read)]
}

function isIpRange(range: string): boolean {
  const [address = '', prefix, ...more] = range.split('/')
  const family = isIP(address)
  // A zone, as in fe80::1%eth0, names an interface of one machine and is no part of an address that others see.
  if (family === 0 || address.includes('%') || more.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128))
}

function judgeLength(list: string[], path: string, violations: Violations): void {
  if (list.length > longestList) violations.add(path, 'TOO_MANY', `At most ${longestList} can be listed.`)
}

function judgeRate(requests: number | null, violations: Violations): void {
  if (requests !== null && (requests < 1 || requests > mostRequestsPerMinute))
    violations.add('input.requestsPerMinute', 'OUT_OF_RANGE', `This is 1 to ${mostRequestsPerMinute}.`)
}
