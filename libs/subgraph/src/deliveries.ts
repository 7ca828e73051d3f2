import type { IncomingEvent } from './events.ts'
import type { Services } from './services.ts'

/** What a service answers to events that came together. */
export interface EventsAnswer {
  /** The ids of those that it has taken in; the others it has not. */
  received: string[]
}

/** Gathers what is to be delivered. */
export interface Deliveries {
  /** Settles once the receiver has taken the event in. Throws when it has not. */
  deliver(target: string, event: IncomingEvent): Promise<void>
}

interface Waiting {
  event: IncomingEvent
  settle(error?: unknown): void
}

/** What is to go to one receiver for one domain, and how many batches are on their way there. */
interface Way {
  waiting: Waiting[]
  underWay: number
}

const mostUnderWay = 2
const mostEvents = 64

/**
 * Delivers events over HTTP: one leaves at once while fewer than two batches are on their way to its receiver, and what
 * gathers meanwhile leaves together.
 */
export function createDeliveries(services: Services): Deliveries {
  const ways = new Map<string, Way>()

  function leave(key: string, way: Way, target: string, domainId: number): void {
    while (way.underWay < mostUnderWay && way.waiting.length > 0) {
      const batch = way.waiting.splice(0, mostEvents)
      way.underWay += 1
      void send(batch, target, domainId).finally(() => {
        way.underWay -= 1
        if (way.underWay === 0 && way.waiting.length === 0) ways.delete(key)
        else leave(key, way, target, domainId)
      })
    }
  }

  async function send(batch: Waiting[], target: string, domainId: number): Promise<void> {
    const events = batch.map(({ event }) => event)
    const body = events.length === 1 ? events[0] : { events }
    try {
      const answer = await services.post<EventsAnswer>(target, '/internal/events', body, { domainId })
      const received = events.length === 1 ? null : new Set(answer.received)
      for (const { event, settle } of batch)
        settle(received && !received.has(event.id) ? new Error(`${target} did not take it in`) : undefined)
    } catch (error) {
      for (const { settle } of batch) settle(error)
    }
  }

  return {
    deliver(target, event) {
      const key = `${target} ${event.domainId}`
      const way = ways.get(key) ?? { waiting: [], underWay: 0 }
      ways.set(key, way)
      return new Promise((resolve, reject) => {
        way.waiting.push({
          event,
          settle: (error) => (error === undefined ? resolve() : reject(error as Error)),
        })
        leave(key, way, target, event.domainId)
      })
    },
  }
}
