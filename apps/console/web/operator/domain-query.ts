import { queryOptions } from '@tanstack/react-query'
import { askOperator } from '../graph/ask.ts'
import { graphql } from '../graph/operator/gql.ts'
import type { DomainQuery } from '../graph/operator/graphql.ts'

const document = graphql(`
  query Domain($name: String!) {
    domain(name: $name) {
      name
      hosts
      zone
      sandbox
      enabled
      contract
      state
      version
      createdAt
    }
  }
`)

export function domainQuery(name: string) {
  return queryOptions({
    queryKey: ['domain', name],
    queryFn: async () => (await askOperator(document, { name })).domain,
  })
}

/** One domain as operators see it. */
export type OperatedDomain = NonNullable<DomainQuery['domain']>
