import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isRefusal } from '@commonchart/errors'
import type { SubgraphContext } from './context.ts'
import { sendJson } from './http.ts'

/** What a stream sends: its chunks are asked for as fast as the receiver takes them. */
export interface StreamAnswer {
  contentType: string
  chunks: AsyncIterable<string>
}

/** Answers a request with a stream. It throws what it refuses before it returns, or before its first chunk. */
export type StreamEndpoint<Tables> = (
  context: SubgraphContext<Tables>,
  parameters: Record<string, unknown>,
) => Promise<StreamAnswer>

/**
 * Runs a stream and sends it with backpressure. A refusal before the first chunk is answered as JSON `{ errors }` with its
 * status; an error after it breaks the connection, so that nobody takes a part for the whole.
 */
export async function sendStream(response: ServerResponse, open: () => Promise<StreamAnswer>): Promise<void> {
  let answer: StreamAnswer
  let chunks: AsyncIterator<string>
  let first: IteratorResult<string>
  try {
    answer = await open()
    chunks = answer.chunks[Symbol.asyncIterator]()
    first = await chunks.next()
  } catch (error) {
    if (!isRefusal(error)) throw error
    return sendJson(response, statusOf(error.extensions.code), { errors: [error.toJSON()] })
  }
  response.writeHead(200, { 'content-type': answer.contentType })
  try {
    await pipeline(Readable.from(withFirst(first, chunks), { objectMode: false }), response)
  } catch (error) {
    // Whoever left before the end missed nothing that we could still tell.
    if ((error as { code?: string }).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}

async function* withFirst(
  first: IteratorResult<string>,
  rest: AsyncIterator<string>,
): AsyncGenerator<string> {
  try {
    for (let next = first; !next.done; next = await rest.next()) if (next.value !== '') yield next.value
  } finally {
    await rest.return?.()
  }
}

function statusOf(code: unknown): number {
  if (code === 'FORBIDDEN') return 403
  return code === 'NOT_FOUND' ? 404 : 400
}
