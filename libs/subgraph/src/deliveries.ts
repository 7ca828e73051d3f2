import { nameError } from '@commonchart/telemetry'
import type { IncomingEvent } from './events.ts'
import type { Observing } from './observe.ts'
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
export function createDeliveries(services: Services, { metrics, tracing }: Observing = {}): Deliveries {
  const ways = new Map<string, Way>()
  const count = metrics?.counter('commonchart_deliveries_total')

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
    const span = tracing?.draw('deliver', {
      attributes: {
        ...{ 'commonchart.service': target, 'commonchart.domain_id': domainId },
        'commonchart.events': events.length,
      },
    })
    const post = (): Promise<EventsAnswer> =>
      services.post<EventsAnswer>(target, '/internal/events', body, { domainId })
    try {
      const answer = await (span ? span.run(post) : post())
      const received = events.length === 1 ? null : new Set(answer.received)
      span?.end()
      for (const { event, settle } of batch) {
        const isRefused = received !== null && !received.has(event.id)
        count?.([target, isRefused ? 'FAILED' : 'DELIVERED'], 1)
        settle(isRefused ? new Error(`${target} did not take it in`) : undefined)
      }
    } catch (error) {
      span?.end(nameError(error))
      count?.([target, 'FAILED'], batch.length)
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
