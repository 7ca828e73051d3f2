import type { IncomingHttpHeaders } from 'node:http'
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
  readonly isClosed: boolean
  /** Breaks off what is under way. */
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
  const path = pathname + search
  return {
    url,
    post(body, headers) {
      return new Promise((done) => {
        const answer = new Answer(done, timeoutMs)
        if (isRefused) answer.fail('ADDRESS_REFUSED')
        else pool.dispatch({ method: 'POST', path, headers: { ...fixedHeaders, ...headers }, body }, answer)
      })
    },
    get isClosed() {
      return pool.destroyed
    },
    close: () => pool.destroy(),
  }
}

const fixedHeaders = { 'content-type': 'application/json', 'user-agent': 'Commonchart-Events/1' }

/**
 * Takes an answer: its status counts. What it says is read away, so that its connection can be used again; one that says it
 * for too long loses it. A stream for each of them, as `pool.request` gives, would cost as much as all else of a post.
 */
class Answer implements Dispatcher.DispatchHandler {
  readonly #done: (attempt: Attempt) => void
  readonly #timeoutMs: number
  readonly #startedAt = performance.now()
  readonly #at = new Date().toISOString()
  #attempt: Attempt | null = null
  #bytes = 0
  #timer: NodeJS.Timeout | undefined

  constructor(done: (attempt: Attempt) => void, timeoutMs: number) {
    this.#done = done
    this.#timeoutMs = timeoutMs
  }

  /** Ends it before anything was sent. */
  fail(error: string): void {
    this.#done(this.#end(null, error))
  }

  onRequestStart(): void {
    // undici asks for it to be there.
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return
    this.#attempt = this.#end(status, judgeStatus(status))
    if (status !== 204 && headers['content-length'] !== '0')
      this.#timer = setTimeout(() => controller.abort(new AnswerTooLong()), this.#timeoutMs)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes > mostAnswerBytes) controller.abort(new AnswerTooLong())
  }

  onResponseEnd(): void {
    clearTimeout(this.#timer)
    this.#done(this.#attempt ?? this.#end(null, 'CONNECTION_FAILED'))
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.#timer)
    this.#done(this.#attempt ?? this.#end(null, nameFailure(error)))
  }

  #end(status: number | null, error: string | null): Attempt {
    return {
      at: this.#at,
      durationMs: Math.round(performance.now() - this.#startedAt),
      ...{ status, error },
    }
  }
}

class AnswerTooLong extends Error {
  constructor() {
    super('the answer is longer than anybody reads')
    this.name = 'AnswerTooLong'
  }
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
