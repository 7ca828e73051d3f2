import type { IncomingMessage } from 'node:http'
import type { Identity, KeySet } from '@commonchart/identity'
import type { GraphName } from '@commonchart/supergraph'
import type { Follower } from '../registry/follow.ts'
import type { Domain } from '../registry/registry.ts'
import { readBearerToken } from '../token/bearer.ts'
import { verifyPersonToken } from '../token/person-token.ts'
import { TokenRefusal } from '../token/token-refusal.ts'
import { verifyToken } from '../token/verify-token.ts'
import { RequestRefused } from './answer.ts'
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
  identify(request: IncomingMessage, exchange: Exchange, domain: Domain | null): Promise<Identity>
}

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
        const principal = await readPrincipal(token, graph, domain)
        return {
          ...principal,
          domainId: domain?.id ?? null,
          scopes: [],
          ip: origin.address,
          language: readLanguage(request.headers.language),
          requestId,
          mutations: [],
        }
      } catch (error) {
        if (!(error instanceof TokenRefusal)) throw error
        exchange.refusalReason = error.reason
        throw toRequestRefused(error, now())
      }
    },
  }

  async function readPrincipal(
    token: string,
    graph: GraphName,
    domain: Domain | null,
  ): Promise<Pick<Identity, 'kind' | 'subject' | 'name' | 'role' | 'keyId'>> {
    if (graph === 'enterprise' && domain) {
      const options = { domainId: domain.id, registry: follower.registry, now: now() }
      const { consumer, keyId } = await verifyToken(token, options)
      return { kind: 'consumer', subject: consumer.id, name: consumer.name, role: null, keyId }
    }
    const kind = graph === 'operator' ? 'operator' : 'person'
    return verifyPersonToken(token, { kind, domain: domain?.name ?? null, keys: people, now: now() })
  }
}

function checkServed(domain: Domain, graph: GraphName): void {
  const isServed = domain.state === 'ACTIVE' && (graph !== 'enterprise' || domain.enabled)
  if (!isServed)
    throw new RequestRefused('API_NOT_ENABLED', 'The Enterprise API is not enabled for this domain.')
}

function readLanguage(header: string | string[] | undefined): 'en' | 'fr' {
  const text = Array.isArray(header) ? header[0] : header
  return /^\s*fr\b/i.test(text ?? '') ? 'fr' : 'en'
}
