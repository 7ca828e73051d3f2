import type { TokenConsumer, TokenRegistry } from '../token/verify-token.ts'

/** A domain as the gateway needs it. `enabled` says whether programs are served, `state` whether anybody is. */
export interface Domain {
  id: number
  name: string
  hosts: string[]
  state: 'ACTIVE' | 'DISABLED'
  enabled: boolean
  zone: string
  version: number
}

/** What changed in the registry after a version: each record whole, as it is now. */
export interface RegistryChanges {
  version: number
  domains: Domain[]
  consumers: TokenConsumer[]
}

/** Every domain and consumer of the platform, in memory, as last heard from consumers-audit. */
export class Registry implements TokenRegistry {
  version = 0
  readonly #domains = new Map<number, Domain>()
  readonly #byHost = new Map<string, Domain>()
  readonly #consumers = new Map<string, TokenConsumer>()
  readonly #byIssuer = new Map<string, TokenConsumer[]>()

  findDomain(host: string): Domain | undefined {
    return this.#byHost.get(host)
  }

  findDomainByName(name: string): Domain | undefined {
    return this.#domains.values().find((domain) => domain.name === name)
  }

  findConsumers(domainId: number, issuer: string): readonly TokenConsumer[] {
    return this.#byIssuer.get(issuerKey(domainId, issuer)) ?? []
  }

  /** Takes changes in. A version that went back means that the database was restored: then they are everything. */
  apply(changes: RegistryChanges): void {
    if (changes.version < this.version) this.#clear()
    for (const domain of changes.domains) this.#putDomain(domain)
    for (const consumer of changes.consumers) this.#putConsumer(consumer)
    this.version = changes.version
  }

  #putDomain(domain: Domain): void {
    const old = this.#domains.get(domain.id)
    for (const host of old?.hosts ?? [])
      if (this.#byHost.get(host)?.id === domain.id) this.#byHost.delete(host)
    this.#domains.set(domain.id, domain)
    for (const host of domain.hosts) this.#byHost.set(host.toLowerCase(), domain)
  }

  #putConsumer(consumer: TokenConsumer): void {
    const id = issuerKey(consumer.domainId, consumer.id)
    const old = this.#consumers.get(id)
    if (old) {
      const key = issuerKey(old.domainId, old.issuer)
      const others = this.#byIssuer.get(key)?.filter((each) => each.id !== old.id) ?? []
      if (others.length > 0) this.#byIssuer.set(key, others)
      else this.#byIssuer.delete(key)
    }
    this.#consumers.set(id, consumer)
    const key = issuerKey(consumer.domainId, consumer.issuer)
    this.#byIssuer.set(key, [...(this.#byIssuer.get(key) ?? []), consumer])
  }

  #clear(): void {
    this.#domains.clear()
    this.#byHost.clear()
    this.#consumers.clear()
    this.#byIssuer.clear()
  }
}

/** Text that no other domain and issuer give: the domain's id holds no space. */
function issuerKey(domainId: number, issuer: string): string {
  return `${domainId} ${issuer}`
}
