import { createSecretKey } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { MasterKeys } from '../access/master-keys.ts'
import type { Tables } from '../tables.ts'
import { createBacklog, type Backlog } from './backlog.ts'
import { claimSubscription, readFurther, type Claim } from './claim.ts'
import {
  createTurnItems,
  failuresInARow,
  judgeHealth,
  judgeTurn,
  probesOfEach,
  type Health,
  type Judged,
  type TurnItem,
  type TurnItems,
} from './judge-turn.ts'
import { keepLease, type Lease } from './lease.ts'
import { sendInLanes, subjectsOf } from './lanes.ts'
import { signPayload, writePayload } from './payload.ts'
import { postsAtOnce, type Receiver } from './post-event.ts'
import type { RetryTimes } from './retries.ts'
import { openSecret } from './secrets.ts'
import { settlePart, settleTurn } from './settle.ts'

/** So many events are sent before what came of them is written down. */
export const largestTurn = 512

/** So many times that may be to be written down while others are sent; after a crash it is sent again. */
const mostUnwritten = 2

export interface TurnOptions {
  db: Kysely<Tables>
  masterKeys: MasterKeys
  times: RetryTimes
  /** This process. */
  holder: string
  /** How long an answer is waited for. */
  timeoutMs: number
  /** How long the process has a subscription without renewing that. */
  leaseMs: number
  receiverOf: (domainId: number, subscriptionId: string, url: string) => Receiver
  isStopping: () => boolean
}

/** What a turn came to: whether there is more, and whether it was too much for its time. */
export interface Turn {
  isMore: boolean
  isSlow: boolean
}

/**
 * Has a subscription to itself for a few seconds: sends what is due and what is new, and writes down what came of it. What is
 * sent when the process or the database dies is sent again by whoever has the next turn. Null when there is no turn to be had.
 */
export async function takeTurn(
  options: TurnOptions,
  domainId: number,
  { subscriptionId, limit }: { subscriptionId: string; limit: number },
): Promise<Turn | null> {
  const { db, holder, leaseMs, receiverOf } = options
  const takenAt = performance.now()
  const claim = await claimSubscription(db, domainId, { subscriptionId, holder, limit, leaseMs })
  if (!claim) return null
  const receiver = receiverOf(domainId, subscriptionId, claim.url)
  // What is under way when another process may have the subscription is broken off: it is for that one to send.
  const onLost = (): void => void receiver.close()
  const backlog = createBacklog(mostUnwritten)
  const lease = keepLease(db, { domainId, subscriptionId, holder }, { leaseMs, takenAt, onLost })
  try {
    return await deliver(options, claim, { limit, receiver, lease, backlog })
  } finally {
    // The next turn begins where this one is written down.
    await backlog.settle()
    lease.end()
  }
}

