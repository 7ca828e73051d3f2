import type { IncomingMessage } from 'node:http'
import type { Identity, KeySet } from '@commonchart/identity'
import type { GraphName } from '@commonchart/supergraph'
import type { Logger } from 'pino'
import type { Follower } from '../registry/follow.ts'
import type { Domain } from '../registry/registry.ts'
import { readBearerToken } from '../token/bearer.ts'
import { isInRanges } from '../token/ip-ranges.ts'
import { verifyPersonToken } from '../token/person-token.ts'
import { TokenRefusal } from '../token/token-refusal.ts'
import { verifyToken } from '../token/verify-token.ts'
import { RequestRefused } from './answer.ts'
import type { Origin } from './client-address.ts'
import { toRequestRefused } from './refuse-token.ts'

export interface AdmitOptions {
  follower: Follower
  people: KeySet
  logger: Logger
  now: () => number
}

/** A request and what has been found out about it so far. */
export interface Arrival {
  request: IncomingMessage
  graph: GraphName
  origin: Origin
  requestId: string
}

/** Who was let in, and how much it may ask. */
export interface Admission {
  identity: Identity
  /** The consumer's own limit; null is what every consumer may. */
  requestsPerMinute: number | null
}

type Principal = Pick<Identity, 'kind' | 'subject' | 'name' | 'role' | 'scopes' | 'keyId'> &
  Pick<Admission, 'requestsPerMinute'>

/** Steps 1 and 2 of the life of a request: which domain, and who. Throws `RequestRefused`. */
export type Admit = (arrival: Arrival) => Promise<Admission>

/** Makes the gate through which every request to a graph comes. */
export function createAdmit({ follower, people, logger, now }: AdmitOptions): Admit {
  return async (arrival) => {
    const { request, graph, origin, requestId } = arrival
    const domain = graph === 'operator' ? null : findDomain(follower, origin.host, graph)
    try {
      const token = readBearerToken(request)
      const { requestsPerMinute, ...principal } = await readPrincipal(token, arrival, domain)
      const identity = {
        ...principal,
        domainId: domain?.id ?? null,
        ip: origin.address,
        language: readLanguage(request.headers.language),
        requestId,
        mutations: [],
      }
      return { identity, requestsPerMinute }
    } catch (error) {
      if (!(error instanceof TokenRefusal)) throw error
      logger.warn(
        { requestId, graph, domain: domain?.name, address: origin.address, reason: error.reason },
        'a token was refused',
      )
      throw toRequestRefused(error, now())
    }
  }

  async function readPrincipal(
    token: string,
    { graph, origin }: Arrival,
    domain: Domain | null,
  ): Promise<Principal> {
    if (graph === 'enterprise' && domain) {
      const options = { domainId: domain.id, registry: follower.registry, now: now() }
      const { consumer, keyId } = await verifyToken(token, options)
      const { id: subject, name, scopes, ipRanges, requestsPerMinute } = consumer
      if (!isInRanges(origin.address, ipRanges)) throw ipNotAllowed(origin)
      return { kind: 'consumer', subject, name, role: null, scopes, keyId, requestsPerMinute }
    }
    const kind = graph === 'operator' ? 'operator' : 'person'
    const person = verifyPersonToken(token, { kind, domain: domain?.name ?? null, keys: people, now: now() })
    return { ...person, scopes: null, requestsPerMinute: null }
  }
}

function findDomain(follower: Follower, host: string, graph: GraphName): Domain {
  if (!follower.isLive())
    throw new RequestRefused(
      'REGISTRY_UNAVAILABLE',
      'The registry of domains and consumers has not been heard from; nothing was executed.',
      { headers: { 'retry-after': '2' } },
    )
  const domain = follower.registry.findDomain(host)
  if (!domain) throw new RequestRefused('UNKNOWN_DOMAIN', 'No domain has this host name.')
  const isServed = domain.state === 'ACTIVE' && (graph !== 'enterprise' || domain.enabled)
  if (!isServed)
    throw new RequestRefused('API_NOT_ENABLED', 'The Enterprise API is not enabled for this domain.')
  return domain
}

/** Told only once the signature has been verified: it says nothing of who is registered. */
function ipNotAllowed({ address }: Origin): RequestRefused {
  return new RequestRefused('IP_NOT_ALLOWED', 'The consumer may not be used from this address.', {
    facts: { address },
  })
}

function readLanguage(header: string | string[] | undefined): 'en' | 'fr' {
  const text = Array.isArray(header) ? header[0] : header
  return /^\s*fr\b/i.test(text ?? '') ? 'fr' : 'en'
}
