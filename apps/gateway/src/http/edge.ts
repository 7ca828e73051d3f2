import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Identity } from '@commonchart/identity'
import type { GraphName } from '@commonchart/supergraph'
import type { Logger } from 'pino'
import type { Serve } from '../exports/exports.ts'
import { createCall } from '../graphs/call.ts'
import type { Graphs } from '../graphs/graphs.ts'
import type { Limits } from '../limits/limits.ts'
import type { RateLimit } from '../limits/rate-limits.ts'
import type { Recorder } from '../recorder/recorder.ts'
import { drawRequestSpan, endRequestSpan, type Observer } from '../telemetry/observe.ts'
import type { Admit } from './admit.ts'
import { RequestRefused, toAnswer, type HttpAnswer } from './answer.ts'
import { parseJsonBody, readBody } from './body.ts'
import type { ReadOrigin } from './client-address.ts'
import { openExchange, type Exchange } from './exchange.ts'
import type { RecordExchange } from './record-exchange.ts'

export interface EdgeOptions {
  graphs: Graphs
  admit: Admit
  readOrigin: ReadOrigin
  addressLimit: RateLimit
  consumerLimit: RateLimit
  recorder: Recorder
  record: RecordExchange
  limits: Limits
  logger: Logger
  observer: Observer
}

/** Answers one request. Never throws; whatever happens, the client gets GraphQL JSON with an `x-request-id`. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** What is served at a path: a graph, or an export to the people of one. */
export interface Place {
  graph: GraphName
  serve?: Serve
}

/** Finds what is served at a path. */
export type FindPlace = (path: string) => Place | undefined

/** What a client that went away is said to have been answered, in the record alone. */
const goneStatus = 499

/** Makes what answers requests to a listener's graphs, by path: the life of a request, read downwards. */
export function createEdge(options: EdgeOptions, findPlace: FindPlace): Answer {
  const { graphs, admit, readOrigin, addressLimit, consumerLimit, recorder, record, limits, logger } = options
  const { metrics, tracing, nameOperations } = options.observer

  async function execute(
    request: IncomingMessage,
    response: ServerResponse,
    exchange: Exchange,
    place: Place | undefined,
  ): Promise<HttpAnswer> {
    if (!place) throw new RequestRefused('NOT_FOUND', 'Nothing is served at this path.', { status: 404 })
    const { graph, origin } = exchange
    await addressLimit.consume(origin.address, 1)
    const domain = graph === 'operator' ? null : admit.findDomain(origin.host)
    exchange.domainId = domain?.id ?? 0
    exchange.domainName = domain?.name ?? null
    const { identity, requestsPerMinute } = await admit.identify(request, exchange, domain)
    const gateways = recorder.countGateways()
    exchange.headers = await consumerLimit.consume(nameOf(identity), gateways, requestsPerMinute)
    if (place.serve) {
      checkMethod(request, ['GET'])
      return place.serve(exchange, identity, whenLeft(response))
    }
    checkMethod(request, ['GET', 'POST'])
    return ask(request, exchange, identity)
  }

  async function ask(request: IncomingMessage, exchange: Exchange, identity: Identity): Promise<HttpAnswer> {
    const { graph, method, search, accept, requestId, startedAt } = exchange
    if (!graphs.isReady)
      throw new RequestRefused('SUBGRAPH_UNAVAILABLE', 'The gateway has no supergraph yet.', {
        status: 503,
        headers: { 'retry-after': '2' },
      })
    let body: unknown
    if (method === 'POST') {
      exchange.requestBody = await readBody(request, limits.bodyBytes)
      body = parseJsonBody(exchange.requestBody)
    }
    exchange.requestedOperation = readOperationName(body, search)
    exchange.call = createCall({
      requestId,
      identity,
      idempotencyKey: readHeader(request, 'idempotency-key'),
      deadline: startedAt + limits.answerMs,
      canRecord: () => recorder.isThere(),
    })
    const contentType = request.headers['content-type']
    return graphs.execute(graph, { method, search, accept, contentType, body }, exchange.call)
  }

  return async (request, response) => {
    const place = findPlace(pathOf(request))
    const exchange = openExchange(request, place?.graph ?? 'enterprise', readOrigin(request))
    const span = tracing && drawRequestSpan(tracing, request, exchange)
    const serve = (): Promise<HttpAnswer> => serveExchange(request, response, exchange, place)
    const answer = await (span ? span.run(serve) : serve())
    if (span) endRequestSpan(span, exchange, answer, nameOperations)
    metrics?.answered(exchange, answer)
    if (!response.destroyed) await respond(response, exchange, answer)
  }

  async function serveExchange(
    request: IncomingMessage,
    response: ServerResponse,
    exchange: Exchange,
    place: Place | undefined,
  ): Promise<HttpAnswer> {
    const isAnswered = recorder.expect()
    const found = await execute(request, response, exchange, place).catch((error: unknown) =>
      refuse(error, request, exchange),
    )
    isAnswered()
    const answer = await record(exchange, found)
    if (answer !== found || response.destroyed) found.stream?.destroy()
    return answer
  }

  async function respond(response: ServerResponse, exchange: Exchange, answer: HttpAnswer): Promise<void> {
    const { requestId, method, headers } = exchange
    const { status, body, stream } = answer
    response.writeHead(status, {
      ...answer.headers,
      ...headers,
      ...(!stream && { 'content-length': Buffer.byteLength(body) }),
      'cache-control': 'no-store',
      'x-request-id': requestId,
    })
    if (!stream) return void response.end(method === 'HEAD' ? undefined : body)
    // What breaks off is cut off: without an end the client knows that it does not have the whole.
    await pipeline(stream, response).catch((error: unknown) =>
      logger.warn({ err: error, requestId }, 'an export broke off'),
    )
  }

  function refuse(error: unknown, request: IncomingMessage, exchange: Exchange): HttpAnswer {
    if (error instanceof RequestRefused) return toAnswer(error, exchange)
    // A client that went away while its body was read is no fault of ours, and nobody reads the answer.
    if (request.destroyed) return { status: goneStatus, headers: {}, body: '', errorCodes: [] }
    const { requestId } = exchange
    logger.error({ err: error, requestId }, 'a request failed')
    return toAnswer(
      new RequestRefused('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.', {
        facts: { requestId },
      }),
      exchange,
    )
  }
}

function checkMethod({ method = '' }: IncomingMessage, allowed: string[]): void {
  if (allowed.includes(method)) return
  const message = allowed.includes('POST') ? 'Use POST, or GET for queries.' : 'Use GET.'
  throw new RequestRefused('METHOD_NOT_ALLOWED', message, { headers: { allow: allowed.join(', ') } })
}

/** Aborts when the client leaves before it has its answer. */
function whenLeft(response: ServerResponse): AbortSignal {
  const leaving = new AbortController()
  response.once('close', () => leaving.abort())
  return leaving.signal
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/'
}

function readOperationName(body: unknown, search: string): string | null {
  const name =
    body === undefined
      ? new URLSearchParams(search).get('operationName')
      : (body as { operationName?: unknown } | null)?.operationName
  return typeof name === 'string' ? name : null
}

function readHeader(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name]
  return value === undefined ? null : String(value)
}

function nameOf({ kind, domainId, subject }: Identity): string {
  return `${kind}:${domainId ?? ''}:${subject}`
}
