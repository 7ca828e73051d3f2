import type { IncomingMessage } from 'node:http'
import type { Identity, KeySet } from '@commonchart/identity'
import type { GraphName } from '@commonchart/supergraph'
import type { Follower } from '../registry/follow.ts'
import type { Domain } from '../registry/registry.ts'
import { readBearerToken } from '../token/bearer.ts'
import { isInRanges } from '../token/ip-ranges.ts'
import { verifyPersonToken } from '../token/person-token.ts'
import { TokenRefusal } from '../token/token-refusal.ts'
import { verifyToken } from '../token/verify-token.ts'
import { RequestRefused } from './answer.ts'
import type { Origin } from './client-address.ts'
import type { Exchange } from './exchange.ts'
import { toRequestRefused } from './refuse-token.ts'

export interface AdmitOptions {
  follower: Follower
  people: KeySet
  now: () => number
}

/** Steps 1 and 2 of the life of a request: which domain, and who. */
export interface Admit {
  /** Gives the domain of a host. Throws `RequestRefused` when there is none, or the registry is not there. */
  findDomain(host: string): Domain
  /** Lets a principal in: to a domain, or to the platform itself (null). Throws `RequestRefused`. */
  identify(request: IncomingMessage, exchange: Exchange, domain: Domain | null): Promise<Admission>
}

/** Who was let in, and how much it may ask. */
export interface Admission {
  identity: Identity
  /** The consumer's own limit; null is what every consumer may. */
  requestsPerMinute: number | null
}

type Principal = Pick<Identity, 'kind' | 'subject' | 'name' | 'role' | 'scopes' | 'keyId'> &
  Pick<Admission, 'requestsPerMinute'> & { ipRanges: string[] | null }

/** Makes the gate through which every request to a graph comes. */
export function createAdmit({ follower, people, now }: AdmitOptions): Admit {
  return {
    findDomain(host) {
      if (!follower.isLive())
        throw new RequestRefused(
          'REGISTRY_UNAVAILABLE',
          'The registry of domains and consumers has not been heard from; nothing was executed.',
          { headers: { 'retry-after': '2' } },
        )
      const domain = follower.registry.findDomain(host)
      if (!domain) throw new RequestRefused('UNKNOWN_DOMAIN', 'No domain has this host name.')
      return domain
    },
    async identify(request, exchange, domain) {
      const { graph, origin, requestId } = exchange
      if (domain) checkServed(domain, graph)
      try {
        const token = readBearerToken(request)
        const { requestsPerMinute, ipRanges, ...principal } = await readPrincipal(token, graph, domain)
        const identity: Identity = {
          ...principal,
          domainId: domain?.id ?? null,
          ip: origin.address,
          language: exchange.language,
          requestId,
          mutations: [],
        }
        // Known from here on, so that a refusal is recorded under the name of whom it met.
        exchange.identity = identity
        if (!isInRanges(origin.address, ipRanges)) throw ipNotAllowed(origin)
        return { identity, requestsPerMinute }
      } catch (error) {
        if (!(error instanceof TokenRefusal)) throw error
        exchange.refusalReason = error.reason
        throw toRequestRefused(error, now())
      }
    },
  }

  async function readPrincipal(token: string, graph: GraphName, domain: Domain | null): Promise<Principal> {
    if (graph === 'enterprise' && domain) {
      const options = { domainId: domain.id, registry: follower.registry, now: now() }
      const { consumer, keyId } = await verifyToken(token, options)
      const { id: subject, name, scopes, ipRanges, requestsPerMinute } = consumer
      return { kind: 'consumer', subject, name, role: null, scopes, keyId, requestsPerMinute, ipRanges }
    }
    const kind = graph === 'operator' ? 'operator' : 'person'
    const person = verifyPersonToken(token, { kind, domain: domain?.name ?? null, keys: people, now: now() })
    return { ...person, scopes: null, requestsPerMinute: null, ipRanges: null }
  }
}

function checkServed(domain: Domain, graph: GraphName): void {
  const isServed = domain.state === 'ACTIVE' && (graph !== 'enterprise' || domain.enabled)
  if (!isServed)
    throw new RequestRefused('API_NOT_ENABLED', 'The Enterprise API is not enabled for this domain.')
}

/** Told only once the signature has been verified: it says nothing of who is registered. */
function ipNotAllowed({ address }: Origin): RequestRefused {
  return new RequestRefused('IP_NOT_ALLOWED', 'The consumer may not be used from this address.', {
    facts: { address },
  })
}
