import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** What an event notification says. */
export interface Notified {
  topic: string
  eventId: string
  sequence: number
  patientId: string
  changedFields: string[]
}

/** A receiver of event notifications in the test's own process. */
export interface EventReceiver {
  url: string
  /** What it acknowledged, in order, repeats included. */
  acknowledged: Notified[]
  /** Requests whose signature was not made with one of these secrets. */
  forged: number
  secrets: string[]
  close(): Promise<void>
}

/** Starts one on loopback. `answer` says the status of the nth request, or null to break the connection. */
export async function startEventReceiver(
  answer: (nth: number) => number | null = () => 204,
  { port = 0, delayMs = 0 }: { port?: number; delayMs?: number } = {},
): Promise<EventReceiver> {
  let nth = 0
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const body = Buffer.concat(chunks).toString('utf8')
      if (!isSigned(request, body, receiver.secrets)) receiver.forged += 1
      if (delayMs > 0) await pause(delayMs)
      nth += 1
      const status = answer(nth)
      if (status === null) return void request.socket.destroy()
      if (status < 300) receiver.acknowledged.push(JSON.parse(body) as Notified)
      response.writeHead(status).end()
    })().catch(() => response.destroy())
  })
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening))
  const receiver: EventReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    ...{ acknowledged: [], forged: 0, secrets: [] },
    async close() {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
  return receiver
}

function isSigned({ headers }: IncomingMessage, body: string, secrets: string[]): boolean {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`
  const given = String(headers['webhook-signature']).split(' ')
  return secrets.some((secret) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
    const expected = Buffer.from(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`)
    return given.some(
      (each) => each.length === expected.length && timingSafeEqual(Buffer.from(each), expected),
    )
  })
}
