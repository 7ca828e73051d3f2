import type { Claim } from './claim.ts'
import {
  createDelivery,
  createDeliveryIds,
  type DeliveredEvent,
  type EventDelivery,
  type NewEvent,
} from './delivery-rows.ts'
import type { Outcome } from './lanes.ts'
import { readAttempts } from './delivery-log.ts'
import type { ToldEvent } from './payload.ts'
import type { Attempt } from './post-event.ts'
import type { RetryTimes } from './retries.ts'
import { goneReason, silentReason } from './state-reasons.ts'

/** So many failures in a row, and nothing is sent for a while but a few to see whether the receiver is back. */
export const failuresInARow = 10
/** So many of what waits, and as many of what is new, are sent to see that. */
export const probesOfEach = 4

/** A delivery of a turn. */
export interface TurnItem {
  told: ToldEvent
  outcome: Outcome
  attempt: Attempt | null
}

/** One that waited, with its row as it was. */
interface DueItem extends TurnItem {
  told: EventDelivery
}

/** One of an event that is taken up only now, with the id that its row is to have. */
interface FreshItem extends TurnItem {
  told: NewEvent
  id: string
}

/** The items of a turn: what is new has higher places than what waits. */
export interface TurnItems {
  due: DueItem[]
  fresh: FreshItem[]
}

/** How often in a row nothing was acknowledged, as it was before a turn and then after each answer. */
export type Health = Pick<Claim['progress'], 'failures' | 'failingSince' | 'lastError'>

/** What is to be written down of a turn. */
export interface Judged {
  /** Rows that are there already. */
  changed: EventDelivery[]
  /** New events that were acknowledged, and rows of those that were not. */
  delivered: DeliveredEvent[]
  added: EventDelivery[]
  position: string
  /** How it stands with the receiver now. */
  health: Health & Pick<Claim['progress'], 'probeAt' | 'probes' | 'lastDeliveredAt'>
  /** It is back after it was tried now and then only: what failed meanwhile is due at once. */
  isBack: boolean
  /** Why the subscription is to be suspended; null while it is not. */
  suspend: string | null
}

/** Makes the items of a turn. */
export function createTurnItems({ due, events, now }: Claim): TurnItems {
  const ids = createDeliveryIds(events.length, now)
  return {
    due: due.map((told) => ({ told, outcome: 'left', attempt: null })),
    fresh: events.map((told, at) => ({ id: ids[at] ?? '', told, outcome: 'left', attempt: null })),
  }
}

/** Says what an attempt means for the health of a receiver. */
export function judgeHealth(health: Health, { at, error }: Attempt): Health {
  if (error === null)
    return health.failures === 0 ? health : { failures: 0, failingSince: null, lastError: null }
  return {
    failures: health.failures + 1,
    failingSince: health.failingSince ?? new Date(at),
    lastError: error,
  }
}

/** Says what becomes of the deliveries of a turn, and of the subscription. */
export function judgeTurn(
  claim: Claim,
  { due, fresh }: TurnItems,
  { health, times, limit, now }: { health: Health; times: RetryTimes; limit: number; now: Date },
): Judged {
  const { progress } = claim
  const items: readonly TurnItem[] = due.length === 0 ? fresh : [...due, ...fresh]
  const isGone = items.some(({ attempt }) => attempt?.error === 'GONE')
  const isProbing = progress.probeAt !== null
  const isDown = health.failures >= failuresInARow
  const probes = isDown ? progress.probes + 1 : 0
  const acknowledged = items.some(({ outcome }) => outcome === 'acknowledged')
  const failedFor = health.failingSince ? now.getTime() - health.failingSince.getTime() : 0
  const touched = due.filter(({ outcome }) => outcome !== 'left')
  return {
    changed: touched.map((item) => toRow(item.told, item, times, now)),
    ...takeUp(claim, fresh, { limit, times, now }),
    health: {
      ...health,
      probeAt: isDown ? new Date(now.getTime() + times.delayMs(probes)) : null,
      probes,
      lastDeliveredAt: acknowledged ? now : progress.lastDeliveredAt,
    },
    isBack: isProbing && acknowledged,
    suspend: isGone ? goneReason : failedFor >= times.giveUpMs ? silentReason(health.lastError) : null,
  }
}

/** Which new events get a row, and up to where events are taken up with them: none is left out before that place. */
function takeUp(
  claim: Claim,
  fresh: FreshItem[],
  { limit, times, now }: { limit: number; times: RetryTimes; now: Date },
): Pick<Judged, 'delivered' | 'added' | 'position'> {
  const lastTouched = fresh.findLastIndex(({ outcome }) => outcome !== 'left')
  const isAll = fresh.length < limit && fresh.every(({ outcome }) => outcome !== 'left')
  const delivered: DeliveredEvent[] = []
  const added: EventDelivery[] = []
  const of = { ...claim, resentUntil: claim.progress.resentUntil }
  for (const item of fresh.slice(0, lastTouched + 1)) {
    const { id, told, outcome, attempt } = item
    if (outcome === 'acknowledged' && attempt) delivered.push({ id, told, attempt })
    else added.push(toRow(createDelivery(told, { ...of, id }), item, times, now))
  }
  const last = fresh[lastTouched]?.told.sequence ?? claim.progress.position
  return { delivered, added, position: isAll ? larger(claim.end, last) : last }
}

function toRow(
  row: EventDelivery,
  { outcome, attempt }: TurnItem,
  times: RetryTimes,
  now: Date,
): EventDelivery {
  if (outcome === 'left') return row
  if (!attempt) return { ...row, status: 'WAITING', nextAttemptAt: null }
  const attempts = [...readAttempts(row), attempt]
  const tried = { ...row, attempts: JSON.stringify(attempts) }
  if (attempt.error === null) return { ...tried, status: 'DELIVERED', nextAttemptAt: null, deliveredAt: now }
  const firstFailedAt = row.firstFailedAt ?? new Date(attempt.at)
  // Once somebody resumes the subscription it is sent again.
  if (attempt.error === 'GONE') return { ...tried, status: 'RETRYING', firstFailedAt, nextAttemptAt: now }
  if (now.getTime() - firstFailedAt.getTime() >= times.giveUpMs)
    return { ...tried, status: 'FAILED', firstFailedAt, nextAttemptAt: null }
  const nextAttemptAt = new Date(now.getTime() + times.delayMs(attempts.length))
  return { ...tried, status: 'RETRYING', firstFailedAt, nextAttemptAt }
}

function larger(one: string, other: string): string {
  return BigInt(one) > BigInt(other) ? one : other
}
