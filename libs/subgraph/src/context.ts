import DataLoader from 'dataloader'
import { DatabaseLost, openDomainTransaction, type DomainTransaction } from '@commonchart/database'
import { refusal } from '@commonchart/errors'
import type { Identity } from '@commonchart/identity'
import type { Kysely, Transaction } from 'kysely'
import { createRecorded, outboxChanges, type Recorded, type RecordChanges } from './recorded.ts'
import type { Services } from './services.ts'

/** Something that the caller should know and that did not stop the request: goes to `extensions.warnings`. */
export interface Warning {
  code: string
  message: string
  [fact: string]: unknown
}

/** What resolvers get: who asks, in which domain, and the database bound to it. Made anew for each request. */
export class SubgraphContext<Tables = unknown> {
  readonly identity: Identity
  readonly db: Kysely<Tables>
  readonly services: Services
  readonly warnings: Warning[] = []
  readonly replayedPaths: string[] = []
  /** What the request saw and changed so far: for the record, never for the caller. */
  readonly recorded: Recorded = createRecorded()
  readonly recordChanges: RecordChanges
  /** Apollo clones the context shallowly: what changes lies in an object that the clones share. */
  private readonly held: {
    loaders: Map<string, DataLoader<string, unknown>>
    reading: Promise<DomainTransaction<Tables>> | undefined
    answered: boolean
    committed: Set<string>
  } = { loaders: new Map(), reading: undefined, answered: false, committed: new Set() }

  constructor(
    identity: Identity,
    db: Kysely<Tables>,
    services: Services,
    { recordChanges = outboxChanges }: { recordChanges?: RecordChanges } = {},
  ) {
    this.identity = identity
    this.db = db
    this.services = services
    this.recordChanges = recordChanges
  }

  get language(): 'en' | 'fr' {
    return this.identity.language
  }

  get requestId(): string {
    return this.identity.requestId
  }

  /** The domain that the caller acts in. Throws `FORBIDDEN` for a principal without one, such as an operator. */
  get domainId(): number {
    if (this.identity.domainId === null)
      throw refusal('FORBIDDEN', 'This field answers within a domain, and the caller acts in none.')
    return this.identity.domainId
  }

  /**
   * Reads in the request's one read-only transaction, opened at the first read and bound to the caller's domain. Throws
   * once the request is answered: a field beside one that failed may come late, and nobody would end its transaction.
   * Work whose connection broke runs once more, on another. Throws `DatabaseLost`.
   */
  async read<Result>(work: (trx: Transaction<Tables>) => Promise<Result>, attempts = 2): Promise<Result> {
    this.refuseLateReads()
    const reading = (this.held.reading ??= openDomainTransaction(this.db, this.domainId, { readOnly: true }))
    try {
      const { trx } = await reading
      this.refuseLateReads()
      return await work(trx)
    } catch (error) {
      // Where no connection can be had the request's other reads hear so from this attempt: each would wait as long.
      const mayPass = error instanceof DatabaseLost && error.stage !== 'connect'
      if (!mayPass || attempts <= 1) throw error
      if (this.held.reading === reading) await this.endReads()
      return this.read(work, attempts - 1)
    }
  }

  /** Ends the read transaction if there is one; the next read opens another. A request never holds two connections. */
  async endReads(): Promise<void> {
    const reading = this.held.reading
    this.held.reading = undefined
    try {
      if (reading) await (await reading).close('ROLLBACK')
    } catch (error) {
      // Whoever read has heard of it, and the transaction went with its connection.
      if (!(error instanceof DatabaseLost)) throw error
    }
  }

  /** Remembers that a mutation of the request, by its path, has committed something. */
  markCommitted(path: string): void {
    this.held.committed.add(path)
  }

  hasCommitted(path: string): boolean {
    return this.held.committed.has(path)
  }

  /** Ends the reads of a request that is answered; those that come later are refused. */
  async close(): Promise<void> {
    this.held.answered = true
    await this.endReads()
  }

  private refuseLateReads(): void {
    if (this.held.answered) throw new Error('the request is answered already')
  }

  /**
   * Gives the request's loader of that name: ids asked for in one tick are fetched by one call of `batch`, which answers
   * with records by id. Unknown ids give null. The name must say all that the batch depends on, such as the columns.
   */
  loader<Value>(
    name: string,
    batch: (ids: readonly string[]) => Promise<Map<string, Value>>,
  ): {
    load(id: string): Promise<Value | null>
  } {
    let loader = this.held.loaders.get(name) as DataLoader<string, Value | null> | undefined
    if (!loader) {
      loader = new DataLoader<string, Value | null>(async (ids) => {
        const found = await batch(ids)
        return ids.map((id) => found.get(id) ?? null)
      })
      this.held.loaders.set(name, loader)
    }
    return loader
  }

  /** Forgets what loaders have read: called after a change, so that the payload shows records as they are now. */
  forgetLoaded(): void {
    this.held.loaders.clear()
  }

  warn(code: string, message: string, facts: Record<string, unknown> = {}): void {
    this.warnings.push({ code, message, ...facts })
  }
}
