import assert from 'node:assert/strict'
import { together, withDomain } from '@commonchart/database'
import { createServicePrincipal, recordAudit } from '@commonchart/subgraph'
import { sql, type Kysely, type Transaction } from 'kysely'
import { recordOwnChanges } from '../audit/recorded-changes.ts'
import type { Tables } from '../tables.ts'
import type { Claim } from './claim.ts'
import { createDeliveredInsert, createDeliveryInsert, type EventDelivery } from './delivery-rows.ts'
import type { Judged } from './judge-turn.ts'
import { subjectsOf } from './lanes.ts'
import type { ToldEvent } from './payload.ts'

/** Another process took the subscription meanwhile: what this one did is for the other to do again. */
export class LeaseLost extends Error {
  constructor() {
    super('the turn took longer than the process had the subscription to itself')
    this.name = 'LeaseLost'
  }
}

/**
 * Writes down what came of a turn, all in one transaction, and gives the subscription back. Tells whether more is due
 * already. Throws `LeaseLost`.
 */
export function settleTurn(
  db: Kysely<Tables>,
  claim: Claim,
  judged: Judged,
  { holder, isMore }: { holder: string; isMore: boolean },
): Promise<boolean> {
  const { domainId, subscriptionId } = claim
  return withDomain(db, domainId, async (trx) => {
    // People lock a subscription before they touch how far it has come: so does this.
    if (judged.suspend !== null) await suspend(trx, claim, judged.suspend)
    const { added, changed, delivered } = judged
    await together([
      keepProgress(trx, claim, judged, { holder, isOver: true }),
      storeDelivered(trx, claim, judged),
      added.length > 0 && createDeliveryInsert(domainId, added).execute(trx),
      changed.length > 0 && updateDeliveries(trx, domainId, changed),
    ])
    const opened = added.filter(({ status }) => status === 'WAITING' || status === 'RETRYING')
    const openSince = [claim.progress.openSince, ...opened.map(({ id }) => id)]
      .filter((id) => id !== null)
      .sort()[0]
    if (openSince === undefined) return isMore
    if (judged.isBack) await retryNow(trx, domainId, { subscriptionId, openSince })
    const done = [
      ...delivered.map(({ told }) => told),
      ...[...added, ...changed].filter(({ status }) => status === 'DELIVERED' || status === 'FAILED'),
    ]
    await release(trx, claim, done, openSince)
    const isDue = await keepOpen(trx, domainId, { subscriptionId, openSince })
    return isMore || isDue
  })
}

/** Writes down a part of a turn of which everything was acknowledged, and keeps the subscription. Throws `LeaseLost`. */
export function settlePart(
  db: Kysely<Tables>,
  claim: Claim,
  judged: Judged,
  { holder }: { holder: string },
): Promise<void> {
  return withDomain(db, claim.domainId, async (trx) => {
    await together([
      keepProgress(trx, claim, judged, { holder, isOver: false }),
      storeDelivered(trx, claim, judged),
    ])
  })
}

async function storeDelivered(
  trx: Transaction<Tables>,
  { domainId, subscriptionId, progress }: Claim,
  { delivered, health }: Judged,
): Promise<void> {
  if (delivered.length === 0) return
  const of = { domainId, subscriptionId, resentUntil: progress.resentUntil }
  const now = health.lastDeliveredAt ?? new Date()
  const { numAffectedRows } = await createDeliveredInsert(of, delivered, now).execute(trx)
  // Events are never removed; otherwise one would be lost from the log without a word.
  assert(numAffectedRows === BigInt(delivered.length), 'an event that was delivered is there')
}

async function keepProgress(
  trx: Transaction<Tables>,
  { domainId, subscriptionId, progress }: Claim,
  { position, health }: Judged,
  { holder, isOver }: { holder: string; isOver: boolean },
): Promise<void> {
  // Somebody may have had events sent again meanwhile: then the place that they set stands.
  const { numAffectedRows } = await sql`/* prepare keep_event_progress */
    UPDATE event_progress
    SET position = CASE WHEN position = ${progress.position}::bigint THEN ${position}::bigint ELSE position END,
      failures = ${health.failures}::integer, failing_since = ${health.failingSince}::timestamptz,
      last_error = ${health.lastError}::text, probe_at = ${health.probeAt}::timestamptz,
      probes = ${health.probes}::integer, last_delivered_at = ${health.lastDeliveredAt}::timestamptz,
      leased_by = CASE WHEN ${isOver}::boolean THEN NULL ELSE leased_by END,
      leased_until = CASE WHEN ${isOver}::boolean THEN NULL ELSE leased_until END
    WHERE domain_id = ${domainId}::integer AND subscription_id = ${subscriptionId}::bigint
      AND leased_by = ${holder}::uuid AND leased_until >= now()`.execute(trx)
  if (numAffectedRows !== 1n) throw new LeaseLost()
}

