import { queryOptions, useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'
import { askSettings, type TypedDocument } from '../graph/ask.ts'
import { graphql } from '../graph/settings/gql.ts'
import type { OneSubscriptionQuery, SubscriptionsOfConsumerQuery } from '../graph/settings/graphql.ts'
import { useDomain } from '../session.ts'

const listDocument = graphql(`
  query SubscriptionsOfConsumer($consumerId: ID!) {
    eventSubscriptions(consumerId: $consumerId, includeDeactivated: true) {
      id
      name
      url
      topics
      state
      waiting
      lastDeliveredAt
    }
  }
`)

const oneDocument = graphql(`
  query OneSubscription($id: ID!) {
    eventSubscription(id: $id) {
      id
      name
      url
      topics
      state
      stateReason
      version
      waiting
      lastDeliveredAt
      lastSequence
      createdAt
      updatedAt
      consumer {
        id
        name
        issuer
        active
      }
      secrets {
        id
        createdAt
        lastFour
      }
    }
  }
`)

const troubledDocument = graphql(`
  query TroubledSubscriptions {
    eventSubscriptions {
      id
      name
      state
      consumer {
        id
        name
        issuer
      }
    }
  }
`)

export type ListedSubscription = SubscriptionsOfConsumerQuery['eventSubscriptions'][number]
export type Subscription = NonNullable<OneSubscriptionQuery['eventSubscription']>

/** The event subscriptions of a consumer, those that were ended last. */
export const subscriptionsQuery = (domain: string, consumerId: string) =>
  queryOptions({
    queryKey: ['events', domain, 'of', consumerId],
    queryFn: async () => {
      const { eventSubscriptions } = await askSettings(domain, listDocument, { consumerId })
      return eventSubscriptions.toSorted((one, other) => Number(isEnded(one)) - Number(isEnded(other)))
    },
    refetchInterval: 10_000,
  })

/** The subscriptions of a domain whose receivers fail, and before them those that were stopped for it. */
export const troubledQuery = (domain: string) =>
  queryOptions({
    queryKey: ['events', domain, 'troubled'],
    queryFn: async () => {
      const { eventSubscriptions: all } = await askSettings(domain, troubledDocument)
      return ['SUSPENDED', 'FAILING'].flatMap((state) => all.filter((each) => each.state === state))
    },
    refetchInterval: 30_000,
  })

/** One event subscription, or null when the domain has none of this id. */
export const subscriptionQuery = (domain: string, id: string) =>
  queryOptions({
    queryKey: ['events', domain, 'one', id],
    queryFn: async () => (await askSettings(domain, oneDocument, { id })).eventSubscription ?? null,
    refetchInterval: 3_000,
  })

/** Changes something of the domain's subscriptions; whatever shows them is asked for anew. */
export function useEventChange<Result, Variables>(
  document: TypedDocument<Result, Variables>,
  onDone?: (result: Result) => void,
): UseMutationResult<Result, Error, Variables> {
  const { domain } = useDomain()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (variables: Variables) => askSettings(domain, document, variables),
    async onSuccess(result) {
      await queries.invalidateQueries({ queryKey: ['events', domain] })
      onDone?.(result)
    },
  })
}

export function isEnded({ state }: Pick<Subscription, 'state'>): boolean {
  return state === 'DEACTIVATED'
}

/** More than this is not counted. */
const mostCounted = 10_000

/** How many events wait, as it is said. */
export function countWaiting(waiting: number, language: string): string {
  const number = Math.min(waiting, mostCounted).toLocaleString(language)
  return waiting >= mostCounted ? `≥ ${number}` : number
}
