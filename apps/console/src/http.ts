import type { IncomingMessage, ServerResponse } from 'node:http'

/** A refusal that the page shows: a code of its own and a sentence. */
export class ApiRefusal extends Error {
  readonly status: number
  readonly code: string
  /** After how long to ask again, where that helps. */
  readonly retryAfterSeconds: number | null
  constructor(status: number, code: string, message: string, retryAfterSeconds: number | null = null) {
    super(message)
    this.name = 'ApiRefusal'
    this.status = status
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The greatest body that the console's own endpoints take; the gateway limits what goes through to it. */
const mostBytes = 2 * 1024 * 1024

/** Reads a body whole. Throws `ApiRefusal` when it is too large. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > mostBytes) throw new ApiRefusal(413, 'REQUEST_TOO_LARGE', 'A request is at most 2 MB.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Reads a JSON object. Throws `ApiRefusal` for anything else. */
export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const text = (await readBody(request)).toString()
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new ApiRefusal(400, 'BAD_JSON', 'The body is a JSON object.')
}

/** Answers with JSON that nobody keeps. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  })
  response.end(text)
}
