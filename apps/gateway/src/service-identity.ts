import { randomUUID } from 'node:crypto'
import type { Identity } from '@commonchart/identity'

/** Who the gateway is when it asks on its own behalf. */
export function createServiceIdentity(): Identity {
  return {
    kind: 'service',
    subject: 'service:gateway',
    name: 'gateway',
    role: null,
    domainId: null,
    scopes: null,
    keyId: null,
    ip: null,
    language: 'en',
    requestId: randomUUID(),
    mutations: [],
  }
}
