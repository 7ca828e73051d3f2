import type { Claim } from './claim.ts'
import { createDeliveries, type EventDelivery } from './delivery-rows.ts'
import type { DomainEvent } from './domain-events.ts'
import type { Outcome } from './lanes.ts'
import { readAttempts } from './delivery-log.ts'
import type { Attempt } from './post-event.ts'
import type { RetryTimes } from './retries.ts'

/** So many failures in a row, and nothing is sent for a while but a few to see whether the receiver is back. */
export const failuresInARow = 10
/** So many of what waits, and as many of what is new, are sent to see that. */
export const probesOfEach = 4

/** A delivery of a turn: `row` as it was or, of an event that is taken up only now, as it would be. */
export interface TurnItem {
  row: EventDelivery
  isNew: boolean
  outcome: Outcome
  attempt: Attempt | null
}

/** How often in a row nothing was acknowledged, as it was before a turn and then after each answer. */
export type Health = Pick<Claim['progress'], 'failures' | 'failingSince' | 'lastError'>

/** What is to be written down of a turn. */
export interface Judged {
  changed: EventDelivery[]
  added: EventDelivery[]
  position: string
  /** How it stands with the receiver now. */
  health: Health & Pick<Claim['progress'], 'probeAt' | 'probes' | 'lastDeliveredAt'>
  /** It is back after it was tried now and then only: what failed meanwhile is due at once. */
  isBack: boolean
  /** Why the subscription is to be suspended; null while it is not. */
  suspend: string | null
}

/** Makes the items of a turn: what waits before what is new, which has higher places. */
export function createTurnItems({ due, events, progress, subscriptionId, now }: Claim): TurnItem[] {
  const untouched = { outcome: 'left', attempt: null } as const
  const isResend = ({ sequence }: DomainEvent) => BigInt(sequence) <= BigInt(progress.resentUntil)
  return [
    ...due.map((row) => ({ row, isNew: false, ...untouched })),
    ...createDeliveries(events, { subscriptionId, isResend, now }).map((row) => ({
      ...{ row, isNew: true, ...untouched },
    })),
  ]
}

/** Says what an attempt means for the health of a receiver. */
export function judgeHealth(health: Health, { at, error }: Attempt): Health {
  if (error === null) return { failures: 0, failingSince: null, lastError: null }
  return {
    failures: health.failures + 1,
    failingSince: health.failingSince ?? new Date(at),
    lastError: error,
  }
}

/** Says what becomes of the deliveries of a turn, and of the subscription. */
export function judgeTurn(
  claim: Claim,
  items: readonly TurnItem[],
  { health, times, limit, now }: { health: Health; times: RetryTimes; limit: number; now: Date },
): Judged {
  const { progress } = claim
  const isGone = items.some(({ attempt }) => attempt?.error === 'GONE')
  const isProbing = progress.probeAt !== null
  const isDown = health.failures >= failuresInARow
  const probes = isDown ? progress.probes + 1 : 0
  const acknowledged = items.some(({ outcome }) => outcome === 'acknowledged')
  const failedFor = health.failingSince ? now.getTime() - health.failingSince.getTime() : 0
  const { added, position } = takeUp(claim, items, limit)
  return {
    changed: items
      .filter(({ isNew, outcome }) => !isNew && outcome !== 'left')
      .map((item) => toRow(item, times, now)),
    added: added.map((item) => toRow(item, times, now)),
    position,
    health: {
      ...health,
      probeAt: isDown ? new Date(now.getTime() + times.delayMs(probes)) : null,
      probes,
      lastDeliveredAt: acknowledged ? now : progress.lastDeliveredAt,
    },
    isBack: isProbing && acknowledged,
    suspend: isGone
      ? 'The receiver answered 410: it is gone.'
      : failedFor >= times.giveUpMs
        ? `The receiver has acknowledged nothing for three days; the last failure was ${health.lastError}.`
        : null,
  }
}

/** Which new events get a row, and up to where events are taken up with them: none is left out before that place. */
function takeUp(claim: Claim, items: readonly TurnItem[], limit: number) {
  const fresh = items.filter(({ isNew }) => isNew)
  const lastTouched = fresh.findLastIndex(({ outcome }) => outcome !== 'left')
  const isAll = fresh.every(({ outcome }) => outcome !== 'left') && claim.events.length < limit
  const added = fresh.slice(0, lastTouched + 1)
  const last = added.at(-1)?.row.sequence ?? claim.progress.position
  return { added, position: isAll ? larger(claim.end, last) : last }
}

function toRow({ row, outcome, attempt }: TurnItem, times: RetryTimes, now: Date): EventDelivery {
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
