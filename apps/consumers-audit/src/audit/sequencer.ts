import { sql, type Kysely } from 'kysely'
import type { NoteSigner } from '@commonchart/transparency-log'
import type { Logger } from 'pino'
import type { Tables } from '../tables.ts'
import { createLogSigner, type LogKey } from './log-key.ts'
import { sequenceLeaves } from './sequence-leaves.ts'

/** The sequencer of this process. Several processes may run one on the same database. */
export interface Sequencer {
  /** Ends once what is under way is committed. */
  stop(): Promise<void>
}

export interface SequencerOptions {
  db: Kysely<Tables>
  key: LogKey
  witnessed: boolean
  logger: Logger
  /** How often it looks: what is committed meanwhile gets its numbers in one transaction. */
  pollMs?: number
  checkpointIntervalMs?: number
}

const domainsAtOnce = 4

/**
 * Starts giving numbers to leaves as they are committed, domain by domain, and signing checkpoints. What fails is logged
 * and tried again at the next look.
 */
export function startSequencer(options: SequencerOptions): Sequencer {
  const { db, key, witnessed, logger, pollMs = 400, checkpointIntervalMs = 2000 } = options
  const signers = new Map<number, NoteSigner>()
  const signerOf = (domainId: number): NoteSigner => {
    const signer = signers.get(domainId) ?? createLogSigner(key, domainId)
    signers.set(domainId, signer)
    return signer
  }
  let stopped = false
  let wakeUp: () => void = () => undefined

  /** Works on a domain until nothing waits, or another process has it. One that fails keeps no other from its turn. */
  async function work(domainId: number): Promise<void> {
    try {
      await workOff(domainId)
    } catch (error) {
      logger.error({ err: error, domainId }, 'giving numbers to the leaves of a domain failed')
    }
  }

  async function workOff(domainId: number): Promise<void> {
    const settings = { signer: signerOf(domainId), witnessed, checkpointIntervalMs }
    for (;;) {
      const done = await sequenceLeaves(db, domainId, settings)
      if (done?.gone.length)
        logger.error(
          { domainId, leaves: done.gone },
          'leaves of the audit log are gone before they had a number',
        )
      if (!done?.isMore || stopped) return
    }
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        const due = await listDomainsDue(db, new Date(Date.now() - checkpointIntervalMs))
        const worker = async (): Promise<void> => {
          for (let next = due.pop(); next !== undefined && !stopped; next = due.pop()) await work(next)
        }
        await Promise.all(Array.from({ length: domainsAtOnce }, worker))
      } catch (error) {
        logger.error({ err: error }, 'looking for leaves without a number failed')
      }
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
    },
  }
}

async function listDomainsDue(db: Kysely<Tables>, signedBefore: Date): Promise<number[]> {
  const { rows } = await sql<{ domainId: number }>`
    SELECT domain_id FROM audit_domains_due(${signedBefore}) AS due(domain_id)`.execute(db)
  return rows.map(({ domainId }) => domainId)
}
