import { randomUUID } from 'node:crypto'
import { openServiceChannel, type ServiceSigner } from '@commonchart/identity'
import type { Logger } from 'pino'
import { createServiceIdentity } from '../service-identity.ts'
import type { Acknowledgement, RecordEntry } from './access-record.ts'
import { Batches, type Sent } from './batches.ts'
import { writeFrame } from './frame.ts'
import { createSentSets } from './sent-sets.ts'

/** Puts requests on the record at consumers-audit. */
export interface Recorder {
  /**
   * Settles once the record is committed. Throws `RecordingFailed` when that is not known 3 s later, or at the deadline
   * (milliseconds of `Date.now`) if that comes first; what is over its deadline has one more second.
   */
  record(entry: RecordEntry, deadline: number): Promise<void>
  /**
   * Says that a request is being answered, whose record will come: where there are many, records go together. The function
   * that it gives says that the answer is there.
   */
  expect(): () => void
  /** Says whether consumers-audit has acknowledged something within the last second; if not, asks it, for a second at most. */
  isThere(): Promise<boolean>
  /** How many gateways consumers-audit hears from; limits are shared among them. */
  countGateways(): number
  /** How many records wait to leave. */
  countWaiting(): number
  /** Ends once every record handed over is committed or given up. */
  close(): Promise<void>
}

/** How long a request waits for its record, and how long one that is overdue does. */
const patienceMs = 3000
const overdueMs = 1000
/** Before a mutation the newest acknowledgement is no older. */
const freshMs = 1000
/** Silence after which a heartbeat is sent: twice in the time that an acknowledgement is fresh. */
const heartbeatEveryMs = 500
const heartbeatTimeoutMs = 500

/** Answers that say nothing about the records that were sent. */
const passing = new Set([401, 403, 404, 408, 429])

/** Is told of each batch that was sent: how many records, what came of it, and when it left (`performance.now`). */
export type OnBatch = (records: number, result: Sent, leftAt: number) => void

/** Opens the recorder. It must be closed. */
export function openRecorder(
  url: string,
  signer: ServiceSigner,
  logger: Logger,
  onBatch?: OnBatch,
): Recorder {
  const channel = openServiceChannel({
    url: new URL('/internal/record', url),
    ...{ audience: 'consumers-audit', signer, createIdentity: createServiceIdentity },
  })
  const gateway = randomUUID()
  let acknowledgedAt = -Infinity
  let gateways = 1
  let isFailing = false
  let heartbeat: Promise<void> | undefined
  const sentSets = createSentSets()

  async function post(entries: readonly RecordEntry[], timeoutMs: number): Promise<Sent> {
    try {
      const sets = sentSets.listMissing(entries)
      const received = await channel.send(writeFrame(gateway, entries, sets), timeoutMs)
      if (received.status === 200) {
        const answer = JSON.parse(received.body) as Acknowledgement
        acknowledge(answer)
        // One of a version before takes the records and leaves the sets: they are sent until one takes them.
        if (sets.length > 0 && answer.elementSets === sets.length) sentSets.keep(entries)
        return 'RECORDED'
      }
      report(new Error(`the recorder answered ${received.status}`))
      if (received.status === 500) return 'FAILED'
      const isTurnedDown = received.status >= 400 && received.status < 500 && !passing.has(received.status)
      return isTurnedDown ? 'TURNED_DOWN' : 'UNKNOWN'
    } catch (error) {
      report(error)
      return 'UNKNOWN'
    }
  }

  function acknowledge(answer: Acknowledgement): void {
    acknowledgedAt = Date.now()
    gateways = Math.max(answer.gateways, 1)
    if (isFailing) logger.info('the recorder is heard from again')
    isFailing = false
  }

  /** Says so once; the edge says of each request that it could not be recorded. */
  function report(error: unknown): void {
    if (!isFailing) logger.warn({ err: error }, 'the recorder is not heard from')
    isFailing = true
    sentSets.forget()
  }

  function beat(): Promise<void> {
    heartbeat ??= post([], heartbeatTimeoutMs).then(() => {
      heartbeat = undefined
    })
    return heartbeat
  }

  async function postAndTell(entries: readonly RecordEntry[], timeoutMs: number): Promise<Sent> {
    const leftAt = performance.now()
    const result = await post(entries, timeoutMs)
    onBatch?.(entries.length, result, leftAt)
    return result
  }

  const batches = new Batches(onBatch ? postAndTell : post)
  const timer = setInterval(() => {
    if (Date.now() - acknowledgedAt >= heartbeatEveryMs) void beat()
  }, heartbeatEveryMs / 2)

  const isFresh = (): boolean => Date.now() - acknowledgedAt <= freshMs
  void beat()
  return {
    record(entry, deadline) {
      const now = Date.now()
      return batches.add(entry, Math.min(now + patienceMs, Math.max(deadline, now + overdueMs)))
    },
    expect: () => batches.expect(),
    async isThere() {
      if (isFresh()) return true
      // One that is under way may have been sent before the recorder came back: its failure is not the last word.
      await beat()
      if (!isFresh()) await beat()
      return isFresh()
    },
    countGateways: () => gateways,
    countWaiting: () => batches.countWaiting(),
    async close() {
      clearInterval(timer)
      await batches.idle()
      await heartbeat
      await channel.close()
    },
  }
}
