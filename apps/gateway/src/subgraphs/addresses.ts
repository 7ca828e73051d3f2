import { Pool, type Dispatcher } from 'undici'
import { Breaker, type BreakerState } from './breaker.ts'
import type { Probe } from './probe.ts'
import { NoAnswer, passing, send, type Received } from './send.ts'

/** How long an address that failed is asked last. */
const avoidMs = 2000
/** How often it is seen whether an address should be looked at, and looked at. */
const lookEveryMs = 250

/** One address of a subgraph: the connections kept to it, and what is thought of it. */
export class Address {
  readonly url: string
  readonly breaker: Breaker
  /** Until then the address is asked last, because it failed. */
  avoidUntil = 0
  private readonly path: string
  private readonly pool: Dispatcher
  private readonly probe: Probe
  private readonly timer: NodeJS.Timeout
  private isLooking = false

  constructor(url: string, probe: Probe, onChange: (state: BreakerState) => void) {
    const { origin, pathname } = new URL(url)
    this.url = url
    this.path = pathname
    this.pool = new Pool(origin, { connections: 128, connectTimeout: 2000, keepAliveTimeout: 30_000 })
    this.probe = probe
    this.breaker = new Breaker({ onChange })
    this.timer = setInterval(() => void this.look(), lookEveryMs)
    this.timer.unref()
  }

  /** Posts a body and gives the answer. Throws `NoAnswer`, also where somebody in between answered that nobody is there. */
  async post(request: {
    headers: Record<string, string>
    body: string
    timeoutMs: number
  }): Promise<Received> {
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

/** The addresses of one subgraph. */
export class Addresses {
  private readonly list: Address[]
  private next = 0

  constructor(list: Address[]) {
    this.list = list
  }

  /** Which to try, in order: in turn, those that failed of late at the end, those that are not there not at all. */
  order(now: number): Address[] {
    if (this.list.length === 1) return this.list.filter(({ breaker }) => breaker.allows())
    const start = this.next
    this.next = (this.next + 1) % this.list.length
    const turned = [...this.list.slice(start), ...this.list.slice(0, start)].filter(({ breaker }) =>
      breaker.allows(),
    )
    return [
      ...turned.filter((each) => each.avoidUntil <= now),
      ...turned.filter((each) => each.avoidUntil > now),
    ]
  }
}

/** What is thought of an address of a subgraph. */
export interface AddressChange {
  subgraph: string
  url: string
  state: BreakerState
}

export interface AddressBookOptions {
  /** Addresses by subgraph that stand in for those of the supergraph. */
  overrides: Record<string, string[]>
  createProbe(url: string, subgraph: string): Probe
  /** Called when an address is thought of otherwise than before. */
  onChange(change: AddressChange): void
}

/** The addresses of all subgraphs; they outlive the supergraphs, which may name others. */
export class AddressBook {
  private readonly options: AddressBookOptions
  /** By subgraph and address: what is thought of one does not depend on the list in which it stands. */
  private readonly known = new Map<string, Address>()

  constructor(options: AddressBookOptions) {
    this.options = options
  }

  /** Gives the addresses of a subgraph: those configured, else the list (by commas) that the supergraph names. */
  get(subgraph: string, supergraphUrl: string | undefined): Addresses {
    const named = (supergraphUrl ?? '').split(',').map((url) => url.trim())
    const urls = this.options.overrides[subgraph] ?? named.filter((url) => url !== '')
    if (urls.length === 0) throw new Error(`the subgraph ${subgraph} has no address`)
    return new Addresses(urls.map((url) => this.open(subgraph, url)))
  }

  /** What is thought of each address at the moment. */
  listStates(): AddressChange[] {
    return [...this.known].map(([key, { url, breaker }]) => ({
      ...{ subgraph: key.slice(0, key.indexOf(' ')), url, state: breaker.state },
    }))
  }

  private open(subgraph: string, url: string): Address {
    const { createProbe, onChange } = this.options
    const key = `${subgraph} ${url}`
    const known = this.known.get(key)
    if (known) return known
    const address = new Address(url, createProbe(url, subgraph), (state) =>
      onChange({ subgraph, url, state }),
    )
    this.known.set(key, address)
    return address
  }

  async close(): Promise<void> {
    await Promise.all([...this.known.values()].map((address) => address.close()))
    this.known.clear()
  }
}
