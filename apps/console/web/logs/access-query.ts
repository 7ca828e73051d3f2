import { askSettings } from '../graph/ask.ts'
import { graphql } from '../graph/settings/gql.ts'
import type { PageQuestion } from './log-page.ts'
import { readGraph, type AccessSearch } from './search.ts'

/** What the list shows, and no more: neither bodies nor how many requests there are. */
const accessLogDocument = graphql(`
  query AccessLog(
    $consumerId: ID
    $from: ISO8601DateTime
    $to: ISO8601DateTime
    $operationName: String
    $operationKind: ApiOperationKindEnum
    $outcome: ApiRequestOutcomeEnum
    $errorCode: String
    $slowerThanMs: Int
    $ip: String
    $patientId: ID
    $graph: ApiGraphEnum
    $after: String
    $before: String
    $first: Int
    $last: Int
    $forward: Boolean!
    $backward: Boolean!
  ) {
    accessLog(
      consumerId: $consumerId
      from: $from
      to: $to
      operationName: $operationName
      operationKind: $operationKind
      outcome: $outcome
      errorCode: $errorCode
      slowerThanMs: $slowerThanMs
      ip: $ip
      patientId: $patientId
      graph: $graph
      after: $after
      before: $before
      first: $first
      last: $last
    ) {
      nodes {
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
        ip
        operationName
        operationKind
        rootFields
        status
        outcome
        errorCodes
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

/** Reads a page of the access log. */
export async function readAccessPage(
  domain: string,
  search: AccessSearch,
  { forward, ...place }: PageQuestion,
) {
  const { consumerId, operationName, operationKind, outcome, errorCode, slowerThanMs, ip, patientId } = search
  const { accessLog } = await askSettings(domain, accessLogDocument, {
    ...{ operationKind, outcome, slowerThanMs, graph: readGraph(search) },
    consumerId: asText(consumerId),
    operationName: asText(operationName),
    errorCode: asText(errorCode),
    ip: asText(ip),
    patientId: asText(patientId),
    ...place,
    forward,
    backward: !forward,
  })
  return { ...accessLog, nodes: (accessLog.nodes ?? []).flatMap((each) => (each ? [each] : [])) }
}

/** A request as the list shows it. */
export type ListedRequest = Awaited<ReturnType<typeof readAccessPage>>['nodes'][number]

/** Ids in an address are numbers, in the graph text. */
export function asText(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}
