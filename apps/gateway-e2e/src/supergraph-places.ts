import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { request } from 'undici'

/** A server of the test's own. */
export interface TestHttpServer {
  url: string
  close(): Promise<void>
}

/** Serves one file as any web server does: with an ETag, and 304 to who has it already. */
export function serveFile(file: string): Promise<TestHttpServer & { notModified(): number }> {
  let notModified = 0
  return listen((asked, response) => {
    const text = readFileSync(file)
    const etag = `"${createHash('sha256').update(text).digest('hex')}"`
    if (asked.headers['if-none-match'] !== etag) return void response.writeHead(200, { etag }).end(text)
    notModified += 1
    response.writeHead(304, { etag }).end()
  }).then((server) => ({ ...server, notModified: () => notModified }))
}

/** Stands before a service; a query that bears a word waits until it is let go. */
export interface Gate extends TestHttpServer {
  /** Lets what bears the word pass from now on. */
  open(word: string): void
  waiting(word: string): number
}

/** Starts a gate before the service that `target` gives the address of. */
export async function startGate(target: () => string, words: string[]): Promise<Gate> {
  const gates = new Map(words.map((word) => [word, Promise.withResolvers<void>()]))
  const waiting = new Map<string, number>()
  const server = await listen(async (asked, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of asked as AsyncIterable<Buffer>) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const word = body.includes('mutation') ? undefined : words.find((each) => body.includes(each))
    if (word !== undefined) {
      waiting.set(word, (waiting.get(word) ?? 0) + 1)
      await gates.get(word)?.promise
    }
    const { host: _, connection: __, 'transfer-encoding': ___, ...headers } = asked.headers
    const answer = await request(`${target()}${asked.url}`, { method: 'POST', headers, body })
    const text = Buffer.from(await answer.body.arrayBuffer())
    response
      .writeHead(answer.statusCode, { 'content-type': String(answer.headers['content-type']) })
      .end(text)
  })
  return {
    ...server,
    open: (word) => gates.get(word)?.resolve(),
    waiting: (word) => waiting.get(word) ?? 0,
  }
}

async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<TestHttpServer> {
  const server: Server = createServer((asked, response) => void answer(asked, response))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
