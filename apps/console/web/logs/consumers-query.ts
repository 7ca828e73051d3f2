import { queryOptions } from '@tanstack/react-query'
import { askSettings } from '../graph/ask.ts'
import { graphql } from '../graph/settings/gql.ts'

const consumersDocument = graphql(`
  query ConsumersToChoose {
    consumers(first: 100) {
      nodes {
        id
        name
        issuer
        audience
        active
      }
    }
  }
`)

/** The consumers of a domain to choose from: the first hundred by name. */
export function consumersQuery(domain: string) {
  return queryOptions({
    queryKey: ['consumers to choose', domain],
    staleTime: 60_000,
    queryFn: async () => {
      const { consumers } = await askSettings(domain, consumersDocument)
      return (consumers?.nodes ?? []).flatMap((each) =>
        each ? [{ ...each, name: each.name ?? each.id }] : [],
      )
    },
  })
}
