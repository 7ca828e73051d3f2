import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** What becomes of something that is sent to the database: it passes, the connection breaks before, or
 * nothing more comes back and it breaks as soon as the server has committed. */
export type Fate = 'pass' | 'break' | 'lose the answer'

/** A way to a database on which connections break when a test says so. */
export interface BreakableConnections {
  /** The database's address by this way. */
  url: string
  /** Called with whatever is sent, as text that holds the statements. */
  decide: (sent: string) => Fate
  /** Breaks every connection, and takes no other, as a server that is down. */
  goDown(): Promise<void>
  comeUp(): Promise<void>
  close(): Promise<void>
}

/** Opens a way to a database through a proxy of this process. Must be closed. */
export async function openBreakableConnections(databaseUrl: string): Promise<BreakableConnections> {
  const { hostname, port } = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let server: Server | undefined

  function carry(client: Socket): void {
    const upstream = connect(Number(port), hostname)
    let isLost = false
    const end = (): void => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', end).on('close', () => {
        end()
        sockets.delete(socket)
      })
    }
    client.on('data', (bytes) => {
      const fate = connections.decide(bytes.toString('latin1'))
      if (fate === 'break') return void client.resetAndDestroy()
      isLost ||= fate === 'lose the answer'
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      if (!isLost) return void client.write(bytes)
      // The answers of statements that were sent with COMMIT come before its own.
      if (bytes.includes('COMMIT')) end()
    })
  }

  async function listen(on: number): Promise<number> {
    server = createServer(carry).listen(on, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  async function goDown(): Promise<void> {
    const closed = server && once(server, 'close')
    server?.close()
    for (const socket of sockets) socket.destroy()
    await closed
    server = undefined
  }

  const url = new URL(databaseUrl)
  const own = await listen(0)
  url.hostname = '127.0.0.1'
  url.port = String(own)
  const connections: BreakableConnections = {
    url: url.href,
    decide: () => 'pass',
    goDown,
    comeUp: async () => void (await listen(own)),
    close: goDown,
  }
  return connections
}
