import { openPool } from '@commonchart/database'
import type { InternalEndpoint } from '@commonchart/subgraph'
import type { Kysely } from 'kysely'
import { readRegistry, readRegistryVersion, registryChannel, type RegistryChanges } from './registry.ts'
import type { Tables } from './tables.ts'

/** How long a question waits for a change: an answer without one is the heartbeat. */
const longestWaitMs = 1000
/** The counter is looked at this often while somebody waits, so that a lost notification costs little. */
const recheckMs = 250

/** Answers gateways that follow the registry. */
export interface RegistryWatch {
  /** Gives what changed after `since`: at once when there is something, else as soon as there is, or nothing after 1 s. */
  follow(db: Kysely<Tables>, since: number): Promise<RegistryChanges>
  /** Stops listening. Questions under way are answered. */
  close(): Promise<void>
}

/**
 * Opens a watch on the registry. It listens for notifications on one connection of its own, opened at the first
 * question; answers rest on the counter alone, so a broken connection only makes them up to 250 ms later.
 */
export function openRegistryWatch(
  url: string,
  onError: (error: Error) => void = () => undefined,
): RegistryWatch {
  const waiting = new Set<() => void>()
  let stopListening: (() => Promise<void>) | undefined
  const wakeAll = () => {
    for (const wake of waiting) wake()
  }
  const listenOnce = () => {
    stopListening ??= listen(url, wakeAll, (error) => {
      stopListening = undefined
      onError(error)
    })
  }
  return {
    async follow(db, since) {
      const until = Date.now() + longestWaitMs
      listenOnce()
      for (;;) {
        // The wait begins before the counter is read: a notification in between is not lost.
        const wait = waitAtMost(Math.min(recheckMs, Math.max(until - Date.now(), 0)), waiting)
        const version = await readRegistryVersion(db)
        // A database that was restored is behind its gateways: they get its whole state.
        if (version !== since) return readRegistry(db, version < since ? 0 : since)
        if (Date.now() >= until) return { version, domains: [], consumers: [] }
        await wait
      }
    },
    async close() {
      const stop = stopListening
      stopListening = undefined
      wakeAll()
      await stop?.()
    },
  }
}

/** Makes the internal endpoint `/internal/registry`: `{ since }` in, `RegistryChanges` out. */
export function createRegistryEndpoint(watch: RegistryWatch): InternalEndpoint<Tables> {
  return ({ db, body }) => {
    const { since } = body
    if (!Number.isSafeInteger(since) || (since as number) < 0)
      throw new Error('the registry is followed from a version: `since` is a whole number')
    return watch.follow(db, since as number)
  }
}

function waitAtMost(ms: number, waiting: Set<() => void>): Promise<void> {
  return new Promise((woken) => {
    const wake = () => {
      clearTimeout(timer)
      waiting.delete(wake)
      woken()
    }
    const timer = setTimeout(wake, ms)
    waiting.add(wake)
  })
}

/** Calls `wake` at each notification. Ends itself and tells `onEnd` when its connection breaks. */
function listen(url: string, wake: () => void, onEnd: (error: Error) => void): () => Promise<void> {
  const pool = openPool(url, 1)
  const connected = pool.connect()
  let ended = false
  const end = async (error?: Error) => {
    if (ended) return
    ended = true
    if (error) onEnd(error)
    await connected.then(
      (client) => client.release(true),
      () => undefined,
    )
    await pool.end()
  }
  const fail = (error: Error) => {
    end(error).catch(onEnd)
  }
  connected
    .then(async (client) => {
      client.on('error', fail)
      client.on('notification', wake)
      await client.query(`LISTEN ${registryChannel}`)
    })
    .catch(fail)
  return () => end()
}
