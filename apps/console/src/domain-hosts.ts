import { signOperatorToken, type PrivateServiceJwk } from '@commonchart/identity'
import { request } from 'undici'
import { ApiRefusal } from './http.ts'

/** What a domain is. */
export interface DomainFacts {
  /** The host name under which the gateway knows it. */
  host: string
  /** Whether it is one to try things out in. */
  sandbox: boolean
  /** Whether its API answers programs. */
  enabled: boolean
}

/** Says what domains are, and under which host names the gateway knows them. */
export interface DomainHosts {
  /** Throws `ApiRefusal` when no domain has the name. */
  find(domain: string): Promise<string>
  /** Throws `ApiRefusal` when no domain has the name. */
  describe(domain: string): Promise<DomainFacts>
}

const keptMs = 60_000

/** What the console calls itself where it asks for itself and for no person. */
const asker = { subject: 'console', name: 'Console' }

/** Creates what asks the operator's graph for host names and keeps each for a minute. */
export function createDomainHosts(operatorGraphUrl: string, getKey: () => PrivateServiceJwk): DomainHosts {
  const known = new Map<string, DomainFacts & { askedMs: number }>()
  const describe = async (domain: string): Promise<DomainFacts> => {
    const kept = known.get(domain)
    if (kept && Date.now() - kept.askedMs < keptMs) return kept
    const facts = await ask(operatorGraphUrl, signOperatorToken(getKey(), asker), domain)
    if (facts === null) throw new ApiRefusal(404, 'DOMAIN_NOT_FOUND', `There is no domain ${domain}.`)
    known.set(domain, { ...facts, askedMs: Date.now() })
    return facts
  }
  return { describe, find: async (domain) => (await describe(domain)).host }
}

async function ask(url: string, token: string, name: string): Promise<DomainFacts | null> {
  const query = 'query ConsoleDomainHosts($name: String!) { domain(name: $name) { hosts sandbox enabled } }'
  const { statusCode, body } = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables: { name } }),
  }).catch((error: unknown) => {
    throw new ApiRefusal(
      503,
      'GATEWAY_UNREACHABLE',
      `The gateway did not answer: ${(error as Error).message}.`,
    )
  })
  const answer = (await body.json()) as {
    data?: { domain: { hosts: string[]; sandbox: boolean; enabled: boolean } | null }
  }
  if (statusCode !== 200 || !answer.data)
    throw new ApiRefusal(503, 'GATEWAY_UNREACHABLE', 'The gateway did not say where the domain is.')
  const { hosts: [host] = [], sandbox = false, enabled = false } = answer.data.domain ?? {}
  return host === undefined ? null : { host, sandbox, enabled }
}
