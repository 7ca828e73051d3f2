import { idleConnections, identityHeader, type Identity, type ServiceSigner } from '@commonchart/identity'
import type { Logger } from 'pino'
import { Pool, type Dispatcher } from 'undici'
import { RequestRefused, type HttpAnswer } from '../http/answer.ts'
import type { Exchange } from '../http/exchange.ts'
import type { AddressBook } from '../subgraphs/addresses.ts'
import { readRefusal } from './read-refusal.ts'

/** Serves exports: streams that subgraphs make, outside the time that an answer may take. */
export interface Exports {
  /**
   * Asks for an export, with the parameters of the query string; the answer's body is a stream, which the caller sends or
   * destroys. Given up when the client leaves. Throws `RequestRefused`. This is for the people of a domain: consumers-audit makes it.
   */
  serve: Serve
  /** The same for operators: whichever subgraph the path names makes it. Without a name, says which subgraphs there are. */
  serveOperator: Serve
  /** Ends once no export is under way. */
  close(): Promise<void>
}

/** Answers a request with what a subgraph streams. */
export type Serve = (exchange: Exchange, identity: Identity, left: AbortSignal) => Promise<HttpAnswer>

/** Where exports are served; the last part is the name of one. */
export const exportPath = /^\/settings\/export\/([a-z][a-z0-9-]*)$/
/** Where operators find them: which subgraphs there are, or a subgraph and the name of one of its exports. */
export const operatorExportPath = /^\/operator\/export(?:\/([a-z][a-z0-9-]*)\/([a-z][a-z0-9-]*))?$/

/** A subgraph begins to answer by then, and never pauses longer. */
const headersTimeoutMs = 30_000
const silenceTimeoutMs = 60_000
/** So many are made at once; others wait. */
const mostUnderWay = 16

/** Opens what serves exports. Must be closed. */
export function openExports(
  url: string,
  signer: ServiceSigner,
  { logger, addresses }: { logger: Logger; addresses: AddressBook },
): Exports {
  const ownPool = new Pool(new URL(url).origin, {
    connections: mostUnderWay,
    connectTimeout: 1000,
    ...idleConnections,
  })

  async function stream(
    from: { subgraph: string; pool: Dispatcher; name: string },
    { search, requestId }: Exchange,
    identity: Identity,
    left: AbortSignal,
  ): Promise<HttpAnswer> {
    const { subgraph, pool, name } = from
    const body = JSON.stringify(readParameters(search))
    const upstream = await pool
      .request({
        method: 'POST',
        path: `/export/${name}`,
        headers: {
          'content-type': 'application/json',
          [identityHeader]: signer.sign(identity, subgraph, body),
        },
        body,
        headersTimeout: headersTimeoutMs,
        bodyTimeout: silenceTimeoutMs,
        signal: left,
      })
      .catch((error: unknown) => {
        logger.error({ err: error, requestId, subgraph }, 'an export was not begun')
        throw notThere(subgraph)
      })
    if (upstream.statusCode !== 200) throw await readRefusal(upstream, subgraph)
    return {
      status: 200,
      headers: pickHeaders(upstream.headers),
      body: '',
      errorCodes: [],
      stream: upstream.body,
    }
  }

  return {
    serve(exchange, identity, left) {
      const name = exportPath.exec(exchange.path)?.[1] ?? ''
      return stream({ subgraph: 'consumers-audit', pool: ownPool, name }, exchange, identity, left)
    },
    async serveOperator(exchange, identity, left) {
      const [, subgraph, name = ''] = operatorExportPath.exec(exchange.path) ?? []
      if (subgraph === undefined) return listSubgraphs(addresses)
      const known = addresses.find(subgraph)
      if (!known) throw new RequestRefused('NOT_FOUND', 'There is no subgraph of this name.', { status: 404 })
      const [address] = known.order(Date.now())
      if (!address) throw notThere(subgraph)
      return stream({ subgraph, pool: address.pool, name }, exchange, identity, left)
    },
    close: () => ownPool.close(),
  }
}

function listSubgraphs(addresses: AddressBook): HttpAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ subgraphs: addresses.names() }),
    errorCodes: [],
  }
}

function notThere(area: string): RequestRefused {
  return new RequestRefused('SUBGRAPH_UNAVAILABLE', 'The service that makes exports could not be reached.', {
    status: 503,
    facts: { area },
    headers: { 'retry-after': '2' },
  })
}

/** Parameters by name; one that is given several times is a list. */
function readParameters(search: string): Record<string, string | string[]> {
  const parameters = new URLSearchParams(search)
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => {
      const values = parameters.getAll(name)
      return [name, values.length === 1 ? (values[0] as string) : values]
    }),
  )
}

function pickHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const kept: Record<string, string> = { 'content-type': 'application/octet-stream' }
  for (const name of ['content-type', 'content-disposition']) {
    const value = headers[name]
    if (typeof value === 'string') kept[name] = value
  }
  return kept
}
