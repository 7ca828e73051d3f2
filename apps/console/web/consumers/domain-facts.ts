import { queryOptions } from '@tanstack/react-query'
import { askConsole } from '../graph/ask.ts'

/** What a domain is, and where programs reach its API. */
export interface DomainFacts {
  sandbox: boolean
  enabled: boolean
  endpoint: string
}

export const domainQuery = (domain: string) =>
  queryOptions({
    queryKey: ['domain', domain],
    queryFn: () => askConsole<DomainFacts>('GET', `/domains/${encodeURIComponent(domain)}`),
    staleTime: 60_000,
  })
