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
      const pool = new Pool(origin, { connections: 128, connectTimeout: 2000, keepAliveTimeout: 30_000 })
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
  private readonly latest = new Map<string, Addresses>()

  constructor(overrides: Record<string, string[]>) {
    this.overrides = overrides
  }

  /** Gives the addresses of a subgraph: those configured, else the list (by commas) that the supergraph names. */
  get(subgraph: string, supergraphUrl: string | undefined): Addresses {
    const named = (supergraphUrl ?? '').split(',').map((url) => url.trim())
    const urls = this.overrides[subgraph] ?? named.filter((url) => url !== '')
    if (urls.length === 0) throw new Error(`the subgraph ${subgraph} has no address`)
    const key = `${subgraph} ${urls.join(',')}`
    const addresses = this.known.get(key) ?? new Addresses(urls)
    this.known.set(key, addresses)
    this.latest.set(subgraph, addresses)
    return addresses
  }

  /** The addresses of a subgraph of the newest supergraph; undefined when there is none of that name. */
  find(subgraph: string): Addresses | undefined {
    return this.latest.get(subgraph)
  }

  /** The names of the subgraphs that supergraphs have named. */
  names(): string[] {
    return [...this.latest.keys()].sort()
  }

  async close(): Promise<void> {
    await Promise.all([...this.known.values()].map((addresses) => addresses.close()))
    this.known.clear()
  }
}
