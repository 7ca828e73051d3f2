import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toNodeHandler } from 'better-auth/node'
import type { Observe } from '@commonchart/telemetry'
import type { Logger } from 'pino'
import type { ApiOptions } from './access.ts'
import { answerApi } from './api.ts'
import { addressHeader, authPaths } from './auth.ts'
import { setCommonHeaders } from './headers.ts'
import { ApiRefusal, sendJson } from './http.ts'
import type { Pages } from './pages.ts'
import { checkOrigin } from './sessions.ts'

export interface ListenerOptions extends ApiOptions {
  host: string
  port: number
  pages: Pages
  /** Whether the last address of `x-forwarded-for` is the client's. */
  behindTls: boolean
  /** Called with side, kind and status of each request that is answered, and the seconds that it took. */
  observe?: Observe
}

export interface Listener {
  port: number
  /** Takes no new connections and ends when the last answer is out. */
  drain(): Promise<void>
}

/** Serves one side of the console: its pages, sign-in, and the way to the graph. */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  const answerAuth = toNodeHandler(options.auth)
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname: path, search } = readUrl(request.url)
    if (path === '/health/live' || path === '/health/ready') return sendJson(response, 200, { status: 'ok' })
    setCommonHeaders(response, { secure: options.url.startsWith('https:') })
    request.headers[addressHeader] = findAddress(request, options.behindTls)
    if (!path.startsWith('/api/')) {
      if (request.method !== 'GET' && request.method !== 'HEAD')
        throw new ApiRefusal(405, 'METHOD_NOT_ALLOWED', 'Pages are only read.')
      return options.pages.serve(request, response, path)
    }
    checkOrigin(request, options.url)
    if (!path.startsWith('/api/auth/')) return answerApi(options, { request, response, path, search })
    if (!authPaths.includes(path)) throw new ApiRefusal(404, 'NOT_FOUND', 'There is nothing here.')
    response.setHeader('cache-control', 'no-store')
    await answerAuth(request, response)
  }
  const { observe, side } = options
  const server: Server = createServer((request, response) => {
    if (observe) {
      const startedAt = performance.now()
      response.once('finish', () =>
        observe(
          [side, kindOf(request.url), String(response.statusCode)],
          (performance.now() - startedAt) / 1000,
        ),
      )
    }
    handle(request, response).catch((error: unknown) => refuse(response, error, options.logger))
  })
  await new Promise<void>((listening, failed) =>
    server.once('error', failed).listen(options.port, options.host, listening),
  )
  return {
    port: (server.address() as AddressInfo).port,
    async drain() {
      const closed = new Promise<void>((done) => server.close(() => done()))
      server.closeIdleConnections()
      await closed
    },
  }
}

/** What is asked for, in one of few words: the path itself may hold what somebody typed. */
function kindOf(target = '/'): string {
  if (target.startsWith('/api/auth/')) return 'auth'
  return target.startsWith('/api/') ? 'api' : 'page'
}

function refuse(response: ServerResponse, error: unknown, logger: Logger): void {
  const known = error instanceof ApiRefusal
  if (!known) logger.error({ err: error }, 'a request was not answered')
  if (response.headersSent) return void response.destroy()
  if (known && error.retryAfterSeconds !== null)
    response.setHeader('retry-after', String(error.retryAfterSeconds))
  if (known) sendJson(response, error.status, { code: error.code, message: error.message })
  else
    sendJson(response, 500, {
      code: 'INTERNAL_SERVER_ERROR',
      message: 'Something went wrong here, and it is logged.',
    })
}

/** A target such as `//host/path` is a path to us, whatever a client takes it for. */
function readUrl(target = '/'): URL {
  if (!target.startsWith('/') || !URL.canParse(`http://console${target}`))
    throw new ApiRefusal(400, 'BAD_PATH', 'The path is not encoded as it must be.')
  return new URL(`http://console${target}`)
}

function findAddress(request: IncomingMessage, behindTls: boolean): string {
  const forwarded = behindTls
    ? String(request.headers['x-forwarded-for'] ?? '')
        .split(',')
        .at(-1)
        ?.trim()
    : undefined
  return forwarded || request.socket.remoteAddress || ''
}
