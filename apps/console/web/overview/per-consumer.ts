import { queryOptions } from '@tanstack/react-query'
import { periods } from '../charts/statistics.ts'
import { askSettings } from '../graph/ask.ts'
import { graphql } from '../graph/settings/gql.ts'
import type { PerConsumerQuery } from '../graph/settings/graphql.ts'

const perConsumerDocument = graphql(`
  query PerConsumer($after: String, $from: ISO8601DateTime!) {
    consumers(first: 50, after: $after) {
      nodes {
        id
        name
        issuer
        active
        statistics(from: $from) {
          totals {
            requests
            errors
            p95Ms
          }
          buckets {
            startAt
            requests
          }
        }
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`)

export type BusyConsumer = NonNullable<NonNullable<PerConsumerQuery['consumers']['nodes']>[number]>

/** What each consumer asked within 90 days, the busiest first. */
export const perConsumerQuery = (domain: string) =>
  queryOptions({
    queryKey: ['statistics', domain, 'each'],
    queryFn: async () => {
      const all: BusyConsumer[] = []
      const from = new Date(Date.now() - periods.quarter.backMs).toISOString()
      for (let after: string | null = null; ;) {
        const { consumers }: PerConsumerQuery = await askSettings(domain, perConsumerDocument, {
          after,
          from,
        })
        all.push(...(consumers.nodes ?? []).filter((each) => each !== null))
        after = consumers.pageInfo.endCursor ?? null
        if (!consumers.pageInfo.hasNextPage || after === null) break
      }
      return all.sort((one, other) => other.statistics.totals.requests - one.statistics.totals.requests)
    },
    refetchInterval: 120_000,
  })
