import type { AddressPolicy } from './addresses.ts'
import { openReceiver, type Receiver } from './post-event.ts'

/** The receivers that were lately sent something: connections are kept from one turn to the next. */
export interface Receivers {
  /** Gives the receiver of a subscription; another one once its URL is another, or once that was closed. */
  get(domainId: number, subscriptionId: string, url: string): Receiver
  /** Closes the connections to those that were sent nothing for a while. */
  closeIdle(): Promise<void>
  close(): Promise<void>
}

/** Longer than a turn takes. */
const idleMs = 60_000

export function openReceivers(options: { policy: AddressPolicy; timeoutMs: number }): Receivers {
  const open = new Map<string, { receiver: Receiver; usedAt: number }>()

  async function closeWhere(isOver: (usedAt: number) => boolean): Promise<void> {
    const over = [...open].filter(([, { usedAt }]) => isOver(usedAt))
    for (const [key] of over) open.delete(key)
    await Promise.all(over.map(([, { receiver }]) => receiver.close()))
  }

  return {
    get(domainId, subscriptionId, url) {
      const key = `${domainId}/${subscriptionId}/${url}`
      const known = open.get(key)?.receiver
      const receiver = known?.isClosed === false ? known : openReceiver(url, options)
      open.set(key, { receiver, usedAt: performance.now() })
      return receiver
    },
    closeIdle: () => closeWhere((usedAt) => performance.now() - usedAt > idleMs),
    close: () => closeWhere(() => true),
  }
}
