import { setTimeout as pause } from 'node:timers/promises'
import { idleConnections, identityHeader, type ServiceSigner } from '@commonchart/identity'
import type { Logger } from 'pino'
import { Pool } from 'undici'
import { createServiceIdentity } from '../service-identity.ts'
import { Registry, type RegistryChanges } from './registry.ts'

/** Silence longer than that, and the gateway refuses instead of guessing who is still let in. */
export const longestSilenceMs = 5000

/** Consumers-audit answers after 1 s at the latest: longer than that, and it is not there. */
const answerTimeoutMs = 3000
const retryMs = 200

/** Follows the registry of domains and consumers. */
export interface Follower {
  readonly registry: Registry
  /** Whether the registry was heard from within the last 5 s. */
  isLive(): boolean
  /** How long ago it was heard from, in milliseconds; infinite before the first time. */
  ageMs(): number
  close(): Promise<void>
}

/** Starts following the registry at consumers-audit: what changes there is known here within a second. */
export function startFollower(
  url: string,
  signer: ServiceSigner,
  logger: Logger,
  now: () => number = Date.now,
): Follower {
  const registry = new Registry()
  const pool = new Pool(new URL(url).origin, { connections: 2, connectTimeout: 1000, ...idleConnections })
  const stopping = new AbortController()
  let heardAt = -Infinity
  let isFailing = false

  async function ask(): Promise<void> {
    const body = JSON.stringify({ since: registry.version })
    const response = await pool.request({
      method: 'POST',
      path: '/internal/registry',
      headers: {
        'content-type': 'application/json',
        [identityHeader]: signer.sign(createServiceIdentity(), 'consumers-audit', body),
      },
      body,
      headersTimeout: answerTimeoutMs,
      bodyTimeout: answerTimeoutMs,
      signal: stopping.signal,
    })
    const text = await response.body.text()
    if (response.statusCode !== 200) throw new Error(`the registry answered ${response.statusCode}`)
    registry.apply(JSON.parse(text) as RegistryChanges)
    heardAt = now()
  }

  async function follow(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await ask()
        if (isFailing) logger.info({ version: registry.version }, 'the registry is heard from again')
        isFailing = false
      } catch (error) {
        if (stopping.signal.aborted) return
        if (!isFailing) logger.warn({ err: error }, 'the registry is not heard from')
        isFailing = true
        await pause(retryMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      }
    }
  }

  const following = follow()
  return {
    registry,
    isLive: () => now() - heardAt <= longestSilenceMs,
    ageMs: () => now() - heardAt,
    async close() {
      stopping.abort()
      await following
      await pool.destroy()
    },
  }
}
