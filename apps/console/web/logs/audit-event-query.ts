import { graphql } from '../graph/settings/gql.ts'
import type { AuditEventQuery } from '../graph/settings/graphql.ts'

export const auditEventDocument = graphql(`
  query AuditEvent($id: ID!) {
    auditEvent(id: $id) {
      id
      kind
      occurredAt
      requestId
      actor {
        kind
        id
        name
        role
      }
      keyId
      ipAddress
      action
      recordType
      recordId
      recordVersion
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
      detailHash
      durationMs
      count
      sequence
    }
  }
`)

export const auditProofDocument = graphql(`
  query AuditProof($eventId: ID!) {
    auditProof(eventId: $eventId) {
      sequence
      leaf
      leafHash
      hashes
      checkpoint {
        size
        text
        verifierKey
        createdAt
      }
    }
  }
`)

/** An event with all its facts. */
export type WholeEvent = NonNullable<AuditEventQuery['auditEvent']>
