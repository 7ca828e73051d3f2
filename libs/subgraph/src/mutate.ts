import assert from 'node:assert/strict'
import type { AuditEvent } from '@commonchart/audit'
import { DatabaseLost, together, withDomain, type BaseTables } from '@commonchart/database'
import { refusal } from '@commonchart/errors'
import type { Identity } from '@commonchart/identity'
import type { GraphQLResolveInfo } from 'graphql'
import { sql, type Transaction } from 'kysely'
import type { SubgraphContext } from './context.ts'
import { createEnqueueing, type OutgoingEvent } from './events.ts'
import { claimKey, storeMade } from './idempotency.ts'
import { createAudit } from './record-audit.ts'
import { mayRunAgain } from './run-again.ts'

/** A mutation under way: its transaction, and what will be committed with it. */
export interface Change<Tables> {
  trx: Transaction<Tables>
  identity: Identity
  domainId: number
  /** The database's time at which the transaction began: the `createdAt` and `updatedAt` of what it writes. */
  now: Date
  audit(event: AuditEvent): void
  send(event: OutgoingEvent): void
  warn(code: string, message: string, facts?: Record<string, unknown>): void
}

/** What a mutation made, as ids: stored for replays, so it must be small and must not hold personal data. */
export type Made = Record<string, string | number | boolean | null | string[]>

/**
 * Runs a mutation as one transaction: the change, its audit events, its outgoing events and its idempotency record are
 * committed together or not at all. Once committed, `context.recorded` has its audit events. With an Idempotency-Key a repeat runs nothing and gives what the first one made.
 * Within `work` use only `change.trx`: it may run again. Throws `IDEMPOTENCY_KEY_REUSED`, `IDEMPOTENCY_KEY_IN_USE` and
 * `DatabaseLost`.
 */
export async function mutate<Tables extends BaseTables, Result extends Made>(
  context: SubgraphContext<Tables>,
  info: GraphQLResolveInfo,
  work: (change: Change<Tables>) => Promise<Result>,
  { domainId = context.domainId, attempts = 4 }: { domainId?: number; attempts?: number } = {},
): Promise<Result> {
  await context.endReads()
  context.forgetLoaded()
  try {
    return await runOnce(context, info, work, domainId)
  } catch (error) {
    if (attempts <= 1 || !mayRunAgain(error)) {
      // A mutation of several transactions has happened in part.
      const isPartial = error instanceof DatabaseLost && context.hasCommitted(String(info.path.key))
      throw isPartial ? new DatabaseLost('commit', error.cause) : error
    }
    return await mutate(context, info, work, { domainId, attempts: attempts - 1 })
  }
}

async function runOnce<Tables extends BaseTables, Result extends Made>(
  context: SubgraphContext<Tables>,
  info: GraphQLResolveInfo,
  work: (change: Change<Tables>) => Promise<Result>,
  domainId: number,
): Promise<Result> {
  const { identity, db } = context
  const path = String(info.path.key)
  const mark = identity.mutations.find((each) => each.path === path)
  const warnings: Parameters<Change<Tables>['warn']>[] = []
  const outcome = await withDomain(db, domainId, async (trx, runLast) => {
    const [earlier, now] = await together([
      mark ? claimKey(trx, domainId, identity, mark) : null,
      readTime(trx),
    ])
    if (earlier) return { made: earlier as Result, replayed: true, changes: [] }
    const audits: AuditEvent[] = []
    const events: OutgoingEvent[] = []
    const made = await work({
      trx,
      identity,
      domainId,
      now,
      audit: (event) => void audits.push(event),
      send: (event) => void events.push(event),
      warn: (...warning) => void warnings.push(warning),
    })
    const { changes, insert } = createAudit(identity, audits, { domainId, now })
    if (insert) {
      runLast(insert)
      runLast(context.recordChanges(identity, changes))
    }
    runLast(createEnqueueing(domainId, events))
    if (mark) runLast(storeMade(domainId, identity, mark, made))
    return { made, replayed: false, changes }
  })
  context.markCommitted(path)
  context.recorded.changes.push(...outcome.changes)
  for (const warning of warnings) context.warn(...warning)
  if (outcome.replayed) context.replayedPaths.push(path)
  return outcome.made
}

/** Reads when the transaction began, by the clock of the database. */
async function readTime<Tables>(trx: Transaction<Tables>): Promise<Date> {
  const { rows } = await sql<{
    now: Date
  }>`/* prepare read_time */ SELECT now()::timestamptz(3) AS now`.execute(trx)
  assert(rows[0], 'the database tells the time')
  return rows[0].now
}

/** Refuses a change when the caller expected another version of the record. */
export function expectVersion(
  actual: number,
  expected: number | null | undefined,
  path = 'input.expectedVersion',
): void {
  if (expected === null || expected === undefined || expected === actual) return
  throw refusal('CONFLICT', 'The record was changed since the version that you expect.', {
    path,
    expectedVersion: expected,
    version: actual,
  })
}
