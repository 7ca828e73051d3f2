import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { signOperatorToken, signPersonToken, type PrivateServiceJwk } from '@commonchart/identity'
import { Pool, type Dispatcher } from 'undici'
import { addressHeader } from './auth.ts'
import type { DomainHosts } from './domain-hosts.ts'
import { ApiRefusal, readBody } from './http.ts'

/** Whom a request goes to the graph for. */
export interface SignedIn {
  id: string
  name: string
}

/** Sends requests of signed-in people to the gateway, each with a token that is made for it and lives 300 s. */
export interface Graph {
  /** Says what a domain is, and at which address programs reach its API. Throws `ApiRefusal`. */
  describeDomain(domain: string): Promise<{ sandbox: boolean; enabled: boolean; endpoint: string }>
  /** Asks the settings graph of a domain. */
  askSettings(asker: Asker & { role: 'support' | 'auditor' }): Promise<void>
  /** Streams an export of a domain; `search` is its query string. */
  streamExport(asker: Asker & { role: 'support' | 'auditor'; name: string; search: string }): Promise<void>
  /** Asks the enterprise graph of a domain with the token that the page sent: one that a program's key has signed. */
  askEnterprise(asker: Omit<Asker, 'person'>): Promise<void>
  /** Asks the operator's graph. */
  askOperator(asker: Omit<Asker, 'domain'>): Promise<void>
  close(): Promise<void>
}

interface Asker {
  request: IncomingMessage
  response: ServerResponse
  domain: string
  person: SignedIn
}

/** What of an answer goes on to the page. */
const passedOn = [
  'content-type',
  'content-disposition',
  'content-encoding',
  'x-request-id',
  'retry-after',
  'www-authenticate',
]

/** Opens the way to the gateway. Must be closed. */
export function openGraph({
  gatewayUrl,
  apiUrl,
  operatorGraphUrl,
  keys,
  hosts,
}: {
  gatewayUrl: string
  apiUrl: string
  operatorGraphUrl: string
  keys: { console(): PrivateServiceJwk; operator(): PrivateServiceJwk }
  hosts: DomainHosts
}): Graph {
  const gateway = new Pool(gatewayUrl, { connections: 64 })
  const operatorGraph = new URL(operatorGraphUrl)
  const operators = new Pool(operatorGraph.origin, { connections: 8 })

  async function send(
    pool: Pool,
    path: string,
    {
      request,
      response,
      headers,
    }: { request: IncomingMessage; response: ServerResponse; headers: Record<string, string> },
  ): Promise<void> {
    const left = new AbortController()
    response.once('close', () => left.abort())
    const body = request.method === 'POST' ? await readBody(request) : undefined
    let upstream: Dispatcher.ResponseData
    try {
      upstream = await pool.request({
        method: request.method === 'POST' ? 'POST' : 'GET',
        path,
        body,
        signal: left.signal,
        bodyTimeout: 0,
        headers: { ...describe(request), ...(body && { 'content-type': 'application/json' }), ...headers },
      })
    } catch (error) {
      if (left.signal.aborted) return
      throw new ApiRefusal(
        503,
        'GATEWAY_UNREACHABLE',
        `The gateway did not answer: ${(error as Error).message}.`,
      )
    }
    for (const name of passedOn) {
      const value = upstream.headers[name]
      if (value !== undefined) response.setHeader(name, value)
    }
    response.setHeader('cache-control', 'no-store')
    response.writeHead(upstream.statusCode)
    await pipeline(upstream.body, response).catch((error: unknown) => {
      if (!left.signal.aborted) throw error
    })
  }

  const asPerson = async ({
    domain,
    person,
    role,
  }: Omit<Asker, 'request' | 'response'> & { role: 'support' | 'auditor' }) => ({
    host: await hosts.find(domain),
    authorization: `Bearer ${signPersonToken(keys.console(), { domain, subject: person.id, name: person.name, role })}`,
  })

  return {
    async describeDomain(domain) {
      const { host, sandbox, enabled } = await hosts.describe(domain)
      return { sandbox, enabled, endpoint: `${apiUrl.replace('{host}', host)}/graphql` }
    },
    askSettings: async (asker) =>
      send(gateway, '/settings/graphql', { ...asker, headers: await asPerson(asker) }),
    streamExport: async (asker) =>
      send(gateway, `/settings/export/${asker.name}${asker.search}`, {
        ...asker,
        headers: await asPerson(asker),
      }),
    async askEnterprise({ request, response, domain }) {
      const { authorization } = request.headers
      const headers = { host: await hosts.find(domain), ...(authorization && { authorization }) }
      await send(gateway, '/graphql', { request, response, headers })
    },
    async askOperator({ request, response, person }) {
      const token = signOperatorToken(keys.operator(), { subject: person.id, name: person.name })
      await send(operators, operatorGraph.pathname, {
        request,
        response,
        headers: { authorization: `Bearer ${token}` },
      })
    },
    async close() {
      await Promise.all([gateway.close(), operators.close()])
    },
  }
}

/** What the page's own request says that the gateway should know: language, program, and from where. */
function describe(request: IncomingMessage): Record<string, string> {
  const { language, 'user-agent': userAgent, 'idempotency-key': idempotencyKey } = request.headers
  return {
    ...(typeof language === 'string' && { language }),
    ...(userAgent && { 'user-agent': userAgent }),
    ...(typeof idempotencyKey === 'string' && { 'idempotency-key': idempotencyKey }),
    'x-forwarded-for': String(request.headers[addressHeader]),
  }
}
