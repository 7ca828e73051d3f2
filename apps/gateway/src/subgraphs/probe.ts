import { idleConnections, identityHeader, type ServiceSigner } from '@commonchart/identity'
import { Pool } from 'undici'
import { createServiceIdentity } from '../service-identity.ts'
import { passing, send } from './send.ts'

/** Asks an address for a sign of life. */
export interface Probe {
  /** Whether it answered, whatever it said. Never throws. */
  look(): Promise<boolean>
  close(): Promise<void>
}

const body = JSON.stringify({ query: '{ __typename }' })
const timeoutMs = 1000

/** By this those who read logs, and fakes in tests, tell it from what clients ask. */
export const probeAgent = 'commonchart-gateway-probe'

/**
 * Makes the probe of a subgraph's address: a query of the gateway's own, in its own name, through everything that a
 * client's passes but for the database. So no client waits in vain for the sake of others, nothing that changes anything
 * is ever sent to find out, and an address comes back though nobody asks. Over a connection of its own, because the
 * others may all be waiting.
 */
export function createProbe(url: string, subgraph: string, signer: ServiceSigner): Probe {
  const { origin, pathname } = new URL(url)
  let pool: Pool | undefined
  return {
    async look() {
      pool ??= new Pool(origin, { connections: 1, connectTimeout: timeoutMs, ...idleConnections })
      const headers = {
        'content-type': 'application/json',
        'user-agent': probeAgent,
        [identityHeader]: signer.sign(createServiceIdentity(), subgraph, body),
      }
      return send(pool, { path: pathname, headers, body, timeoutMs }).then(
        ({ status }) => !passing.has(status),
        () => false,
      )
    },
    async close() {
      await pool?.destroy()
    },
  }
}
