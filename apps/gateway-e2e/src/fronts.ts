import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** An address that stays while the processes behind it are replaced, as a cluster gives to a service. */
export interface Front {
  url: string
  port: number
  /** Where new connections go, in turn; those that are open stay where they are. */
  lead(ports: number[]): void
  close(): Promise<void>
}

/** Opens an address that passes on bytes, and knows nothing of what they say. */
export async function openFront(): Promise<Front> {
  let ports: number[] = []
  let next = 0
  const open = new Set<Socket>()
  const follow = (socket: Socket): Socket => {
    open.add(socket)
    // A connection that breaks is closed right after; whoever uses it sees that.
    return socket.on('error', () => undefined).once('close', () => open.delete(socket))
  }
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    follow(client)
    next += 1
    const port = ports[next % ports.length]
    if (port === undefined) return client.destroy()
    const service = follow(connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true }))
    client.pipe(service).pipe(client)
    service.once('close', () => client.destroy())
    client.once('close', () => service.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    lead: (to) => void (ports = to),
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
