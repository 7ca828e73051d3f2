import { isIP } from 'node:net'
import { Pool, type Dispatcher } from 'undici'
import type { AddressPolicy } from './addresses.ts'
import { bareHost } from './event-url.ts'

/** What came of one attempt, as the delivery log keeps it. */
export interface Attempt {
  at: string
  durationMs: number
  /** The HTTP status of the answer; null without one. */
  status: number | null
  /** Null when the receiver acknowledged. */
  error: string | null
}

/** Connections to the receiver of one subscription, shared with no other. */
export interface Receiver {
  url: string
  /** Posts once. Never throws: what went wrong is in the attempt. */
  post(body: string, headers: Record<string, string>): Promise<Attempt>
  close(): Promise<void>
}

/** So many requests to one receiver are under way at once. */
export const postsAtOnce = 8

/** What an answer says is of no interest; a receiver that says more than this loses its connection. */
const mostAnswerBytes = 64 * 1024

/**
 * Opens connections to a receiver. Its address is looked at whenever one is opened, and the connection goes to the address
 * that was looked at; redirects are not followed.
 */
export function openReceiver(
  url: string,
  { policy, timeoutMs }: { policy: AddressPolicy; timeoutMs: number },
): Receiver {
  const { origin, pathname, search, protocol } = new URL(url)
  const host = bareHost(new URL(url))
  // A connection to an address looks nothing up.
  const isRefused = isIP(host) !== 0 && !policy.allows(host, protocol)
  const pool = new Pool(origin, {
    connections: postsAtOnce,
    allowH2: false,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { lookup: policy.lookup(protocol), timeout: timeoutMs },
  })
  return {
    url,
    async post(body, headers) {
      const startedAt = performance.now()
      const at = new Date().toISOString()
      const end = (status: number | null, error: string | null): Attempt => ({
        ...{ at, durationMs: Math.round(performance.now() - startedAt), status, error },
      })
      if (isRefused) return end(null, 'ADDRESS_REFUSED')
      try {
        const answer = await pool.request({
          method: 'POST',
          path: pathname + search,
          headers: { 'content-type': 'application/json', 'user-agent': 'Commonchart-Events/1', ...headers },
          body,
        })
        const attempt = end(answer.statusCode, judgeStatus(answer.statusCode))
        if (answer.statusCode === 204 || answer.headers['content-length'] === '0') answer.body.resume()
        else await readAway(answer.body, timeoutMs)
        return attempt
      } catch (error) {
        return end(null, nameFailure(error))
      }
    },
    close: () => pool.destroy(),
  }
}

/** Reads what an answer says, so that its connection can be used again; one that says it for too long loses it. */
async function readAway(body: Dispatcher.ResponseData['body'], timeoutMs: number): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs)
  await body.dump({ limit: mostAnswerBytes, signal }).catch(() => undefined)
}

function judgeStatus(status: number): string | null {
  if (status >= 200 && status < 300) return null
  if (status === 410) return 'GONE'
  return status >= 300 && status < 400 ? 'REDIRECT' : 'HTTP_STATUS'
}

const failures: Record<string, string> = {
  ADDRESS_REFUSED: 'ADDRESS_REFUSED',
  EAI_AGAIN: 'HOST_UNKNOWN',
  ECONNREFUSED: 'CONNECTION_REFUSED',
  ECONNRESET: 'CONNECTION_BROKEN',
  EHOSTUNREACH: 'UNREACHABLE',
  ENETUNREACH: 'UNREACHABLE',
  ENOTFOUND: 'HOST_UNKNOWN',
  ETIMEDOUT: 'TIMEOUT',
  UND_ERR_BODY_TIMEOUT: 'TIMEOUT',
  UND_ERR_CONNECT_TIMEOUT: 'TIMEOUT',
  UND_ERR_HEADERS_TIMEOUT: 'TIMEOUT',
  UND_ERR_SOCKET: 'CONNECTION_BROKEN',
}

/** Names what went wrong in words of ours: what a library or a receiver says never reaches the log. */
function nameFailure(error: unknown): string {
  const { code = '', errors } = error as { code?: string; errors?: { code?: string }[] }
  const known = failures[code] ?? failures[errors?.[0]?.code ?? '']
  if (known) return known
  return /CERT|TLS|SSL|SIGNATURE/.test(code) ? 'CERTIFICATE' : 'CONNECTION_FAILED'
}
