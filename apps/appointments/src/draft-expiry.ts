import type { AuditEvent } from '@commonchart/audit'
import { withDomain } from '@commonchart/database'
import { createServicePrincipal, sendChanges, recordAudit } from '@commonchart/subgraph'
import type { TaskList } from 'graphile-worker'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { AppointmentsChange } from './context.ts'
import { recordOf } from './drafts.ts'
import type { Tables } from './tables.ts'
import type { Stretch } from './time-claims.ts'

/** How long a draft holds its slot. */
export const holdMinutes = 15

/** How long a draft that has expired can still be converted if its slot is free, and an Idempotency-Key answers with it. */
const forgottenAfter = sql<Date>`now() - interval '24 hours'`

/** The job's name under graphile-worker. */
const expiryTask = 'draft_appointment.expire'

interface ExpiryJob {
  domainId: number
  id: string
}

/** When a draft that is written now expires. */
export function expiryAfter(now: Date): Date {
  return new Date(now.getTime() + holdMinutes * 60_000)
}

/** Has a draft's slot freed when it expires; a draft that is kept for longer moves the job that it has. */
export async function enqueueExpiry(
  trx: Transaction<Tables>,
  domainId: number,
  { id, expiresAt }: { id: string; expiresAt: Date },
): Promise<void> {
  await sql`SELECT commonchart.enqueue_at(${expiryTask}, ${domainId}::integer, ${JSON.stringify({ id })}::jsonb,
    ${`${expiryTask}:${domainId}:${id}`}, ${expiresAt})`.execute(trx)
}

/**
 * Makes the job that frees the slot of a draft which has expired, recorded in the name of this service. A job that comes
 * twice, late or too early, or beside a booking that frees the same slot, does no harm.
 */
export function createDraftTasks(db: Kysely<Tables>): TaskList {
  return {
    [expiryTask]: async (payload) => {
      const { domainId, id } = payload as ExpiryJob
      const by = createServicePrincipal('appointments', domainId)
      await withDomain(db, domainId, async (trx) => {
        const events = await freeSlots(
          trx,
          domainId,
          await selectExpired(trx, domainId).where('id', '=', id).execute(),
        )
        const changes = await recordAudit(trx, by, domainId, events)
        if (changes.length > 0) await sendChanges(trx, by, changes)
      })
    },
  }
}

/** Frees what drafts that have expired still hold of a time, so that a late job costs nobody a slot; tells whether any did. */
export async function freeExpired(change: AppointmentsChange, time: Stretch): Promise<boolean> {
  const { trx, domainId } = change
  const inTheWay = await selectExpired(trx, domainId)
    .where('providerId', '=', time.providerId)
    .where('endsAt', '>', time.startsAt)
    .where('startsAt', '<', time.endsAt)
    .execute()
  const events = await freeSlots(trx, domainId, inTheWay)
  for (const event of events) change.audit(event)
  return events.length > 0
}

interface ExpiredDraft {
  id: string
  version: number
}

/** Locks drafts that have expired; one that somebody else converts, keeps or frees at this moment is left to them. */
function selectExpired(trx: Transaction<Tables>, domainId: number) {
  return trx
    .selectFrom('draftAppointment')
    .select(['id', 'version'])
    .where('domainId', '=', domainId)
    .where('expiresAt', '<=', sql<Date>`now()`)
    .orderBy('id')
    .forUpdate()
    .skipLocked()
}

/** Releases what some drafts hold, and gives one audit event for each that held anything. */
async function freeSlots(
  trx: Transaction<Tables>,
  domainId: number,
  drafts: ExpiredDraft[],
): Promise<AuditEvent[]> {
  if (drafts.length === 0) return []
  const released = await trx
    .deleteFrom('timeClaim')
    .where('domainId', '=', domainId)
    .where('holderKind', '=', 'draft')
    .where(
      'holderId',
      'in',
      drafts.map(({ id }) => id),
    )
    .returning('holderId')
    .execute()
  const freed = new Set(released.map(({ holderId }) => holderId))
  return drafts
    .filter(({ id }) => freed.has(id))
    .map((draft) => ({ action: 'draft_appointment.expired', record: recordOf(draft) }))
}

/** Deletes a few drafts that expired long ago; each draft that is made sweeps. */
export async function forgetExpired(trx: Transaction<Tables>, domainId: number): Promise<void> {
  await sql`
    DELETE FROM draft_appointment WHERE domain_id = ${domainId} AND id IN (
      SELECT id FROM draft_appointment d WHERE domain_id = ${domainId} AND expires_at < ${forgottenAfter}
        AND NOT EXISTS (SELECT FROM time_claim c
          WHERE c.domain_id = ${domainId} AND c.holder_kind = 'draft' AND c.holder_id = d.id)
      ORDER BY expires_at LIMIT 10 FOR UPDATE SKIP LOCKED)`.execute(trx)
}
