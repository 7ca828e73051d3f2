import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BaseTables } from '@commonchart/database'
import {
  asksForChannel,
  IdentityError,
  identityHeader,
  Leaving,
  verifyIdentity,
  type Identity,
  type KeySet,
} from '@commonchart/identity'
import { currentSpan } from '@commonchart/telemetry'
import type { CronItem, TaskList } from 'graphile-worker'
import type { GraphQLSchema } from 'graphql'
import { sql, type Kysely } from 'kysely'
import type { Logger } from 'pino'
import { answerFailure } from './answer-failure.ts'
import { serveChannels } from './channels.ts'
import { SubgraphContext } from './context.ts'
import { createDomainExport, type DomainExport } from './domain-export.ts'
import type { EventHandler } from './events.ts'
import { startExecutor } from './execute.ts'
import { readBody, sendJson, sendText } from './http.ts'
import {
  createInternalEndpoints,
  type BytesEndpoint,
  type InternalEndpoint,
  type ReferenceReader,
} from './internal.ts'
import { createObserve, type Observing } from './observe.ts'
import { showPools } from './pool-state.ts'
import type { RecordChanges } from './recorded.ts'
import { runAgain } from './run-again.ts'
import type { Services } from './services.ts'
import { sendStream, type StreamEndpoint } from './streams.ts'
import { startWorker } from './worker.ts'

/** Larger than any request the gateway lets through; imports come in batches of 500. */
const largestBodyBytes = 8 * 1024 * 1024
/** What services send each other as bytes gathers the bodies of many requests. */
const largestBytesBody = 64 * 1024 * 1024

export interface SubgraphOptions<Tables> {
  name: string
  schema: GraphQLSchema
  db: Kysely<Tables>
  keys: KeySet
  services: Services
  logger: Logger
  host: string
  port: number
  /** Where the outbox is worked off; without it this process only serves. */
  workerUrl?: string
  tasks?: TaskList
  /** When tasks run by themselves, in UTC; once, however many workers there are. */
  cron?: CronItem[]
  events?: Record<string, EventHandler<Tables>>
  references?: Record<string, ReferenceReader<Tables>>
  internal?: Record<string, InternalEndpoint<Tables>>
  /** Stands in for the event `audit.recorded` to consumers-audit: for the service that keeps the audit log itself. */
  recordChanges?: RecordChanges
  /** Internal endpoints by path whose bodies are not JSON. Services reach them by channels, too. */
  bytes?: Record<string, BytesEndpoint<Tables>>
  /** Endpoints by path that answer people and operators with a stream. */
  streams?: Record<string, StreamEndpoint<Tables>>
  /** What is told of it; nothing unless it is given. */
  observing?: Observing
  /** How its part of an export of a domain differs from the rows of its tables. */
  domainExport?: DomainExport<Tables>
  now?: () => number
}

export interface RunningSubgraph {
  port: number
  url: string
  /** Goes on serving, but says that it is not ready, and with every answer that it is the last of its connection. */
  leave(): void
  /** Answers what is under way, refuses new work, then closes the worker. The caller closes the database. */
  stop(): Promise<void>
}

/**
 * Serves a subgraph over HTTP. `/graphql`, `/internal/…` and its streams answer only to a valid identity for this subgraph and this
 * body, or over a channel that such an identity opened: otherwise 401, and nothing is run.
 */
