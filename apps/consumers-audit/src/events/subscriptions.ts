import { refusal } from '@commonchart/errors'
import { parseId } from '@commonchart/subgraph'
import { sql, type Selectable, type Transaction } from 'kysely'
import { readIn } from '../callers.ts'
import type { Context } from '../context.ts'
import type { Tables } from '../tables.ts'
import type { EventSecret } from './secrets.ts'
import { tellFailing, tellReason } from './state-reasons.ts'
import type { EventProgressRow, EventSubscriptionRow } from './tables.ts'

export type EventSubscription = Selectable<EventSubscriptionRow>
export type EventProgress = Selectable<EventProgressRow>

/** What is counted of what waits; more is not told apart. */
const mostCounted = 10_000
const mostListed = 1000

/** Lists the subscriptions of a domain, or of one consumer, oldest first. */
export function listSubscriptions(
  context: Context,
  domainId: number,
  args: { consumerId?: string | null; includeDeactivated?: boolean | null },
): Promise<EventSubscription[]> {
  const { consumerId, includeDeactivated } = args
  return readIn(context, domainId, (trx) => {
    let query = trx.selectFrom('eventSubscription').selectAll().where('domainId', '=', domainId)
    if (consumerId !== null && consumerId !== undefined)
      query = query.where('consumerId', '=', parseId(consumerId) ?? '-1')
    if (includeDeactivated !== true) query = query.where('state', '<>', 'DEACTIVATED')
    return query.orderBy('id').limit(mostListed).execute()
  })
}

/** Finds a subscription of a domain by its id as it was given. */
export async function findSubscription(
  context: Context,
  domainId: number,
  id: string,
): Promise<EventSubscription | null> {
  const subscriptionId = parseId(id)
  if (subscriptionId === null) return null
  const found = await readIn(context, domainId, (trx) =>
    trx
      .selectFrom('eventSubscription')
      .selectAll()
      .where('domainId', '=', domainId)
      .where('id', '=', subscriptionId)
      .executeTakeFirst(),
  )
  return found ?? null
}

/**
 * Locks a subscription for a change, so that what refers to it is not kept waiting: a turn that is being written down would
 * be, and in turn keep the change waiting. Throws `NOT_FOUND`, and `EVENT_SUBSCRIPTION_DEACTIVATED` for one that was ended.
 */
export async function lockSubscription(
  trx: Transaction<Tables>,
  domainId: number,
  id: string,
): Promise<EventSubscription> {
  const path = 'input.id'
  const found = await trx
    .selectFrom('eventSubscription')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('id', '=', parseId(id) ?? '-1')
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!found) throw refusal('NOT_FOUND', 'There is no event subscription with this id.', { path })
  if (found.state === 'DEACTIVATED')
    throw refusal('EVENT_SUBSCRIPTION_DEACTIVATED', 'The subscription was ended for good.', { path })
  return found
}

/** How far a subscription has come, fetched together with those of others that the request asks for. */
export async function loadProgress(
  context: Context,
  { domainId, id }: EventSubscription,
): Promise<EventProgress | null> {
  const loader = context.loader(`eventProgress:${domainId}`, (ids) =>
    readIn(context, domainId, async (trx) => {
      const rows = await trx
        .selectFrom('eventProgress')
        .selectAll()
        .where('domainId', '=', domainId)
        .where('subscriptionId', 'in', ids)
        .execute()
      return new Map(rows.map((row) => [row.subscriptionId, row]))
    }),
  )
  return loader.load(id)
}

/** What is shown of the secrets of a subscription, oldest first. */
export async function loadSecrets(
  context: Context,
  { domainId, id }: EventSubscription,
): Promise<EventSecret[]> {
  const loader = context.loader(`eventSecrets:${domainId}`, (ids) =>
    readIn(context, domainId, async (trx) => {
      const rows = await trx
        .selectFrom('eventSecret')
        .select(['id', 'createdAt', 'lastFour', 'subscriptionId'])
        .where('domainId', '=', domainId)
        .where('subscriptionId', 'in', ids)
        .orderBy('subscriptionId')
        .orderBy('id')
        .execute()
      return Map.groupBy(rows, (row) => row.subscriptionId)
    }),
  )
  return (await loader.load(id)) ?? []
}

/** How many events a subscription is yet to acknowledge, 10000 at most. */
export async function countWaiting(context: Context, subscription: EventSubscription): Promise<number> {
  const { domainId, id, topics } = subscription
  if (subscription.state === 'DEACTIVATED') return 0
  const progress = await loadProgress(context, subscription)
  const { rows } = await readIn(context, domainId, (trx) =>
    sql<{ count: number }>`
      SELECT (
        (SELECT count(*) FROM (SELECT FROM domain_event WHERE domain_id = ${domainId}
          AND sequence > ${progress?.position ?? '-1'}::bigint AND topic = ANY(${topics}::text[])
          LIMIT ${sql.lit(mostCounted)}) AS ahead) +
        (SELECT count(*) FROM (SELECT FROM event_delivery WHERE domain_id = ${domainId}
          AND subscription_id = ${id}::bigint AND status IN ('WAITING', 'RETRYING') AND NOT is_test
          AND id >= ${progress?.openSince ?? null}::uuid
          LIMIT ${sql.lit(mostCounted)}) AS open)
      )::integer AS count`.execute(trx),
  )
  return Math.min(rows[0]?.count ?? 0, mostCounted)
}

/** The state as people see it: what fails is told apart from what does not. */
export async function readState(
  context: Context,
  subscription: EventSubscription,
): Promise<EventSubscription['state'] | 'FAILING'> {
  if (subscription.state !== 'ACTIVE') return subscription.state
  const progress = await loadProgress(context, subscription)
  return progress?.failingSince ? 'FAILING' : 'ACTIVE'
}

/** Why a subscription fails or was suspended, in the reader's language; null for others. */
export async function readStateReason(
  context: Context,
  subscription: EventSubscription,
): Promise<string | null> {
  const { state, stateReason } = subscription
  if (state !== 'ACTIVE') return stateReason === null ? null : tellReason(stateReason, context.language)
  const progress = await loadProgress(context, subscription)
  if (!progress?.failingSince) return null
  const { failingSince, lastError } = progress
  return tellFailing({ failingSince, lastError }, context.language)
}
