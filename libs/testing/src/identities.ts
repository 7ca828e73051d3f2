import { randomUUID } from 'node:crypto'
import type { Identity } from '@commonchart/identity'

/** Creates a consumer's identity in domain 1; anything of it can be overridden. */
export function createIdentity(overrides: Partial<Identity> = {}): Identity {
  return {
    kind: 'consumer',
    subject: '1',
    name: 'Test Consumer',
    role: null,
    domainId: 1,
    scopes: null,
    keyId: '1',
    ip: '127.0.0.1',
    language: 'en',
    requestId: randomUUID(),
    mutations: [],
    ...overrides,
  }
}

/** Creates the identity of a support account of the console. */
export function createSupportIdentity(overrides: Partial<Identity> = {}): Identity {
  return createIdentity({
    kind: 'person',
    subject: 'support',
    name: 'Support',
    role: 'support',
    keyId: null,
    ...overrides,
  })
}

/** Creates the identity of an operator, who acts in no domain. */
export function createOperatorIdentity(overrides: Partial<Identity> = {}): Identity {
  return createIdentity({
    kind: 'operator',
    subject: 'operator',
    name: 'Operator',
    role: 'operator',
    domainId: null,
    keyId: null,
    ...overrides,
  })
}

/** Creates the identity of a service that asks in its own name. */
export function createServiceIdentity(name: string, overrides: Partial<Identity> = {}): Identity {
  return createIdentity({ kind: 'service', subject: `service:${name}`, name, keyId: null, ...overrides })
}
