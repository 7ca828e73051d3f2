import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Identity } from '@commonchart/identity'
import type { GraphName } from '@commonchart/supergraph'
import type { Logger } from 'pino'
import { createCall, type Call } from '../graphs/call.ts'
import type { Graphs } from '../graphs/graphs.ts'
import type { Limits } from '../limits/limits.ts'
import type { RateLimit } from '../limits/rate-limits.ts'
import type { RecordExchange } from '../record.ts'
import type { Admit } from './admit.ts'
import { RequestRefused, toAnswer, type HttpAnswer } from './answer.ts'
import { readJsonBody } from './body.ts'
import type { Origin, ReadOrigin } from './client-address.ts'

export interface EdgeOptions {
  graphs: Graphs
  admit: Admit
  readOrigin: ReadOrigin
  addressLimit: RateLimit
  consumerLimit: RateLimit
  /** Among how many gateways the limits are shared. */
  countGateways: () => number
  record: RecordExchange
  limits: Limits
  logger: Logger
}

/** Answers one request. Never throws; whatever happens, the client gets GraphQL JSON with an `x-request-id`. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** What is found out about a request while it is answered. */
interface Findings {
  identity: Identity | null
  body: unknown
  call: Call | null
  headers: Record<string, string>
}

/** Makes what answers requests to a listener's graphs, by path: the life of a request, read downwards. */
export function createEdge(options: EdgeOptions, paths: Record<string, GraphName>): Answer {
  const { graphs, admit, readOrigin, addressLimit, consumerLimit, countGateways, limits, logger } = options

  async function execute(
    request: IncomingMessage,
    graph: GraphName,
    { origin, requestId, startedAt }: { origin: Origin; requestId: string; startedAt: number },
    found: Findings,
  ): Promise<HttpAnswer> {
    await addressLimit.consume(origin.address, 1)
    const { identity, requestsPerMinute } = await admit({ request, graph, origin, requestId })
    found.identity = identity
    found.headers = await consumerLimit.consume(nameOf(identity), countGateways(), requestsPerMinute)
    checkMethod(request)
    if (!graphs.isReady)
      throw new RequestRefused('SUBGRAPH_UNAVAILABLE', 'The gateway has no supergraph yet.', {
        status: 503,
        headers: { 'retry-after': '2' },
      })
    found.body = request.method === 'POST' ? await readJsonBody(request, limits.bodyBytes) : undefined
    found.call = createCall({
      requestId,
      identity,
      idempotencyKey: readHeader(request, 'idempotency-key'),
      deadline: startedAt + limits.answerMs,
    })
    const graphRequest = {
      method: request.method ?? 'POST',
      search: searchOf(request),
      accept: request.headers.accept,
      contentType: request.headers['content-type'],
      body: found.body,
    }
    return graphs.execute(graph, graphRequest, found.call)
  }

  return async (request, response) => {
    const startedAt = Date.now()
    const requestId = randomUUID()
    const found: Findings = { identity: null, body: undefined, call: null, headers: {} }
    const graph = paths[pathOf(request)]
    let answer: HttpAnswer
    try {
      if (!graph) throw new RequestRefused('NOT_FOUND', 'Nothing is served at this path.', { status: 404 })
      const origin = readOrigin(request)
      answer = await execute(request, graph, { origin, requestId, startedAt }, found).catch(
        (error: unknown) => refuse(error, request, requestId),
      )
      const { identity, body, call } = found
      await options.record({
        requestId,
        graph,
        origin,
        startedAt: new Date(startedAt),
        identity,
        domainId: identity?.domainId ?? null,
        requestBody: body,
        call,
        answer,
      })
    } catch (error) {
      answer = refuse(error, request, requestId)
    }
    if (response.destroyed || response.headersSent) return
    response.writeHead(answer.status, {
      ...answer.headers,
      ...found.headers,
      'content-length': Buffer.byteLength(answer.body),
      'cache-control': 'no-store',
      'x-request-id': requestId,
    })
    response.end(request.method === 'HEAD' ? undefined : answer.body)
  }

  function refuse(error: unknown, request: IncomingMessage, requestId: string): HttpAnswer {
    const { accept } = request.headers
    if (error instanceof RequestRefused) return toAnswer(error, accept)
    // A client that went away while its body was read is no fault of ours, and nobody reads the answer.
    if (request.destroyed) logger.info({ requestId }, 'a client went away')
    else logger.error({ err: error, requestId }, 'a request failed')
    return toAnswer(
      new RequestRefused('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.', {
        facts: { requestId },
      }),
      accept,
    )
  }
}

function checkMethod({ method }: IncomingMessage): void {
  if (method === 'GET' || method === 'POST') return
  throw new RequestRefused('METHOD_NOT_ALLOWED', 'Use POST, or GET for queries.', {
    headers: { allow: 'GET, POST' },
  })
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/'
}

function searchOf({ url = '/' }: IncomingMessage): string {
  const start = url.indexOf('?')
  return start < 0 ? '' : url.slice(start)
}

function readHeader(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name]
  return value === undefined ? null : String(value)
}

function nameOf({ kind, domainId, subject }: Identity): string {
  return `${kind}:${domainId ?? ''}:${subject}`
}
