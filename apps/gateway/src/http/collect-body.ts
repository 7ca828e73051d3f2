import type { IncomingMessage } from 'node:http'
import { RequestRefused } from './answer.ts'

/**
 * Collects the body of a request, by events: an async iterator costs many times as much. Throws `RequestRefused`
 * (PAYLOAD_TOO_LARGE) as soon as it is larger than `limitBytes`, and an error when the client goes away before its end.
 */
export function collectBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > limitBytes) return reject(tooLarge(limitBytes))
    // Who left before anybody listened is told of by no event any more.
    if (request.destroyed) return reject(gone())
    const chunks: Buffer[] = []
    let size = 0
    const take = (chunk: Buffer): void => {
      size += chunk.length
      if (size <= limitBytes) return void chunks.push(chunk)
      request.off('data', take).resume()
      reject(tooLarge(limitBytes))
    }
    request.on('data', take)
    request.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)))
    request.once('error', reject)
    request.once('close', () => {
      if (!request.readableEnded) reject(gone())
    })
  })
}

function gone(): Error {
  return new Error('the request ended before its body did')
}

function tooLarge(limitBytes: number): RequestRefused {
  return new RequestRefused('PAYLOAD_TOO_LARGE', `The body is larger than ${limitBytes} bytes.`, {
    facts: { limit: limitBytes },
    headers: { connection: 'close' },
  })
}
