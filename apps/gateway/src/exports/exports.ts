import { idleConnections, identityHeader, type Identity, type ServiceSigner } from '@commonchart/identity'
import type { Logger } from 'pino'
import { Pool, type Dispatcher } from 'undici'
import { RequestRefused, type HttpAnswer } from '../http/answer.ts'
import type { Exchange } from '../http/exchange.ts'
import { readRefusal } from './read-refusal.ts'

/** Serves exports: streams that consumers-audit makes, outside the time that an answer may take. */
export interface Exports {
  /**
   * Asks consumers-audit for an export, with the parameters of the query string; the answer's body is a stream, which the
   * caller sends or destroys. Given up when the client leaves. Throws `RequestRefused`.
   */
  serve(exchange: Exchange, identity: Identity, left: AbortSignal): Promise<HttpAnswer>
  /** Ends once no export is under way. */
  close(): Promise<void>
}

/** Where exports are served; the last part is the name of one. */
export const exportPath = /^\/settings\/export\/([a-z][a-z0-9-]*)$/

/** Consumers-audit begins to answer by then, and never pauses longer. */
const headersTimeoutMs = 30_000
const silenceTimeoutMs = 60_000
/** So many are made at once; others wait. */
const mostUnderWay = 16

/** Opens what serves exports. Must be closed. */
export function openExports(url: string, signer: ServiceSigner, logger: Logger): Exports {
  const pool = new Pool(new URL(url).origin, {
    connections: mostUnderWay,
    connectTimeout: 1000,
    ...idleConnections,
  })
  return {
    async serve({ path, search, requestId }, identity, left) {
      const body = JSON.stringify(readParameters(search))
      const headers = {
        'content-type': 'application/json',
        [identityHeader]: signer.sign(identity, 'consumers-audit', body),
      }
      const upstream = await pool
        .request({
          method: 'POST',
          path: path.replace('/settings', ''),
          headers,
          body,
          headersTimeout: headersTimeoutMs,
          bodyTimeout: silenceTimeoutMs,
          signal: left,
        })
        .catch((error: unknown) => {
          logger.error({ err: error, requestId }, 'an export was not begun')
          throw notThere()
        })
      if (upstream.statusCode !== 200) throw await readRefusal(upstream)
      return {
        status: 200,
        headers: pickHeaders(upstream.headers),
        body: '',
        errorCodes: [],
        stream: upstream.body,
      }
    },
    close: () => pool.close(),
  }
}

function notThere(): RequestRefused {
  return new RequestRefused('SUBGRAPH_UNAVAILABLE', 'The service that makes exports could not be reached.', {
    status: 503,
    facts: { area: 'consumers-audit' },
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
