import { signOperatorToken, type PrivateServiceJwk } from '@commonchart/identity'
import { request } from 'undici'
import { ApiRefusal } from './http.ts'

/** Says under which host name the gateway knows a domain. */
export interface DomainHosts {
  /** Throws `ApiRefusal` when no domain has the name. */
  find(domain: string): Promise<string>
}

const keptMs = 60_000

/** What the console calls itself where it asks for itself and for no person. */
const asker = { subject: 'console', name: 'Console' }

/** Creates what asks the operator's graph for host names and keeps each for a minute. */
export function createDomainHosts(operatorGraphUrl: string, getKey: () => PrivateServiceJwk): DomainHosts {
  const known = new Map<string, { host: string; askedMs: number }>()
  return {
    async find(domain) {
      const kept = known.get(domain)
      if (kept && Date.now() - kept.askedMs < keptMs) return kept.host
      const host = await ask(operatorGraphUrl, signOperatorToken(getKey(), asker), domain)
      if (host === null) throw new ApiRefusal(404, 'DOMAIN_NOT_FOUND', `There is no domain ${domain}.`)
      known.set(domain, { host, askedMs: Date.now() })
      return host
    },
  }
}

async function ask(url: string, token: string, name: string): Promise<string | null> {
  const query = 'query ConsoleDomainHosts($name: String!) { domain(name: $name) { hosts } }'
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
  const answer = (await body.json()) as { data?: { domain: { hosts: string[] } | null } }
  if (statusCode !== 200 || !answer.data)
    throw new ApiRefusal(503, 'GATEWAY_UNREACHABLE', 'The gateway did not say where the domain is.')
  return answer.data.domain?.hosts[0] ?? null
}
