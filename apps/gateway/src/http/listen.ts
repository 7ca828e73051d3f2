import { readFileSync } from 'node:fs'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { Leaving } from '@commonchart/identity'

export interface ListenOptions {
  host: string
  port: number
  tls: { certFile: string; keyFile: string } | null
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  /** Whether the gateway can answer, for those who send requests its way. */
  isReady: () => boolean
}

export interface Listener {
  port: number
  /** Goes on serving, but says that it is not ready, and with every answer that it is the last of its connection. */
  leave(): void
  /**
   * Takes no new connections, answers what is under way, and ends when the last answer is out and nothing more is done
   * for a client that went away.
   */
  drain(): Promise<void>
}

/** A client must have sent its headers, and its whole request, by then. Idle connections outlive a proxy's. */
const serverOptions: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 32 * 1024,
}

/** Listens for requests. `/health/live` and `/health/ready` are answered here, everything else by `answer`. */
export async function startListener(options: ListenOptions): Promise<Listener> {
  const { host, port, tls, answer, isReady } = options
  const leaving = new Leaving()
  const underWay = new Set<Promise<void>>()
  /** Connections that have asked nothing yet: Node does not count them as idle, and would wait for them a minute. */
  const unused = new Set<Socket>()
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    unused.delete(request.socket)
    leaving.follow(request, response)
    if (request.url === '/health/live') return sendText(response, 200, 'live')
    if (request.url === '/health/ready')
      return isReady() && !leaving.hasBegun
        ? sendText(response, 200, 'ready')
        : sendText(response, 503, 'not ready')
    const answering: Promise<void> = answer(request, response).finally(() => underWay.delete(answering))
    underWay.add(answering)
  }
  const server: Server = tls
    ? createHttpsServer(
        { ...serverOptions, cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) },
        handle,
      )
    : createHttpServer(serverOptions, handle)
  server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  await new Promise<void>((listening, failed) => server.once('error', failed).listen(port, host, listening))
  return {
    port: (server.address() as AddressInfo).port,
    leave: () => leaving.begin(),
    async drain() {
      leaving.begin()
      const closed = new Promise<void>((done) => server.close(() => done()))
      server.closeIdleConnections()
      for (const socket of unused) socket.destroy()
      await closed
      await Promise.all(underWay)
    },
  }
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}
