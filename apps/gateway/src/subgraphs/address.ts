import { idleConnections } from '@commonchart/identity'
import { Pool, type Dispatcher } from 'undici'
import { Breaker, type BreakerState } from './breaker.ts'
import type { Probe } from './probe.ts'
import { NoAnswer, passing, send, type Received } from './send.ts'

/** How long an address that failed is asked last. */
const avoidMs = 2000
/** How often it is seen whether an address should be looked at, and looked at. */
const lookEveryMs = 250

interface Posted {
  headers: Record<string, string>
  body: string
  timeoutMs: number
}

/** One address of a subgraph: the connections kept to it, and what is thought of it. */
export class Address {
  readonly url: string
  readonly breaker: Breaker
  /** For what is no question of the graph and has limits of its own. */
  readonly pool: Dispatcher
  /** Until then the address is asked last, because it failed. */
  avoidUntil = 0
  private readonly path: string
  private readonly probe: Probe
  private readonly timer: NodeJS.Timeout
  private isLooking = false
  /** Ends the waiting of those who could ask elsewhere. */
  private readonly waiting = new Set<() => void>()

  constructor(url: string, probe: Probe, onChange: (state: BreakerState) => void) {
    const { origin, pathname } = new URL(url)
    this.url = url
    this.path = pathname
    this.pool = new Pool(origin, { connections: 128, connectTimeout: 2000, ...idleConnections })
    this.probe = probe
    this.breaker = new Breaker({
      onChange: (state) => {
        if (state === 'open') for (const leave of this.waiting) leave()
        onChange(state)
      },
    })
    this.timer = setInterval(() => void this.look(), lookEveryMs)
    this.timer.unref()
  }

  /**
   * Posts a body and gives the answer. Throws `NoAnswer`, also where somebody in between answered that nobody is there. Who
   * `canAskElsewhere` does not go on waiting when the address is given up.
   */
  post(request: Posted, canAskElsewhere: boolean): Promise<Received> {
    const answer = this.postAndTell(request)
    if (!canAskElsewhere) return answer
    return new Promise((resolve, reject) => {
      const leave = (): void => reject(new NoAnswer(`${this.url} is given up`, { wasWritten: true }))
      this.waiting.add(leave)
      answer.then(resolve, reject).finally(() => this.waiting.delete(leave))
    })
  }

  private async postAndTell(request: Posted): Promise<Received> {
    const askedAt = this.breaker.asked()
    try {
      const received = await send(this.pool, { path: this.path, ...request })
      if (passing.has(received.status))
        throw new NoAnswer(`${this.url} answered ${received.status}`, { wasWritten: true })
      this.breaker.answered()
      return received
    } catch (error) {
      if (error instanceof NoAnswer && error.isTimeout) this.breaker.left()
      else {
        this.avoidUntil = Date.now() + avoidMs
        this.breaker.failed(askedAt)
      }
      throw error
    }
  }

  private async look(): Promise<void> {
    if (this.isLooking || !this.breaker.needsLook()) return
    this.isLooking = true
    const askedAt = Date.now()
    if (await this.probe.look()) this.breaker.heard()
    else this.breaker.missed(askedAt)
    this.isLooking = false
  }

  /** Lets requests under way end, then closes every connection. */
  async close(): Promise<void> {
    clearInterval(this.timer)
    await Promise.all([this.pool.close(), this.probe.close()])
  }
}
