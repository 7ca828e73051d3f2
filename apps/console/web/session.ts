import { queryOptions, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { askConsole } from './graph/ask.ts'

export interface User {
  id: string
  name: string
  email: string
  twoFactorEnabled: boolean
}

export type Role = 'support' | 'auditor'

/** Who is signed in, and where they may look. */
export interface Me {
  side: 'domain' | 'operator'
  user: User | null
  memberships: { domain: string; role: Role }[]
  operator: boolean
}

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => askConsole<Me>('GET', '/me'),
  staleTime: 60_000,
})

/** The domain of the page and what the person may do in it. Only below `/d/$domain`. */
export function useDomain(): { domain: string; role: Role; maySave: boolean } {
  const { domain } = useParams({ strict: false }) as { domain: string }
  const { data } = useQuery(meQuery)
  const role = data?.memberships.find((each) => each.domain === domain)?.role ?? 'auditor'
  return { domain, role, maySave: role === 'support' }
}
