import { Violations } from '@commonchart/errors'
import type { GraphQLResolveInfo } from 'graphql'
import { sql } from 'kysely'
import { differingFields } from '../consumer-restrictions.ts'
import type { Context } from '../context.ts'
import { readLine } from '../single-line.ts'
import { changeSubscription, type EventKeeping, type SubscriptionInput } from './change-subscription.ts'
import { readEventUrl } from './event-url.ts'
import type { EventSubscription } from './subscriptions.ts'
import { readTopics } from './topics.ts'

export interface UpdateSubscriptionInput extends SubscriptionInput {
  name?: string | null
  url?: string | null
  topics?: string[] | null
}

/** Changes name, URL or topics. Throws `NOT_FOUND`, `CONFLICT`, `VALIDATION_FAILED`, and as `createSubscription` does. */
export async function updateSubscription(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: UpdateSubscriptionInput,
  { policy }: EventKeeping,
): Promise<string> {
  const violations = new Violations()
  const given: Partial<EventSubscription> = {}
  if (input.name !== undefined) given.name = readLine(input.name, 'input.name', violations)
  if (input.url === null) violations.add('input.url', 'REQUIRED', 'A subscription has a URL.')
  if (input.topics === null) violations.add('input.topics', 'REQUIRED', 'A subscription has topics.')
  violations.throwIfAny()
  if (input.topics) given.topics = readTopics(input.topics, 'input.topics')
  if (input.url) given.url = await readEventUrl(policy, input.url, 'input.url')
  return changeSubscription(context, info, domainId, input, (_, subscription) => {
    const fields = differingFields(subscription, given)
    return Promise.resolve({ set: given, fields, action: 'event_subscription.updated' })
  })
}

/** Stops a subscription until it is resumed. Throws `NOT_FOUND` and `CONFLICT`. */
export function pauseSubscription(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: SubscriptionInput,
): Promise<string> {
  return changeSubscription(context, info, domainId, input, (_, { state }) =>
    Promise.resolve({
      set: { state: 'PAUSED', stateReason: null },
      fields: state === 'PAUSED' ? [] : ['state'],
      action: 'event_subscription.paused',
    }),
  )
}

/** Goes on with a subscription, and with what failed at once. Throws `NOT_FOUND` and `CONFLICT`. */
export function resumeSubscription(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: SubscriptionInput,
): Promise<string> {
  return changeSubscription(context, info, domainId, input, async ({ trx, now }, { id, state }) => {
    await sql`UPDATE event_progress
      SET failing_since = NULL, failures = 0, last_error = NULL, probe_at = NULL, probes = 0,
        next_attempt_at = CASE WHEN open_since IS NULL THEN NULL ELSE ${now}::timestamptz END
      WHERE domain_id = ${domainId} AND subscription_id = ${id}::bigint`.execute(trx)
    await trx
      .updateTable('eventDelivery')
      .set({ nextAttemptAt: now, firstFailedAt: null })
      .where('domainId', '=', domainId)
      .where('subscriptionId', '=', id)
      .where('status', '=', 'RETRYING')
      .where('isTest', '=', false)
      .execute()
    return {
      set: { state: 'ACTIVE', stateReason: null },
      fields: state === 'ACTIVE' ? [] : ['state'],
      action: 'event_subscription.resumed',
    }
  })
}

/** Ends a subscription for good and forgets its secrets. Throws `NOT_FOUND` and `CONFLICT`. */
export function deactivateSubscription(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: SubscriptionInput,
): Promise<string> {
  return changeSubscription(context, info, domainId, input, async ({ trx }, { id }) => {
    await trx
      .deleteFrom('eventSecret')
      .where('domainId', '=', domainId)
      .where('subscriptionId', '=', id)
      .execute()
    await trx
      .updateTable('eventDelivery')
      .set({ status: 'FAILED', nextAttemptAt: null })
      .where('domainId', '=', domainId)
      .where('subscriptionId', '=', id)
      .where('status', 'in', ['WAITING', 'RETRYING'])
      .execute()
    return {
      set: { state: 'DEACTIVATED', stateReason: null },
      fields: ['state'],
      action: 'event_subscription.deactivated',
    }
  })
}
