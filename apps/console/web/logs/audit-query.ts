import { askSettings } from '../graph/ask.ts'
import { graphql } from '../graph/settings/gql.ts'
import { asText } from './access-query.ts'
import type { PageQuestion } from './log-page.ts'
import type { AuditSearch } from './search.ts'

const auditLogDocument = graphql(`
  query AuditLog(
    $kind: AuditEventKind
    $actorKind: String
    $actorId: String
    $consumer: ID
    $action: String
    $recordType: String
    $recordId: ID
    $patientId: ID
    $outcome: AuditOutcome
    $from: ISO8601DateTime
    $to: ISO8601DateTime
    $after: String
    $before: String
    $first: Int
    $last: Int
    $forward: Boolean!
    $backward: Boolean!
  ) {
    auditLog(
      kind: $kind
      actorKind: $actorKind
      actorId: $actorId
      consumer: $consumer
      action: $action
      recordType: $recordType
      recordId: $recordId
      patientId: $patientId
      outcome: $outcome
      from: $from
      to: $to
      after: $after
      before: $before
      first: $first
      last: $last
    ) {
      nodes {
        id
        kind
        occurredAt
        actor {
          kind
          id
          name
          role
        }
        action
        recordType
        recordId
        patientId
        fields
        counts {
          type
          count
        }
        seen {
          counts {
            type
            count
          }
          patientIds
        }
        outcome
        count
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

/** Reads a page of the audit log. */
export async function readAuditPage(
  domain: string,
  search: AuditSearch,
  { forward, ...place }: PageQuestion,
) {
  const { kind, outcome, actorKind, actorId, consumer, action, recordType, recordId, patientId } = search
  const { auditLog } = await askSettings(domain, auditLogDocument, {
    ...{ kind, outcome },
    actorKind: asText(actorKind),
    actorId: asText(actorId),
    consumer: asText(consumer),
    action: asText(action),
    recordType: asText(recordType),
    recordId: asText(recordId),
    patientId: asText(patientId),
    ...place,
    forward,
    backward: !forward,
  })
  return auditLog
}

/** An event as lists show it. */
export type ListedEvent = Awaited<ReturnType<typeof readAuditPage>>['nodes'][number]
