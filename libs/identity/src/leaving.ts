import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * How long a connection between services lies idle before its client ends it, in milliseconds. A server that leaves waits
 * for longer: then nobody sends a request over a connection that is just being closed.
 */
export const idleConnections = { keepAliveTimeout: 2000, keepAliveMaxTimeout: 2000 }

/** How long a server that leaves goes on serving by default, in milliseconds: idle connections have ended by then. */
const usualDrainMs = 5000

/** The setting `DRAIN_MS`: undefined where it is none. */
export function readDrainMs(value: string | undefined): number | undefined {
  const drainMs = value ? Number(value) : usualDrainMs
  return Number.isInteger(drainMs) && drainMs >= 0 && drainMs <= 60_000 ? drainMs : undefined
}

/** Follows the answers of a server, so that it can leave without breaking off any. */
export class Leaving {
  readonly #underWay = new Set<ServerResponse>()
  #hasBegun = false

  get hasBegun(): boolean {
    return this.#hasBegun
  }

  /** Takes note of a request; to be called before anything is answered. */
  follow(request: IncomingMessage, response: ServerResponse): void {
    if (this.#hasBegun) response.shouldKeepAlive = false
    this.#underWay.add(response)
    response.once('close', () => this.#underWay.delete(response))
    response.once('finish', () => {
      if (!response.shouldKeepAlive) request.socket.end()
    })
  }

  /** From now on every answer says that it is the last of its connection. */
  begin(): void {
    this.#hasBegun = true
    for (const response of this.#underWay) response.shouldKeepAlive = false
  }
}
