import type { Exchange } from '../http/exchange.ts'

/** A secret of an event subscription, as Standard Webhooks write it. */
const secret = /whsec_[A-Za-z0-9+/]{43}=/g

/**
 * Takes out of an answer what is shown once and never again: the record is kept for 90 days, and auditors read it. Only the
 * graphs of settings and of operators give secrets; whatever looks like one in a patient's record stays.
 */
export function withoutSecrets(graph: Exchange['graph'], answer: string): string {
  if (graph === 'enterprise' || !answer.includes('whsec_')) return answer
  return answer.replaceAll(secret, 'whsec_…')
}
