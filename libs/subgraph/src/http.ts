import type { IncomingMessage, ServerResponse } from 'node:http'

/** The body passed the limit; the rest of it was not read. */
export class BodyTooLarge extends Error {}

/** The body is not what the endpoint takes: answered 400. The message is for the log. */
export class MalformedBody extends Error {}

/** Reads a request's body whole. Throws `BodyTooLarge` past `limitBytes`. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limitBytes) throw new BodyTooLarge()
    chunks.push(chunk)
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
}

export function sendJson(response: ServerResponse, status: number, content: unknown): void {
  const text = JSON.stringify(content)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}