/** The ids lie between two, so that no day but theirs is looked at. */
async function updateDeliveries(
  trx: Transaction<Tables>,
  domainId: number,
  rows: EventDelivery[],
): Promise<void> {
  const ids = rows.map(({ id }) => id).sort()
  await sql`UPDATE event_delivery AS d
    SET status = given.status, attempts = given.attempts, first_failed_at = given."firstFailedAt",
      next_attempt_at = given."nextAttemptAt", delivered_at = given."deliveredAt"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (id uuid, status text, attempts text,
      "firstFailedAt" timestamptz, "nextAttemptAt" timestamptz, "deliveredAt" timestamptz)
    WHERE d.domain_id = ${domainId} AND d.id = given.id AND d.id BETWEEN ${ids[0]}::uuid AND ${ids.at(-1)}::uuid
      AND d.status IN ('WAITING', 'RETRYING')`.execute(trx)
}

interface Open {
  subscriptionId: string
  openSince: string
}

async function retryNow(
  trx: Transaction<Tables>,
  domainId: number,
  { subscriptionId, openSince }: Open,
): Promise<void> {
  await sql`UPDATE event_delivery SET next_attempt_at = now()
    WHERE domain_id = ${domainId} AND subscription_id = ${subscriptionId}::bigint AND id >= ${openSince}::uuid
      AND status = 'RETRYING' AND next_attempt_at > now()`.execute(trx)
}

/** Lets go what was held back by deliveries that are done now: the next turn looks whether anything else is in its way. */
async function release(
  trx: Transaction<Tables>,
  { domainId, subscriptionId }: Claim,
  events: ToldEvent[],
  openSince: string,
): Promise<void> {
  const done = events.flatMap(subjectsOf)
  const named = (kind: string) =>
    done.filter((each) => each.startsWith(kind)).map((each) => each.slice(kind.length))
  const [patients, records] = [named('patient '), named('record ')]
  await sql`UPDATE event_delivery SET next_attempt_at = now()
    WHERE domain_id = ${domainId} AND subscription_id = ${subscriptionId}::bigint AND id >= ${openSince}::uuid
      AND status = 'WAITING' AND next_attempt_at IS NULL AND NOT is_test
      AND (patient_id = ANY(${patients}::text[]) OR (topic = 'patient.merged' AND record_id = ANY(${patients}::text[]))
        OR (patient_id IS NULL AND record_id = ANY(${records}::text[])))`.execute(trx)
}

/** Notes since when deliveries are open, and when the next is due; tells whether one is due already. */
async function keepOpen(
  trx: Transaction<Tables>,
  domainId: number,
  { subscriptionId, openSince }: Open,
): Promise<boolean> {
  const { rows } = await sql<{ isDue: boolean | null }>`
    UPDATE event_progress AS p SET open_since = o.first, next_attempt_at = o.next
    FROM (
      SELECT min(next_attempt_at) AS next, (array_agg(id ORDER BY id))[1] AS first FROM event_delivery
      WHERE domain_id = ${domainId} AND subscription_id = ${subscriptionId}::bigint AND id >= ${openSince}::uuid
        AND status IN ('WAITING', 'RETRYING') AND NOT is_test
    ) AS o
    WHERE p.domain_id = ${domainId} AND p.subscription_id = ${subscriptionId}::bigint
    RETURNING o.next <= now() AS is_due`.execute(trx)
  return rows[0]?.isDue ?? false
}

/** Suspends a subscription that is active, on the record. */
async function suspend(
  trx: Transaction<Tables>,
  { domainId, subscriptionId }: Claim,
  reason: string,
): Promise<void> {
  const suspended = await trx
    .updateTable('eventSubscription')
    .set({ state: 'SUSPENDED', stateReason: reason })
    .where('domainId', '=', domainId)
    .where('id', '=', subscriptionId)
    .where('state', '=', 'ACTIVE')
    .returning('version')
    .executeTakeFirst()
  if (!suspended) return
  const by = createServicePrincipal('consumers-audit', domainId)
  const record = { type: 'EventSubscription', id: subscriptionId, version: suspended.version } as const
  const changes = await recordAudit(trx, by, domainId, [
    { action: 'event_subscription.suspended', record, fields: ['state'] },
  ])
  await recordOwnChanges(by, changes)?.execute(trx)
}
