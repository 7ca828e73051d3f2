import { requestedFields, type PageArguments, type Resolvers } from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import { getSettingsDomain } from '../callers.ts'
import { findConsumer } from '../consumers.ts'
import type { Context } from '../context.ts'
import type { EventKeeping, SubscriptionInput } from './change-subscription.ts'
import { createSubscription, type CreateSubscriptionInput } from './create-subscription.ts'
import {
  createdAtOf,
  listDeliveries,
  readAttempts,
  readPayload,
  type DeliveryFilters,
} from './delivery-log.ts'
import type { EventDelivery } from './delivery-rows.ts'
import { resendEvents, type ResendInput } from './resend.ts'
import { addSecret, removeSecret } from './secret-changes.ts'
import {
  deactivateSubscription,
  pauseSubscription,
  resumeSubscription,
  updateSubscription,
  type UpdateSubscriptionInput,
} from './subscription-changes.ts'
import {
  countWaiting,
  findSubscription,
  listSubscriptions,
  loadProgress,
  loadSecrets,
  readState,
  readStateReason,
  type EventSubscription,
} from './subscriptions.ts'
import { sendTestEvent } from './test-event.ts'

type Info = GraphQLResolveInfo
type Echo = { clientMutationId?: string | null }
type Named = { domain?: string | null }

/** The fields of event notifications. */
export function createEventResolvers(
  keeping: EventKeeping,
): Resolvers & { Query: Resolvers[string]; Mutation: Resolvers[string] } {
  return {
    Query: {
      async eventSubscriptions(
        _: unknown,
        { domain, ...args }: Named & { consumerId?: string | null; includeDeactivated?: boolean | null },
        context: Context,
      ) {
        return listSubscriptions(context, await readableDomain(context, domain), args)
      },
      async eventSubscription(_: unknown, { id, domain }: Named & { id: string }, context: Context) {
        return findSubscription(context, await readableDomain(context, domain), id)
      },
      async eventDeliveries(
        _: unknown,
        { domain, ...args }: Named & PageArguments & DeliveryFilters,
        context: Context,
        info: Info,
      ) {
        const fields = new Set([...requestedFields(info), ...requestedFields(info, 'pageInfo')])
        return listDeliveries(context, await readableDomain(context, domain), args, fields)
      },
    },
    Mutation: {
      createEventSubscription: subscriptionMutation(
        (context, info, domainId, input: CreateSubscriptionInput) =>
          createSubscription(context, info, domainId, input, keeping),
      ),
      updateEventSubscription: subscriptionMutation(
        (context, info, domainId, input: UpdateSubscriptionInput) =>
          updateSubscription(context, info, domainId, input, keeping),
      ),
      pauseEventSubscription: subscriptionMutation(pauseSubscription),
      resumeEventSubscription: subscriptionMutation(resumeSubscription),
      deactivateEventSubscription: subscriptionMutation(deactivateSubscription),
      addEventSubscriptionSecret: subscriptionMutation((context, info, domainId, input: SubscriptionInput) =>
        addSecret(context, info, domainId, input, keeping),
      ),
      removeEventSubscriptionSecret: subscriptionMutation(removeSecret),
      sendTestEvent: inDomain(async (context, info, domainId, input: { id: string }) => ({
        delivery: await sendTestEvent(context, info, domainId, input, keeping),
      })),
      resendEvents: inDomain(async (context, info, domainId, input: ResendInput) => ({
        queued: await resendEvents(context, info, domainId, input),
      })),
    },
    EventSubscription: {
      consumer: ({ domainId, consumerId }: EventSubscription, _: unknown, context: Context) =>
        findConsumer(context, domainId, consumerId),
      state: (subscription: EventSubscription, _: unknown, context: Context) =>
        readState(context, subscription),
      stateReason: (subscription: EventSubscription, _: unknown, context: Context) =>
        readStateReason(context, subscription),
      secrets: (subscription: EventSubscription, _: unknown, context: Context) =>
        loadSecrets(context, subscription),
      async lastDeliveredAt(subscription: EventSubscription, _: unknown, context: Context) {
        return (await loadProgress(context, subscription))?.lastDeliveredAt ?? null
      },
      async lastSequence(subscription: EventSubscription, _: unknown, context: Context) {
        const position = (await loadProgress(context, subscription))?.position
        return position === undefined || position === '-1' ? null : position
      },
      waiting: (subscription: EventSubscription, _: unknown, context: Context) =>
        countWaiting(context, subscription),
    },
    EventDelivery: {
      payload: (delivery: EventDelivery, _: unknown, context: Context) => readPayload(context, delivery),
      attempts: (delivery: EventDelivery) => readAttempts(delivery),
      createdAt: (delivery: EventDelivery) => createdAtOf(delivery),
      nextAttemptAt: ({ status, nextAttemptAt }: EventDelivery) =>
        status === 'RETRYING' ? nextAttemptAt : null,
    },
    EventDeliveryAttempt: { at: ({ at }: { at: string }) => new Date(at) },
  }
}

function readableDomain(context: Context, domain: string | null | undefined): Promise<number> {
  return getSettingsDomain(context, 'read', { domain, path: 'domain' })
}

type Change<Input, Result> = (context: Context, info: Info, domainId: number, input: Input) => Promise<Result>

function inDomain<Input, Payload extends object>(change: Change<Input, Payload>) {
  return async (_: unknown, { input }: { input: Input & Echo & Named }, context: Context, info: Info) => {
    const { domain, clientMutationId } = input
    const domainId = await getSettingsDomain(context, 'write', { domain, path: 'input.domain' })
    return { clientMutationId, ...(await change(context, info, domainId, input)) }
  }
}

function subscriptionMutation<Input>(change: Change<Input, string | { id: string; secret: string | null }>) {
  return inDomain(async (context, info, domainId, input: Input) => {
    const made = await change(context, info, domainId, input)
    const { id, ...shown } = typeof made === 'string' ? { id: made } : made
    return { ...shown, subscription: await findSubscription(context, domainId, id) }
  })
}
