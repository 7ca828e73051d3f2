import { Address } from './address.ts'
import type { BreakerState } from './breaker.ts'
import type { Probe } from './probe.ts'

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
  private readonly latest = new Map<string, Addresses>()

  constructor(options: AddressBookOptions) {
    this.options = options
  }

  /** Gives the addresses of a subgraph: those configured, else the list (by commas) that the supergraph names. */
  get(subgraph: string, supergraphUrl: string | undefined): Addresses {
    const named = (supergraphUrl ?? '').split(',').map((url) => url.trim())
    const urls = this.options.overrides[subgraph] ?? named.filter((url) => url !== '')
    if (urls.length === 0) throw new Error(`the subgraph ${subgraph} has no address`)
    const addresses = new Addresses(urls.map((url) => this.open(subgraph, url)))
    this.latest.set(subgraph, addresses)
    return addresses
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

  /** The addresses of a subgraph of the newest supergraph; undefined when there is none of that name. */
  find(subgraph: string): Addresses | undefined {
    return this.latest.get(subgraph)
  }

  /** The names of the subgraphs that supergraphs have named. */
  names(): string[] {
    return [...this.latest.keys()].sort()
  }

  async close(): Promise<void> {
    await Promise.all([...this.known.values()].map((address) => address.close()))
    this.known.clear()
  }
}
