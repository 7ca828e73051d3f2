import { setTimeout as pause } from 'node:timers/promises'
import { RecordingFailed, type RecordEntry } from './access-record.ts'

/**
 * How sending a batch ended: committed; turned down for what is in it; failed at the recorder, perhaps for what is in it;
 * or no answer at all.
 */
export type Sent = 'RECORDED' | 'TURNED_DOWN' | 'FAILED' | 'UNKNOWN'

/** Sends a batch and says what became of it, at most `timeoutMs` later. Never throws. */
export type SendBatch = (entries: readonly RecordEntry[], timeoutMs: number) => Promise<Sent>

/** So many batches are under way at most, those that are sent again included. */
const mostUnderWay = 4
const mostRecords = 64
/** While so many records are about to come, a batch leaves at most every so many milliseconds: each costs as much as it does with four. */
const fewestExpected = 4
const usualPaceMs = 12
/** Bodies of a batch, in bytes; a larger record leaves alone. */
const mostBatchBytes = 4 * 1024 * 1024
/** More than that waiting means that nothing leaves any more: what comes is turned away at once. */
const mostWaitingBytes = 128 * 1024 * 1024
/** One attempt takes so long at most. */
const attemptMs = 1500
const firstPauseMs = 20
const longestPauseMs = 200

interface Waiting {
  entry: RecordEntry
  bytes: number
  /** Nobody waits for it after that, in milliseconds of `Date.now`. */
  giveUpAt: number
  isSettled: boolean
  settle(error?: RecordingFailed): void
}

interface Delivery {
  /** Whether it was tried in vain, and others need not wait for it. */
  isAside: boolean
  done: Promise<void>
}

/**
 * Sends records in batches, one after the other: one leaves at once while none is under way, and what gathers meanwhile leaves
 * together. One that has to be sent again does so aside and holds up no other. A batch that got no answer is sent again, for as long as somebody waits for one of its records.
 */
export class Batches {
  private readonly send: SendBatch
  private readonly paceMs: number
  private readonly waiting: Waiting[] = []
  private waitingBytes = 0
  private expected = 0
  private leftAt = -Infinity
  private pacing: NodeJS.Timeout | undefined
  private readonly underWay = new Set<Delivery>()

  constructor(send: SendBatch, paceMs = usualPaceMs) {
    this.send = send
    this.paceMs = paceMs
  }

  /** Settles once the record is committed. Throws `RecordingFailed` when that is not known until `giveUpAt`. */
  add(entry: RecordEntry, giveUpAt: number): Promise<void> {
    const bytes = entry.request.length + entry.response.length
    if (this.waitingBytes > mostWaitingBytes)
      return Promise.reject(new RecordingFailed('more records wait than are kept'))
    return new Promise<void>((resolve, reject) => {
      const giveUp = (): void => waiting.settle(new RecordingFailed('nothing was acknowledged in time'))
      // Where the process was busy, what came in meanwhile is read before that counts.
      const timer = setTimeout(() => setImmediate(giveUp), Math.max(giveUpAt - Date.now(), 0))
      const waiting: Waiting = {
        entry,
        bytes,
        giveUpAt,
        isSettled: false,
        settle: (error) => {
          if (waiting.isSettled) return
          waiting.isSettled = true
          this.waitingBytes -= bytes
          clearTimeout(timer)
          if (error) reject(error)
          else resolve()
        },
      }
      this.waiting.push(waiting)
      this.waitingBytes += bytes
      this.leave()
    })
  }

  /** Says that a record will come; the function that it gives says that it is here, or will not come. */
  expect(): () => void {
    this.expected += 1
    return () => {
      this.expected -= 1
    }
  }

  /** How many records wait to leave. */
  countWaiting(): number {
    return this.waiting.reduce((count, { isSettled }) => (isSettled ? count : count + 1), 0)
  }

  /** Ends once nothing waits and nothing is under way. */
  async idle(): Promise<void> {
    this.expected = 0
    this.leave()
    while (this.underWay.size > 0) await Promise.all([...this.underWay].map(({ done }) => done))
  }

  private leave(): void {
    const all = [...this.underWay]
    if (all.length >= mostUnderWay || all.some(({ isAside }) => !isAside)) return
    if (this.isWorthWaiting()) return
    const batch = this.takeBatch()
    if (batch.length === 0) return
    this.leftAt = performance.now()
    clearTimeout(this.pacing)
    this.pacing = undefined
    const delivery: Delivery = { isAside: false, done: Promise.resolve() }
    this.underWay.add(delivery)
    delivery.done = this.deliver(batch, delivery).finally(() => {
      this.underWay.delete(delivery)
      this.leave()
    })
  }

  /** Whether so much is about to come that it may as well leave together. What has gathered leaves a moment later then. */
  private isWorthWaiting(): boolean {
    const earlyMs = this.leftAt + this.paceMs - performance.now()
    if (this.expected < fewestExpected || this.waiting.length >= mostRecords || earlyMs <= 0) return false
    this.pacing ??= setTimeout(() => {
      this.pacing = undefined
      this.leave()
    }, earlyMs)
    return true
  }

  private takeBatch(): Waiting[] {
    const batch: Waiting[] = []
    let bytes = 0
    let taken = 0
    for (const next of this.waiting) {
      if (batch.length === mostRecords || (batch.length > 0 && bytes + next.bytes > mostBatchBytes)) break
      taken += 1
      if (next.isSettled) continue
      batch.push(next)
      bytes += next.bytes
    }
    this.waiting.splice(0, taken)
    return batch
  }

  /** Tries each part of the batch, then again what is left of it, until nobody waits for any of it. */
  private async deliver(batch: Waiting[], delivery: Delivery): Promise<void> {
    let parts = [batch]
    let pauseMs = firstPauseMs
    for (;;) {
      const { left, isFailing } = await this.tryEach(parts)
      if (left.length === 0) return
      parts = left
      if (!isFailing) continue
      delivery.isAside = true
      this.leave()
      await pause(pauseMs)
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    }
  }

  private async tryEach(parts: Waiting[][]): Promise<{ left: Waiting[][]; isFailing: boolean }> {
    const left: Waiting[][] = []
    let isFailing = false
    for (const [index, part] of parts.entries()) {
      const awaited = part.filter((each) => !each.isSettled)
      if (awaited.length === 0) continue
      const sent = await this.attempt(awaited)
      if (sent === 'RECORDED') for (const each of awaited) each.settle()
      else if (sent === 'UNKNOWN')
        return { left: [...left, awaited, ...parts.slice(index + 1)], isFailing: true }
      else if (awaited.length > 1) left.push(...halve(awaited))
      else if (sent === 'FAILED') left.push(awaited)
      else awaited[0]?.settle(new RecordingFailed('the record was turned down'))
      isFailing ||= sent === 'FAILED'
    }
    return { left, isFailing }
  }

  private attempt(awaited: Waiting[]): Promise<Sent> {
    const remainingMs = Math.max(...awaited.map(({ giveUpAt }) => giveUpAt)) - Date.now()
    const entries = awaited.map(({ entry }) => entry)
    return this.send(entries, Math.max(Math.min(remainingMs, attemptMs), 1))
  }
}

/** A batch that is refused holds a record that is wrong: halving finds it, and the others are recorded. */
function halve(batch: Waiting[]): Waiting[][] {
  const middle = Math.ceil(batch.length / 2)
  return [batch.slice(0, middle), batch.slice(middle)]
}
