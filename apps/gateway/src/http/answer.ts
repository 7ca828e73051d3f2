import type { Readable } from 'node:stream'
import { errorCatalogue, tellInFrench, type ErrorCode } from '@commonchart/errors'
import type { Identity } from '@commonchart/identity'

/** An answer as it goes out. */
export interface HttpAnswer {
  status: number
  headers: Record<string, string>
  body: string
  /** The codes of its errors, each once. */
  errorCodes: string[]
  /** Goes out in place of the body, as it comes. Destroyed when it is not sent. */
  stream?: Readable
}

/** A request that is refused before GraphQL looks at it. */
export class RequestRefused extends Error {
  readonly code: ErrorCode
  readonly facts: Record<string, unknown>
  readonly headers: Record<string, string>
  readonly status: number
  constructor(
    code: ErrorCode,
    message: string,
    {
      facts = {},
      headers = {},
      status = errorCatalogue[code].status,
    }: { facts?: Record<string, unknown>; headers?: Record<string, string>; status?: number } = {},
  ) {
    super(message)
    this.name = 'RequestRefused'
    this.code = code
    this.facts = facts
    this.headers = headers
    this.status = status
  }
}

/** The media type of GraphQL over HTTP when the client takes it; `application/json` for all others, as CHR answers. */
export function chooseMediaType(accept: string | undefined): string {
  const type = accept?.includes('application/graphql-response+json')
    ? 'application/graphql-response+json'
    : 'application/json'
  return `${type}; charset=utf-8`
}

/** What a client says of how it wishes to be answered. */
export interface Wishes {
  accept: string | undefined
  language: Identity['language']
}

/** Writes a refusal as GraphQL JSON: clients of a GraphQL endpoint never have to read anything else. */
export function toAnswer(refused: RequestRefused, { accept, language }: Wishes): HttpAnswer {
  const { code, facts, message, status, headers } = refused
  const error = { message, extensions: { code, ...facts } }
  return {
    status,
    headers: { 'content-type': chooseMediaType(accept), ...headers },
    body: JSON.stringify({ errors: [language === 'fr' ? tellInFrench(error) : error] }),
    errorCodes: [code],
  }
}
