import type { IncomingMessage } from 'node:http'
import { createTimeOrderedId } from '@commonchart/audit'
import type { Identity } from '@commonchart/identity'
import type { GraphName } from '@commonchart/supergraph'
import type { Call } from '../graphs/call.ts'
import type { Origin } from './client-address.ts'

/** One request, and what has been found out about it so far. */
export interface Exchange {
  /** UUIDv7: the answer's `x-request-id`, and the id of the access record. */
  requestId: string
  /** In milliseconds of `Date.now`. */
  startedAt: number
  method: string
  path: string
  /** The query string with its `?`, or nothing. */
  search: string
  userAgent: string | null
  accept: string | undefined
  /** The language of localized fields and messages. */
  language: Identity['language']
  graph: GraphName
  origin: Origin
  /** Null until a domain is known: there is nothing to record under before that. 0 is the platform itself. */
  domainId: number | null
  domainName: string | null
  /** Who was let in. */
  identity: Identity | null
  /** Why nobody was let in, for the record and the log alone. */
  refusalReason: string | null
  /** The body as it was received, when it was read. */
  requestBody: Buffer | null
  /** The operation that the request names, whether or not there is one. */
  requestedOperation: string | null
  call: Call | null
  /** Headers that go out whatever the answer is. */
  headers: Record<string, string>
}

/** Opens the exchange of a request that has just arrived. */
export function openExchange(request: IncomingMessage, graph: GraphName, origin: Origin): Exchange {
  const startedAt = Date.now()
  const { url = '/', method = 'GET', headers } = request
  const mark = url.indexOf('?')
  return {
    requestId: createTimeOrderedId(startedAt),
    startedAt,
    method,
    path: mark < 0 ? url : url.slice(0, mark),
    search: mark < 0 ? '' : url.slice(mark),
    userAgent: headers['user-agent'] ?? null,
    accept: headers.accept,
    language: readLanguage(headers.language),
    graph,
    origin,
    domainId: null,
    domainName: null,
    identity: null,
    refusalReason: null,
    requestBody: null,
    requestedOperation: null,
    call: null,
    headers: {},
  }
}

function readLanguage(header: string | string[] | undefined): 'en' | 'fr' {
  const text = Array.isArray(header) ? header[0] : header
  return /^\s*fr\b/i.test(text ?? '') ? 'fr' : 'en'
}
