import { randomUUID } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { MasterKeys } from '../access/master-keys.ts'
import type { Tables } from '../tables.ts'
import type { AddressPolicy } from './addresses.ts'
import { giveBack } from './claim.ts'
import { usualLeaseMs } from './lease.ts'
import { openReceivers } from './receivers.ts'
import type { RetryTimes } from './retries.ts'
import { largestTurn, takeTurn, type TurnOptions } from './turn.ts'

/** The deliveries of this process. Several processes may deliver from the same database. */
export interface EventPumps {
  /** Takes nothing up any more, and ends once what is under way is answered and written down. */
  stop(): Promise<void>
}

export interface PumpOptions {
  db: Kysely<Tables>
  masterKeys: MasterKeys
  policy: AddressPolicy
  times: RetryTimes
  logger: Logger
  /** How often it looks for subscriptions that something can be sent to. */
  pollMs?: number
  /** How long an answer is waited for. */
  timeoutMs?: number
  /** How long this process has a subscription without renewing that: as long it rests when the process is killed. */
  leaseMs?: number
}

/** So many subscriptions are delivered to at once, each over connections of its own. */
const mostPumps = 200
/** How long answers are waited for once it stops. */
const patienceMs = 2000
/** How many events a turn begins with; more when they are quickly done. */
const smallestTurn = 32

/**
 * Starts delivering: whenever something can be sent to a subscription it is sent, turn by turn. What fails is logged and
 * tried again at the next look; one subscription waits for no other.
 */
export function startEventPumps(options: PumpOptions): EventPumps {
  const { db, logger, policy, pollMs = 1000, timeoutMs = 10_000, leaseMs = usualLeaseMs } = options
  const active = new Map<string, Promise<void>>()
  let stopped = false
  let wakeUp: () => void = () => undefined
  const receivers = openReceivers({ policy, timeoutMs })
  const turns: TurnOptions = {
    ...{ ...options, timeoutMs, leaseMs },
    holder: randomUUID(),
    receiverOf: receivers.get,
    isStopping: () => stopped,
  }

  async function pump(domainId: number, subscriptionId: string): Promise<void> {
    try {
      for (let limit = smallestTurn; !stopped;) {
        const turn = await takeTurn(turns, domainId, { subscriptionId, limit })
        if (!turn?.isMore) return
        limit = turn.isSlow ? smallestTurn : Math.min(limit * 2, largestTurn)
      }
    } catch (error) {
      logger.error({ err: error, domainId, subscriptionId }, 'delivering the events of a subscription failed')
      // Nothing is under way any more. Where that fails too, the lease ends by itself.
      await giveBack(db, domainId, { subscriptionId, holder: turns.holder }).catch(() => undefined)
    }
  }

  function start({ domainId, subscriptionId }: Due): void {
    const key = `${domainId}/${subscriptionId}`
    if (active.has(key) || active.size >= mostPumps) return
    active.set(
      key,
      pump(domainId, subscriptionId).finally(() => active.delete(key)),
    )
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        for (const due of await listDue(db)) start(due)
      } catch (error) {
        logger.error({ err: error }, 'looking for events to deliver failed')
      }
      await receivers.closeIdle()
      if (!stopped) await pause()
    }
  }

  function pause(): Promise<void> {
    return new Promise((resumed) => {
      const timer = setTimeout(resumed, pollMs)
      wakeUp = () => {
        clearTimeout(timer)
        resumed()
      }
    })
  }

  const running = run()
  return {
    async stop() {
      stopped = true
      wakeUp()
      await running
      const timer = setTimeout(() => void receivers.close(), patienceMs)
      await Promise.all(active.values())
      clearTimeout(timer)
      await receivers.close()
    },
  }
}

interface Due {
  domainId: number
  subscriptionId: string
}

async function listDue(db: Kysely<Tables>): Promise<Due[]> {
  const { rows } = await sql<Due>`/* prepare event_subscriptions_due */
    SELECT domain_id, subscription_id FROM event_subscriptions_due()`.execute(db)
  return rows
}
