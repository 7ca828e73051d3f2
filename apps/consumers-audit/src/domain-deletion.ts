import { createHash } from 'node:crypto'
import { withDomain } from '@commonchart/database'
import {
  createServicePrincipal,
  deleteDomainRows,
  deletionPath,
  receiveDomain,
  recordAudit,
  type Services,
} from '@commonchart/subgraph'
import type { CronItem, Task } from 'graphile-worker'
import { sql, type Kysely } from 'kysely'
import type { Logger } from 'pino'
import { platformDomainId } from './access/record-callers.ts'
import { findNewestCheckpoint } from './audit/checkpoints.ts'
import { recordOwnChanges } from './audit/recorded-changes.ts'
import type { Followers } from './domain-changes.ts'
import { readDomainReference } from './domain-reference.ts'
import type { Domain } from './domains.ts'
import { advanceRegistry } from './registry.ts'
import type { Tables } from './tables.ts'

/** The job's name under graphile-worker, and when it runs: each minute. What fails is taken up at the next. */
export const deletionTask = 'domain.deletion'
export const deletionCron: CronItem = {
  task: deletionTask,
  match: '* * * * *',
  identifier: deletionTask,
  payload: { domainId: platformDomainId },
  options: { backfillPeriod: 0, maxAttempts: 1 },
}

/**
 * What is left of a domain: that there was one, and how large its audit log was, with its newest checkpoint. Gateways go on to
 * compare that with what they have seen, and none of it says anything of a person.
 */
const kept = ['audit_checkpoint', 'audit_tree', 'registry_entry']

/** One run works this long on a domain; the next one goes on. */
const goesOnForMs = 5 * 60_000
const checkpointBatch = 1000

export interface Deletion {
  db: Kysely<Tables>
  services: Services
  followers: Followers
  logger: Logger
  /** Called when keys of the record were destroyed. */
  forgetKeys(): void
}

/** Makes the job that deletes the domains whose time has come. Killed anywhere, it goes on at the next run. */
export function createDeletionTask(deletion: Deletion): Task {
  return async () => {
    const { db, logger } = deletion
    const due = await db
      .selectFrom('domain')
      .selectAll()
      .where('deleteAt', '<=', sql<Date>`now()`)
      .where('deletedAt', 'is', null)
      .orderBy('id')
      .execute()
    for (const domain of due)
      await continueDeletion(deletion, domain).catch((error: unknown) =>
        logger.error({ err: error, domainId: domain.id }, 'a domain could not be deleted yet'),
      )
  }
}

/**
 * Takes one step of the end of a domain. First nobody reaches it any more; then its rows go, everywhere; and when a whole run
 * later nothing has come back, that it is gone is recorded in the platform's own log.
 */
async function continueDeletion(deletion: Deletion, domain: Domain): Promise<void> {
  if (domain.deletionBegunAt === null) return beginDeletion(deletion.db, domain)
  const until = performance.now() + goesOnForMs
  const deleted = await deleteEverywhere(deletion, domain, () => performance.now() > until)
  deletion.forgetKeys()
  deletion.logger.info({ domainId: domain.id, deleted }, 'rows of a domain were deleted')
  if (deleted === 0) await finishDeletion(deletion.db, domain)
}

function beginDeletion(db: Kysely<Tables>, { id }: Domain): Promise<void> {
  return withDomain(db, id, async (trx) => {
    await trx.deleteFrom('domainHost').where('domainId', '=', id).execute()
    const begun = await trx
      .updateTable('domain')
      .set({
        deletionBegunAt: sql<Date>`now()`,
        enabled: false,
        state: 'DISABLED',
        version: sql`version + 1`,
      })
      .where('id', '=', id)
      .where('deletionBegunAt', 'is', null)
      // Somebody may have cancelled it meanwhile.
      .where('deleteAt', '<=', sql<Date>`now()`)
      .returningAll()
      .executeTakeFirst()
    if (!begun) return
    const payload = { ...(await readDomainReference(trx, begun)) }
    await receiveDomain(trx, { id: '', type: 'domain.changed', domainId: id, payload })
    await advanceRegistry(trx, id)
  })
}

async function deleteEverywhere(
  { db, services, followers }: Deletion,
  domain: Domain,
  isLate: () => boolean,
): Promise<number> {
  const reference = await readDomainReference(db, domain)
  const { id: domainId } = domain
  let total = 0
  const untilNothing = async (some: () => Promise<number>): Promise<void> => {
    for (let deleted = await some(); deleted > 0; deleted = await some()) {
      total += deleted
      if (isLate()) return
    }
  }
  for (const follower of followers)
    await untilNothing(async () => {
      const options = { domainId, timeoutMs: 15_000 }
      const body = { domain: reference }
      return (await services.post<{ deleted: number }>(follower, deletionPath, body, options)).deleted
    })
  await untilNothing(() => deleteDomainRows(db, reference, kept))
  await untilNothing(() => deleteOlderCheckpoints(db, domainId))
  return total
}

function deleteOlderCheckpoints(db: Kysely<Tables>, domainId: number): Promise<number> {
  return withDomain(db, domainId, async (trx) => {
    const { rows } = await sql<{ gone: number }>`
      SELECT delete_older_checkpoints(${domainId}, ${checkpointBatch}) AS gone`.execute(trx)
    return rows[0]?.gone ?? 0
  })
}

async function finishDeletion(db: Kysely<Tables>, domain: Domain): Promise<void> {
  const { id, name, deleteAt, deleteRequestedBy } = domain
  const checkpoint = await withDomain(db, id, (trx) => findNewestCheckpoint(trx, id))
  const by = createServicePrincipal('consumers-audit', platformDomainId)
  await withDomain(db, platformDomainId, async (trx) => {
    const done = await trx
      .updateTable('domain')
      .set({ deletedAt: sql<Date>`now()`, version: sql`version + 1`, updatedAt: sql<Date>`now()` })
      .where('id', '=', id)
      .where('deletedAt', 'is', null)
      .returningAll()
      .executeTakeFirst()
    if (!done) return
    const event = {
      action: 'domain.deleted' as const,
      record: { type: 'Domain' as const, id: String(id), version: done.version },
      fields: ['deletion'],
      before: { name, requestedBy: deleteRequestedBy, scheduledFor: deleteAt?.toISOString() ?? null },
      after: {
        auditLogSize: checkpoint?.size ?? '0',
        checkpointSha256: checkpoint ? createHash('sha256').update(checkpoint.text).digest('hex') : null,
      },
    }
    const changes = await recordAudit(trx, by, platformDomainId, [event])
    await recordOwnChanges(by, changes)?.execute(trx)
    await advanceRegistry(trx, id)
  })
}