async function deliver(
  options: TurnOptions,
  claimed: Claim,
  { limit, receiver, lease, backlog }: { limit: number; receiver: Receiver; lease: Lease; backlog: Backlog },
): Promise<Turn> {
  const { db, holder, masterKeys, times, timeoutMs } = options
  const { accountDomain, subscriptionId } = claimed
  // After that nothing further is sent, so that what people change of a subscription counts soon.
  const turnMs = timeoutMs / 2
  const startedAt = performance.now()
  const isProbing = claimed.progress.probeAt !== null
  let claim = isProbing ? keepFew(claimed) : claimed
  const before = findFirstOpen(claim.open)
  // Made ready once: for each signature again it would cost more than signing.
  const secrets = claim.secrets.map((secret) => createSecretKey(openSecret(masterKeys, secret)))
  let health = healthOf(claim)
  let isGone = false
  // Of what is sent at present: whether all was acknowledged, and whether something was not come to.
  let [isAll, isLeft] = [true, false]

  const isStopping = (): boolean => options.isStopping() || !lease.isHeld()
  async function send(item: TurnItem): Promise<boolean> {
    const body = writePayload(item.told, { subscriptionId, accountDomain })
    const { eventId: id } = item.told
    const attempt = await receiver.post(body, signPayload(body, { id, now: Date.now(), secrets }))
    // What this process broke off says nothing of the receiver.
    if (isStopping() && attempt.error !== null) return false
    item.attempt = attempt
    health = judgeHealth(health, item.attempt)
    isGone ||= attempt.error === 'GONE'
    return attempt.error === null
  }
  const mayGoOn = (): boolean =>
    !isStopping() &&
    !isGone &&
    performance.now() - startedAt < turnMs &&
    (isProbing || health.failures < failuresInARow)

  async function sendAll(items: TurnItems): Promise<Judged> {
    isAll = true
    isLeft = false
    await sendInLanes<TurnItem>([...items.due, ...items.fresh], {
      ...{ atOnce: postsAtOnce, send, mayGoOn },
      subjectsOf: ({ told }) => subjectsOf(told),
      isHeldBack: ({ told }, subjects) =>
        before.size > 0 && subjects.some((each) => isBefore(before.get(each), told.sequence)),
      onOutcome(item, outcome) {
        item.outcome = outcome === 'failed' && !item.attempt ? 'left' : outcome
        isAll &&= item.outcome === 'acknowledged'
        isLeft ||= item.outcome === 'left'
      },
    })
    return judgeTurn(claim, items, {
      ...{ health, times, limit: isProbing ? probesOfEach : size, now: new Date() },
    })
  }

  // While nothing is in the way, what was acknowledged is written down as what is next is sent.
  let items = createTurnItems(claim)
  let size = limit
  let isFlowing = !isProbing && claim.progress.openSince === null
  let judged: Judged
  for (;;) {
    const last = claim.events.at(-1)?.sequence
    const mayFlow = isFlowing && last !== undefined && claim.events.length === size
    const nextSize = Math.min(size * 2, largestTurn)
    const further = mayFlow ? readFurther(db, claim, { after: last, limit: nextSize }) : null
    further?.catch(() => undefined)
    judged = await sendAll(items)
    isFlowing = isAll && mayGoOn()
    const events = isFlowing && further ? await further : []
    if (events.length === 0) break
    const [part, outcome] = [claim, judged]
    await backlog.add(() => settlePart(db, part, outcome, { holder }))
    const { lastDeliveredAt } = judged.health
    claim = {
      ...claim,
      events,
      progress: { ...claim.progress, ...health, position: judged.position, lastDeliveredAt },
    }
    items = createTurnItems(claim)
    size = nextSize
  }
  await backlog.finish()
  const isFull = claim.due.length === limit || claim.events.length === size
  const isMore =
    judged.suspend === null && judged.health.probeAt === null && (isLeft || isFull || judged.isBack)
  const isDue = await settleTurn(db, claim, judged, { holder, isMore })
  return {
    isMore: judged.suspend === null && judged.health.probeAt === null && isDue && !isStopping(),
    isSlow: isLeft,
  }
}

function healthOf({ progress }: Claim): Health {
  const { failures, failingSince, lastError } = progress
  return { failures, failingSince, lastError }
}

/** Of a receiver that was down only a few deliveries are tried; the others that are due hold back what comes after them. */
function keepFew(claim: Claim): Claim {
  const due = claim.due.slice(0, probesOfEach)
  return {
    ...claim,
    due,
    events: claim.events.slice(0, probesOfEach),
    open: [...claim.open, ...claim.due.slice(probesOfEach)],
  }
}

/** For each subject the lowest place of what is open. */
function findFirstOpen(open: Claim['open']): Map<string, string> {
  const first = new Map<string, string>()
  for (const row of open)
    for (const subject of subjectsOf(row)) {
      const known = first.get(subject)
      if (row.sequence !== null && (known === undefined || isBefore(row.sequence, known)))
        first.set(subject, row.sequence)
    }
  return first
}

function isBefore(one: string | undefined, other: string | null): boolean {
  return one !== undefined && other !== null && BigInt(one) < BigInt(other)
}
