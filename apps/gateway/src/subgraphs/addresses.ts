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

/** The addresses that one supergraph names, for as long as it is in use. */
export interface NamedAddresses {
  /** Gives the addresses of a subgraph: those configured, else the list (by commas) that the supergraph names. */
  get(subgraph: string, supergraphUrl: string | undefined): Addresses
  /** Says that the supergraph is in use no more. */
  release(): void
}

interface Known {
  address: Address
  /** How many supergraphs that are in use name it. */
  uses: number
}

/**
 * The addresses of all subgraphs, and what is thought of each: that outlives a supergraph when the next one names the address,
 * too. What none names that is in use is forgotten.
 */
export class AddressBook {
  private readonly options: AddressBookOptions
  /** By subgraph and address: what is thought of one does not depend on the list in which it stands. */
  private readonly known = new Map<string, Known>()
  /** What each supergraph in use names, by subgraph, the newest last. */
  private readonly named: Map<string, Addresses>[] = []
  private readonly closing = new Set<Promise<void>>()

  constructor(options: AddressBookOptions) {
    this.options = options
  }

  /** Opens the addresses of one supergraph. They must be released. */
  open(): NamedAddresses {
    const bySubgraph = new Map<string, Addresses>()
    const used = new Set<string>()
    this.named.push(bySubgraph)
    return {
      get: (subgraph, supergraphUrl) => {
        const addresses = new Addresses(
          this.listUrls(subgraph, supergraphUrl).map((url) => this.use(subgraph, url, used)),
        )
        bySubgraph.set(subgraph, addresses)
        return addresses
      },
      release: () => {
        const at = this.named.indexOf(bySubgraph)
        if (at >= 0) this.named.splice(at, 1)
        for (const key of used) this.leave(key)
        used.clear()
      },
    }
  }

  /** What is thought of each address at the moment. */
  listStates(): AddressChange[] {
    return [...this.known].map(([key, { address }]) => ({
      ...{ subgraph: key.slice(0, key.indexOf(' ')), url: address.url, state: address.breaker.state },
    }))
  }

  /** The addresses of a subgraph of the newest supergraph that has it; undefined when none in use does. */
  find(subgraph: string): Addresses | undefined {
    return this.named.findLast((each) => each.has(subgraph))?.get(subgraph)
  }

  /** The names of the subgraphs of the supergraphs in use. */
  names(): string[] {
    return [...new Set(this.named.flatMap((each) => [...each.keys()]))].sort()
  }

  /** Ends once every connection is closed. */
  async close(): Promise<void> {
    for (const key of this.known.keys()) this.forget(key)
    await Promise.all(this.closing)
  }

  private listUrls(subgraph: string, supergraphUrl: string | undefined): string[] {
    const named = (supergraphUrl ?? '').split(',').map((url) => url.trim())
    const urls = this.options.overrides[subgraph] ?? named.filter((url) => url !== '')
    if (urls.length === 0) throw new Error(`the subgraph ${subgraph} has no address`)
    return urls
  }

  /** Gives an address to a supergraph, which uses it once, however many of its graphs name it. */
  private use(subgraph: string, url: string, used: Set<string>): Address {
    const { createProbe, onChange } = this.options
    const key = `${subgraph} ${url}`
    let known = this.known.get(key)
    if (!known) {
      const tell = (state: BreakerState): void => onChange({ subgraph, url, state })
      known = { address: new Address(url, createProbe(url, subgraph), tell), uses: 0 }
      this.known.set(key, known)
    }
    if (!used.has(key)) known.uses += 1
    used.add(key)
    return known.address
  }

  private leave(key: string): void {
    const known = this.known.get(key)
    if (!known) return
    known.uses -= 1
    if (known.uses === 0) this.forget(key)
  }

  private forget(key: string): void {
    const known = this.known.get(key)
    if (!known) return
    this.known.delete(key)
    const closed: Promise<void> = known.address
      .close()
      // Nobody asks there any more: what cannot be closed is no reason to end the process.
      .catch(() => undefined)
      .finally(() => this.closing.delete(closed))
    this.closing.add(closed)
  }
}
