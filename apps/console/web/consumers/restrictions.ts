import type { Consumer } from './one.ts'

/** What can be read and changed apart from other things: the names of the subgraphs. */
export const areas = ['patients', 'appointments', 'consumers-audit'] as const
export const skipValidations = 'appointments:skip-validations'

/** A form's restrictions: texts as they are typed. */
export interface Restrictions {
  limitScopes: boolean
  scopes: string[]
  ipRanges: string
  audience: string
  expiresAt: string
  requestsPerMinute: string | number
}

export const unrestricted: Restrictions = {
  limitScopes: false,
  scopes: [],
  ipRanges: '',
  audience: '',
  expiresAt: '',
  requestsPerMinute: '',
}

export function restrictionsOf(consumer: Consumer): Restrictions {
  return {
    limitScopes: Array.isArray(consumer.scopes),
    scopes: consumer.scopes ?? [],
    ipRanges: (consumer.ipRanges ?? []).join('\n'),
    audience: consumer.audience ?? '',
    expiresAt: toLocal(consumer.expiresAt),
    requestsPerMinute: consumer.requestsPerMinute ?? '',
  }
}

/** The restrictions as the graph takes them; null lifts. */
export function toInput(given: Restrictions) {
  const ranges = given.ipRanges.split(/[\s,;]+/).filter((each) => each !== '')
  return {
    scopes: given.limitScopes ? given.scopes : null,
    ipRanges: ranges.length > 0 ? ranges : null,
    audience: given.audience.trim() || null,
    expiresAt: fromLocal(given.expiresAt),
    requestsPerMinute: given.requestsPerMinute === '' ? null : Number(given.requestsPerMinute),
  }
}

/** A moment as an input of type `datetime-local` has it: in the reader's zone, to the minute. */
export function toLocal(at: string | null | undefined): string {
  if (!at) return ''
  const date = new Date(at)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** The moment that such an input says, or null. */
export function fromLocal(text: string): string | null {
  const date = new Date(text)
  return text === '' || Number.isNaN(date.getTime()) ? null : date.toISOString()
}
