import { queryOptions } from '@tanstack/react-query'
import { askSettings } from '../graph/ask.ts'
import { graphql } from '../graph/settings/gql.ts'
import type { StatisticsQuery } from '../graph/settings/graphql.ts'

const statisticsDocument = graphql(`
  query Statistics($consumerId: ID, $from: ISO8601DateTime!, $bucket: RequestStatisticsBucketEnum!) {
    requestStatistics(consumerId: $consumerId, from: $from, bucket: $bucket) {
      bucket
      totals {
        requests
        errors
        refused
        p50Ms
        p95Ms
      }
      buckets {
        startAt
        requests
        errors
        p95Ms
      }
    }
  }
`)

export type Statistics = StatisticsQuery['requestStatistics']

const hourMs = 3_600_000

/** The periods that charts show, each with how far back it begins and into what it is divided. */
export const periods = {
  day: { backMs: 23 * hourMs, bucket: 'HOUR' },
  week: { backMs: 7 * 24 * hourMs, bucket: 'HOUR' },
  quarter: { backMs: 89 * 24 * hourMs, bucket: 'DAY' },
} as const

export type PeriodName = keyof typeof periods
export const periodNames = Object.keys(periods) as PeriodName[]

/** What a consumer asked within a period, or all of a domain's consumers together. */
export const statisticsQuery = (domain: string, period: PeriodName, consumerId?: string) =>
  queryOptions({
    queryKey: ['statistics', domain, consumerId ?? 'all', period],
    queryFn: async () => {
      const { backMs, bucket } = periods[period]
      const from = new Date(Date.now() - backMs).toISOString()
      return (await askSettings(domain, statisticsDocument, { consumerId, from, bucket })).requestStatistics
    },
    refetchInterval: 60_000,
  })

/** What was asked since midnight where the reader is. */
export const todayQuery = (domain: string) =>
  queryOptions({
    queryKey: ['statistics', domain, 'all', 'today'],
    queryFn: async () => {
      const from = new Date(new Date().setHours(0, 0, 0, 0)).toISOString()
      return (await askSettings(domain, statisticsDocument, { from, bucket: 'HOUR' })).requestStatistics
    },
    refetchInterval: 30_000,
  })