export async function startSubgraph<Tables extends BaseTables>(
  options: SubgraphOptions<Tables>,
): Promise<RunningSubgraph> {
  const { name, schema, db, keys, services, logger, host, port, workerUrl, now = Date.now } = options
  const { bytes = {}, domainExport } = options
  const streams: Record<string, StreamEndpoint<Tables>> = {
    '/export/domain': createDomainExport(domainExport),
    ...options.streams,
  }
  const executor = await startExecutor<Tables>(name, schema, logger)
  const internal = createInternalEndpoints(options)
  const { observing = {} } = options
  const observe = createObserve(observing)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (path === '/health/live') return sendText(response, 200, 'live')
    if (path === '/health/ready')
      return !leaving.hasBegun && (await isReady(db))
        ? sendText(response, 200, 'ready')
        : sendText(response, 503, 'not ready')
    const raw = bytes[path]
    const body = await readBody(request, raw ? largestBytesBody : largestBodyBytes)
    const identity = identify(request, body)
    if (!identity) return sendText(response, 401, 'no valid identity')
    const endpoint = internal[path]
    const stream = streams[path]
    if (path !== '/graphql' && !endpoint && !raw && !stream) return sendText(response, 404, 'not here')
    if (request.method !== 'POST') return sendText(response, 405, 'POST only')
    if (raw) return sendJson(response, 200, await answerBytes(path, identity, body))
    const content = parseJson(body)
    if (content === undefined) return sendText(response, 400, 'not JSON')
    const asked = { endpoint: path, identity, traceparent: request.headers.traceparent }
    return observe(asked, () => run(response, { path, identity, content }))
  }

  async function run(
    response: ServerResponse,
    { path, identity, content }: { path: string; identity: Identity; content: unknown },
  ): Promise<void> {
    const endpoint = internal[path]
    const stream = streams[path]
    if (endpoint) {
      requireService(identity)
      const question = { db, identity, body: content as Record<string, unknown>, services }
      return sendJson(response, 200, await endpoint(question))
    }
    const context = new SubgraphContext<Tables>(identity, db, services, options)
    const startedAt = performance.now()
    try {
      if (stream) return await sendStream(response, () => stream(context, content as Record<string, unknown>))
      const result = await executor.execute(content, context)
      const { requestId, domainId } = identity
      const durationMs = Math.round(performance.now() - startedAt)
      currentSpan()?.set({ 'http.response.status_code': result.status })
      logger.info({ requestId, domainId, status: result.status, durationMs }, 'answered')
      response.writeHead(result.status, {
        ...result.headers,
        'content-length': Buffer.byteLength(result.body),
      })
      response.end(result.body)
    } finally {
      await context.close()
    }
  }

  async function answerBytes(path: string, identity: Identity, body: Buffer): Promise<unknown> {
    requireService(identity)
    const answer = bytes[path]
    assert(answer, 'only paths of endpoints come here')
    return observe({ endpoint: path, identity, traceparent: { draw: true } }, () =>
      runAgain(() => answer({ db, identity, body, services })),
    )
  }

  function identify(request: IncomingMessage, body: Buffer): Identity | undefined {
    const token = request.headers[identityHeader]
    try {
      return verifyIdentity(keys, typeof token === 'string' ? token : undefined, {
        audience: name,
        body,
        now: now(),
      })
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error
      logger.warn(
        { reason: error.reason, path: request.url },
        'a request without a valid identity was refused',
      )
      return undefined
    }
  }

  const leaving = new Leaving()
  const server = createServer({ shouldUpgradeCallback: asksForChannel }, (request, response) => {
    leaving.follow(request, response)
    answer(request, response).catch((error: unknown) => {
      const path = request.url ?? ''
      answerFailure(response, error, { path, isStream: Object.hasOwn(streams, path), name, logger })
    })
  })
  server.keepAliveTimeout = 65_000
  const channels = serveChannels(server, {
    ...{ audience: name, keys, logger, now, largestFrameBytes: largestBytesBody },
    endpoints: Object.fromEntries(
      Object.keys(bytes).map((path) => [
        path,
        (identity: Identity, body: Buffer) => answerBytes(path, identity, body),
      ]),
    ),
  })
  await new Promise<void>((listening, failed) => server.once('error', failed).listen(port, host, listening))
  const worker = workerUrl
    ? await startWorker({
        url: workerUrl,
        services,
        logger,
        tasks: options.tasks,
        cron: options.cron,
        observing,
      })
    : undefined
  const { port: actual } = server.address() as AddressInfo
  if (observing.metrics) showPools(observing.metrics, db, worker?.pool)
  logger.info({ port: actual, host }, 'listening')
  return {
    port: actual,
    url: `http://${host}:${actual}`,
    leave: () => leaving.begin(),
    async stop() {
      leaving.begin()
      const closed = new Promise<void>((done) => server.close(() => done()))
      server.closeIdleConnections()
      await channels.end()
      await closed
      await worker?.stop()
      await executor.stop()
    },
  }
}

function requireService(identity: Identity): void {
  if (identity.kind !== 'service') throw new IdentityError('only services speak to internal endpoints')
}

async function isReady<Tables>(db: Kysely<Tables>): Promise<boolean> {
  return sql`SELECT 1`.execute(db).then(
    () => true,
    () => false,
  )
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
