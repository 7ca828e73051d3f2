import { graphql } from '../graph/settings/gql.ts'
import type { AccessRecordQuery } from '../graph/settings/graphql.ts'

/** One request opened whole. The body of the answer comes once, formatted. */
export const accessRecordDocument = graphql(`
  query AccessRecord($id: ID!) {
    accessRecord(id: $id) {
      request {
        id
        startedAt
        durationMs
        graph
        actor {
          kind
          id
          name
          role
        }
        keyId
        ip
        userAgent
        method
        path
        operationName
        operationKind
        rootFields
        status
        outcome
        errorCodes
        refusalReason
        count
        requestBytes
        responseBytes
      }
      query
      variables
      response
      requestBody
      patients {
        patientId
        records {
          type
          count
        }
      }
      changes {
        id
        action
        recordType
        recordId
        recordVersion
        patientId
        fields
      }
    }
  }
`)

export type OpenedRecord = NonNullable<AccessRecordQuery['accessRecord']>
