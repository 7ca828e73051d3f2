import type { Logger } from 'pino'
import { bucketOf } from '../limits/rate-limits.ts'
import type { AccessRecord } from './access-record.ts'
import type { Recorder } from './recorder.ts'

/** So many refusals of one kind in a window are recorded one by one; the others are counted in one row. */
const recordedOneByOne = 10
const windowMs = 60_000
const lookEveryMs = 1000
/** How long a row is tried for before it waits for the next look. */
const patienceMs = 3000

/** Folds refusals of strangers, so that they cannot fill the log. */
export interface Refusals {
  /**
   * Counts a refusal. Says whether it is one of the first 10 of its (domain, address, reason) in a minute and is to be
   * recorded itself; of the others one row is recorded, with their number, when the minute is over.
   */
  isRecordedAlone(record: AccessRecord): boolean
  /** Records what is counted in windows that are over at `now`. What cannot be recorded stays counted. */
  flush(now: number): Promise<void>
  /** Records everything that is counted. */
  close(): Promise<void>
}

interface Window {
  endsAt: number
  seen: number
  /** The first refusal that was not recorded itself, with the number of those that were not. */
  folded: AccessRecord | null
}

const nothing = Buffer.alloc(0)

/** Starts folding refusals into rows of a recorder. Must be closed. */
export function openRefusals(recorder: Recorder, logger: Logger, now: () => number = Date.now): Refusals {
  const windows = new Map<string, Window>()
  let rows: AccessRecord[] = []

  async function recordRow(record: AccessRecord): Promise<void> {
    const entry = { record, request: nothing, response: nothing }
    await recorder.record(entry, Date.now() + patienceMs).catch((error: unknown) => {
      const { id: requestId, domainId, count } = record
      logger.error({ err: error, requestId, domainId, count }, 'counted refusals wait to be recorded')
      rows.push(record)
    })
  }

  async function flush(at: number): Promise<void> {
    for (const [key, { endsAt, folded }] of windows) {
      if (endsAt > at) continue
      windows.delete(key)
      if (folded) rows.push(folded)
    }
    const ready = rows
    rows = []
    await Promise.all(ready.map(recordRow))
  }

  const timer = setInterval(() => void flush(now()), lookEveryMs)
  return {
    isRecordedAlone(record) {
      const key = keyOf(record)
      let window = windows.get(key)
      if (!window) windows.set(key, (window = { endsAt: now() + windowMs, seen: 0, folded: null }))
      window.seen += 1
      if (window.seen <= recordedOneByOne) return true
      if (window.folded) window.folded.count += 1
      else window.folded = { ...record }
      return false
    },
    flush,
    async close() {
      clearInterval(timer)
      await flush(Infinity)
    },
  }
}

function keyOf({ domainId, graph, ip, refusalReason, errorCodes }: AccessRecord): string {
  return JSON.stringify([domainId, graph, bucketOf(ip), refusalReason ?? errorCodes[0]])
}
