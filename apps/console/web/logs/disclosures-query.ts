import { infiniteQueryOptions } from '@tanstack/react-query'
import { askSettings } from '../graph/ask.ts'
import { graphql } from '../graph/settings/gql.ts'
import { readTimes, type DisclosuresSearch } from './search.ts'

const disclosuresDocument = graphql(`
  query Disclosures($patientId: ID!, $from: ISO8601DateTime, $to: ISO8601DateTime, $after: String) {
    disclosures(patientId: $patientId, from: $from, to: $to, after: $after, first: 100) {
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
        endCursor
        hasNextPage
      }
    }
  }
`)

/** What anybody saw or changed of one patient, a hundred at a time. A period ends when its first page is read. */
export function disclosuresOptions(
  domain: string,
  { patientId, ...time }: DisclosuresSearch & { patientId: string | number },
) {
  return infiniteQueryOptions({
    queryKey: ['disclosures', domain, patientId, time],
    initialPageParam: null as string | null,
    // Looking is on the record, too: a page that asked again by itself would fill the list with itself.
    staleTime: Infinity,
    queryFn: async ({ pageParam }) => {
      const variables = { patientId: String(patientId), ...readTimes(time), after: pageParam }
      return (await askSettings(domain, disclosuresDocument, variables)).disclosures
    },
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : null),
  })
}
