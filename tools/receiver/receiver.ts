import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { catchUp } from './catch-up.ts'
import type { ReceiverConfig } from './config.ts'
import { EventFile } from './event-file.ts'
import { createReceive } from './receive.ts'

/** A receiver that runs. */
export interface Receiver {
  url: string
  /** Ends it in order: what is under way is answered first. */
  stop(): Promise<void>
}

/** Starts the receiver: it has caught up once, or tried to, before it takes the first delivery. */
export async function startReceiver(
  { host, port, eventFile, cursorFile, readSecrets, catchingUp }: ReceiverConfig,
  say: (line: Record<string, unknown>) => void,
): Promise<Receiver> {
  const file = await EventFile.open(eventFile)
  const receive = createReceive({ file, readSecrets })
  const server = createServer((request, response) => {
    void receive(request).then(
      ({ status, ...answer }) => {
        say({ msg: 'delivery', status, ...answer })
        const close = status === 413 ? { connection: 'close' } : {}
        response.writeHead(status, { 'content-type': 'application/json', ...close })
        response.end(JSON.stringify(answer))
      },
      // The sender went away in the middle of it, and sends it again.
      () => response.destroy(),
    )
  })

  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let stopped = false
  async function keepUp({ everyMs, ...options }: NonNullable<ReceiverConfig['catchingUp']>): Promise<void> {
    try {
      const missing = await catchUp({ file, cursorFile, ...options })
      say({ msg: 'caught up', missing })
    } catch (error) {
      say({ msg: 'could not catch up', reason: (error as Error).message })
    }
    if (!stopped) timer = setTimeout(() => (running = keepUp({ everyMs, ...options })), everyMs)
  }
  if (catchingUp) await keepUp(catchingUp)

  server.listen(port, host)
  await once(server, 'listening')
  const url = `http://${host}:${(server.address() as AddressInfo).port}/`
  say({ msg: 'listening', url, events: file.size })
  return {
    url,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
      const closed = once(server, 'close')
      server.close()
      await closed
      await file.close()
    },
  }
}
