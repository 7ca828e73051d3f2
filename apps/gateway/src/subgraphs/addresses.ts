import { idleConnections } from '@commonchart/identity'
import { Pool, type Dispatcher } from 'undici'

/** One address of a subgraph and the connections kept to it. */
export interface Address {
  url: string
  path: string
  pool: Dispatcher
  /** Until then the address is asked last, because it failed. */
  avoidUntil: number
}

/** How long an address that failed is asked last. */
const avoidMs = 2000

/** The addresses of one subgraph. */
export class Addresses {
  private readonly list: Address[]
  private next = 0

  constructor(urls: readonly string[]) {
    this.list = urls.map((url) => {
      const { origin, pathname } = new URL(url)
      const pool = new Pool(origin, { connections: 128, connectTimeout: 2000, ...idleConnections })
      return { url, path: pathname, pool, avoidUntil: 0 }
    })
  }

  /** In which order to try: in turn, those that failed of late at the end. */
  order(now: number): Address[] {
    if (this.list.length === 1) return this.list
    const start = this.next
    this.next = (this.next + 1) % this.list.length
    const turned = [...this.list.slice(start), ...this.list.slice(0, start)]
    return [
      ...turned.filter((each) => each.avoidUntil <= now),
      ...turned.filter((each) => each.avoidUntil > now),
    ]
  }

  markFailed(address: Address, now: number): void {
    address.avoidUntil = now + avoidMs
  }

  /** Lets requests under way end, then closes every connection. */
  async close(): Promise<void> {
    await Promise.all(this.list.map(({ pool }) => pool.close()))
  }
}

/** The addresses of all subgraphs; they outlive the supergraphs, which may name others. */
export class AddressBook {
  private readonly overrides: Record<string, string[]>
  private readonly known = new Map<string, Addresses>()

  constructor(overrides: Record<string, string[]>) {
    this.overrides = overrides
  }

  /** Gives the addresses of a subgraph: those configured, else the list (by commas) that the supergraph names. */
  get(subgraph: string, supergraphUrl: string | undefined): Addresses {
    const named = (supergraphUrl ?? '').split(',').map((url) => url.trim())
    const urls = this.overrides[subgraph] ?? named.filter((url) => url !== '')
    if (urls.length === 0) throw new Error(`the subgraph ${subgraph} has no address`)
    const key = `${subgraph} ${urls.join(',')}`
    const known = this.known.get(key)
    if (known) return known
    const addresses = new Addresses(urls)
    this.known.set(key, addresses)
    return addresses
  }

  async close(): Promise<void> {
    await Promise.all([...this.known.values()].map((addresses) => addresses.close()))
    this.known.clear()
  }
}
