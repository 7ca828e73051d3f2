import type { IncomingMessage } from 'node:http'
import type { EventFile, ReceivedEvent } from './event-file.ts'
import { findRefusal, toleranceSeconds, type Refusal, type SignedMessage } from './verify-message.ts'

/** What a delivery is answered with. Only 2xx lets the sender forget it. */
export interface Answer {
  status: number
  result: 'STORED' | 'KNOWN' | 'METHOD' | 'TOO_LARGE' | 'REPLAY' | 'NOT_STORED' | Refusal
  eventId?: string
}

export interface ReceiveOptions {
  file: EventFile
  readSecrets: () => Buffer[]
  now?: () => number
}

const largestBodyBytes = 65_536
const refusals: Record<Refusal, number> = { MALFORMED: 400, TIMESTAMP: 400, SIGNATURE: 401 }

/**
 * Makes what takes one delivery. It is acknowledged when it is on the disk, or was before. A message that is not signed, that
 * is old, or that is the copy of one that was taken, is refused: a sender who tries again signs anew, whoever copies cannot.
 */
export function createReceive({ file, readSecrets, now = Date.now }: ReceiveOptions) {
  const taken = new TakenMessages()
  for (const { event, sentAt } of file.stored)
    if (sentAt !== undefined) taken.note(sentAt, nameMessage(event, sentAt), now())

  return async function receive(request: IncomingMessage): Promise<Answer> {
    if (request.method !== 'POST') return { status: 405, result: 'METHOD' }
    const body = await readBody(request)
    if (!body) return { status: 413, result: 'TOO_LARGE' }
    const message = readMessage(request, body)
    const refusal = findRefusal(readSecrets(), message, now())
    const event = refusal ? null : readEvent(message)
    if (refusal || !event) return { status: refusals[refusal ?? 'MALFORMED'], result: refusal ?? 'MALFORMED' }
    const { eventId } = event
    const sentAt = Number(message.timestamp)
    const name = nameMessage(event, sentAt)
    if (taken.has(name)) return { status: 409, result: 'REPLAY', eventId }
    try {
      const result = await file.add(event, { via: 'delivery', sentAt })
      taken.note(sentAt, name, now())
      return { status: 200, result, eventId }
    } catch {
      return { status: 503, result: 'NOT_STORED', eventId }
    }
  }
}

/** Two subscriptions may bring one event to one receiver: these are two messages. */
function nameMessage({ eventId, subscriptionId }: ReceivedEvent, sentAt: number): string {
  return `${eventId} ${sentAt} ${String(subscriptionId)}`
}

function readMessage({ headers }: IncomingMessage, body: Buffer): SignedMessage {
  const read = (name: string): string | undefined => {
    const value = headers[name]
    return typeof value === 'string' ? value : undefined
  }
  return {
    id: read('webhook-id'),
    timestamp: read('webhook-timestamp'),
    signature: read('webhook-signature'),
    body,
  }
}

function readEvent({ id, body }: SignedMessage): ReceivedEvent | null {
  try {
    const event = JSON.parse(body.toString()) as Partial<ReceivedEvent> | null
    return event?.eventId === id && typeof event?.topic === 'string' ? (event as ReceivedEvent) : null
  } catch {
    return null
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = []
  let length = 0
  // Left open, so that who sends too much is told.
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    length += (part as Buffer).length
    if (length > largestBodyBytes) return null
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts)
}

/** The messages that were taken, for as long as their timestamps would be let in. */
class TakenMessages {
  readonly #ends = new Map<string, number>()

  has(name: string): boolean {
    return this.#ends.has(name)
  }

  note(sentAt: number, name: string, nowMs: number): void {
    for (const [old, endMs] of this.#ends) {
      if (endMs >= nowMs) break
      this.#ends.delete(old)
    }
    const endMs = (sentAt + toleranceSeconds) * 1000
    if (endMs >= nowMs) this.#ends.set(name, endMs)
  }
}
