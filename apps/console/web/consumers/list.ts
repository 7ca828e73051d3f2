import { queryOptions } from '@tanstack/react-query'
import { askSettings } from '../graph/ask.ts'
import { graphql } from '../graph/settings/gql.ts'
import type { ConsumerListQuery } from '../graph/settings/graphql.ts'

const listDocument = graphql(`
  query ConsumerList($after: String) {
    consumers(first: 100, after: $after) {
      nodes {
        id
        name
        issuer
        active
        lastUsedAt
        expiresAt
        requestCount
        errorCount
        keys {
          id
          kid
          thumbprint
          notBefore
          retireAt
          retired
        }
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`)

export type ListedConsumer = NonNullable<NonNullable<ConsumerListQuery['consumers']['nodes']>[number]>

/** All consumers of a domain by name: there are few enough that the page filters and orders them as one types. */
export const listQuery = (domain: string) =>
  queryOptions({
    queryKey: ['consumers', domain, 'list'],
    queryFn: async () => {
      const all: ListedConsumer[] = []
      for (let after: string | null = null; ;) {
        const { consumers }: ConsumerListQuery = await askSettings(domain, listDocument, { after })
        all.push(...(consumers.nodes ?? []).filter((each) => each !== null))
        after = consumers.pageInfo.endCursor ?? null
        if (!consumers.pageInfo.hasNextPage || after === null) return all
      }
    },
    refetchInterval: 30_000,
  })

/** The name of a consumer, or its issuer where it has none. */
export function nameOf({ name, issuer }: { name?: string | null; issuer: string }): string {
  return name || issuer
}
