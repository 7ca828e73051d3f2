import { askSettings } from '../graph/ask.ts'
import { graphql } from '../graph/settings/gql.ts'
import { asText } from '../logs/access-query.ts'
import type { PageQuestion } from '../logs/log-page.ts'
import type { DeliverySearch } from '../logs/search.ts'

const deliveriesDocument = graphql(`
  query Deliveries(
    $subscriptionId: ID!
    $status: EventDeliveryStatusEnum
    $topic: String
    $patientId: ID
    $from: ISO8601DateTime
    $to: ISO8601DateTime
    $after: String
    $before: String
    $first: Int
    $last: Int
    $forward: Boolean!
    $backward: Boolean!
  ) {
    eventDeliveries(
      subscriptionId: $subscriptionId
      status: $status
      topic: $topic
      patientId: $patientId
      from: $from
      to: $to
      after: $after
      before: $before
      first: $first
      last: $last
    ) {
      nodes {
        id
        eventId
        sequence
        topic
        patientId
        recordId
        status
        nextAttemptAt
        createdAt
        deliveredAt
        isResend
        isTest
        payload
        attempts {
          at
          durationMs
          status
          error
        }
      }
      pageInfo {
        startCursor
        endCursor
        hasNextPage @include(if: $forward)
        hasPreviousPage @include(if: $backward)
      }
    }
  }
`)

/** Reads a page of the delivery log of a subscription. */
export async function readDeliveryPage(
  domain: string,
  subscriptionId: string,
  { status, topic, patientId }: DeliverySearch,
  { forward, ...place }: PageQuestion,
) {
  const { eventDeliveries } = await askSettings(domain, deliveriesDocument, {
    ...{ subscriptionId, status, topic, patientId: asText(patientId) },
    ...place,
    forward,
    backward: !forward,
  })
  return eventDeliveries
}

/** A delivery with everything that was tried. */
export type Delivery = Awaited<ReturnType<typeof readDeliveryPage>>['nodes'][number]
export type Attempt = Delivery['attempts'][number]
