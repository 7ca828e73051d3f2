import type { BackgroundWork } from '@commonchart/subgraph'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { Tables } from '../tables.ts'
import type { AuditConfig } from './audit-config.ts'
import { startSequencer, type Sequencer } from './sequencer.ts'

/** The sequencer of a process, and the hint that leaves were committed, which may come before it is started. */
export interface SequencerWork {
  wake(): void
  start(parts: { db: Kysely<Tables>; logger: Logger }): BackgroundWork
}

/** Prepares the sequencer of this process. Without a key nothing gets a number here, which is logged as an error. */
export function prepareSequencer({ key, witnessed }: AuditConfig): SequencerWork {
  let sequencer: Sequencer | undefined
  return {
    wake: () => sequencer?.wake(),
    start({ db, logger }) {
      if (key) sequencer = startSequencer({ db, key, witnessed, logger })
      else logger.error('AUDIT_SIGNING_KEY is missing: the audit log gets no numbers and no checkpoints')
      return { stop: async () => sequencer?.stop() }
    },
  }
}
